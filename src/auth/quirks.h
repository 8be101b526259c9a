// SPDX-License-Identifier: Apache-2.0
// Quirks: phones that cannot be offered what the standard allows, by the User-Agent they show.
#pragma once

#include <algorithm>
#include <array>
#include <string_view>

namespace ringfence::auth {

/// A phone that gives up when any challenge names an algorithm it does not know, instead of taking the next
/// one (RFC 8760 §2.4). It is offered MD5 alone, where the policy has MD5. Naming such a phone gains an
/// attacker nothing: he chooses the algorithm of his own attempts either way.
struct Md5OnlyPhone {
  std::string_view user_agent_prefix;
  std::string_view seen;  ///< with what it was seen
};

inline constexpr auto kMd5OnlyPhones = std::to_array<Md5OnlyPhone>({
    {"baresip v0.", "libre of that time refuses any algorithm but MD5 (as 1.0.0 does)"},
    {"baresip v1.", "baresip 1.0.0 of Debian 12: \"Function not implemented\""},
});

[[nodiscard]] inline bool knows_md5_only(std::string_view user_agent) {
  return std::ranges::any_of(kMd5OnlyPhones, [&](const Md5OnlyPhone& phone) {
    return user_agent.starts_with(phone.user_agent_prefix);
  });
}

}  // namespace ringfence::auth
