// SPDX-License-Identifier: Apache-2.0
// The number that a Request-URI dials, however its user part spells it.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string_view>

#include "directory/records.h"
#include "sip/uri.h"

namespace ringfence::routing {

/// Escapes undone ("%3112" is "112", RFC 3261 §19.1.4), parameters of a telephone-subscriber cut off (RFC
/// 3966), visual separators left out. A leading '+' stays.
/// @return a view into `out`; nullopt when the user part is no number or does not fit
[[nodiscard]] inline std::optional<std::string_view> dialled_number(const sip::Uri& uri,
                                                                    std::span<char> out) {
  std::array<char, directory::kMaxUsername> plain;
  const auto user = sip::unescape(uri.user, plain);
  if (!user) return std::nullopt;
  const auto subscriber = user->substr(0, user->find(';'));
  if (!sip::looks_like_number(subscriber)) return std::nullopt;
  const auto number = sip::bare_number(subscriber, out);
  if (!number) return std::nullopt;
  return *number;
}

}  // namespace ringfence::routing
