// SPDX-License-Identifier: Apache-2.0
// What operators do with rows.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "model/field.h"

namespace ringfence::provisioning {

enum class Verb : std::uint8_t { Add, Ls, Show, Set, Rm };

struct VerbInfo {
  Verb verb;
  std::string_view name;
  std::uint8_t use;  ///< which fields it takes (model::Field::uses)
};
inline constexpr auto kVerbTable = std::to_array<VerbInfo>({
    {Verb::Add, "add", model::kByAdd},
    {Verb::Ls, "ls", model::kByFilter},
    {Verb::Show, "show", 0},
    {Verb::Set, "set", model::kBySet},
    {Verb::Rm, "rm", 0},
});
inline constexpr std::size_t kVerbs = kVerbTable.size();

[[nodiscard]] constexpr const VerbInfo& info(Verb verb) {
  return kVerbTable[static_cast<std::size_t>(verb)];
}
[[nodiscard]] constexpr std::string_view name_of(Verb verb) {
  return info(verb).name;
}

}  // namespace ringfence::provisioning
