// SPDX-License-Identifier: Apache-2.0
// Soft states: a row is locked or ended long before it goes.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace ringfence::model {

/// The higher, the less is allowed: what several rows say of one account is the highest of theirs.
enum class State : std::uint8_t { Active, Locked, Terminated };

inline constexpr std::array<std::string_view, 3> kStateNames{"active", "locked", "terminated"};

[[nodiscard]] constexpr std::string_view name_of(State state) {
  return kStateNames[static_cast<std::size_t>(state)];
}
[[nodiscard]] constexpr std::optional<State> state_named(std::string_view name) {
  for (std::size_t i = 0; i < kStateNames.size(); ++i) {
    if (kStateNames[i] == name) return static_cast<State>(i);
  }
  return std::nullopt;
}

}  // namespace ringfence::model
