// SPDX-License-Identifier: Apache-2.0
// The canonical address of record that bindings are kept under: "1001@example.test" (RFC 3261 §10.3 step 5).
#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "sip/uri.h"

namespace ringfence::location {

inline constexpr std::size_t kMaxAorText = 256;
using AorBuffer = std::array<char, kMaxAorText>;

/// From the URI of a To: user unescaped, host in lower case and without a final dot, no port, no parameters.
/// @return a view into `out`; nullopt when it is no SIP URI with a user, or too long
[[nodiscard]] std::optional<std::string_view> canonical_aor(const sip::Uri& uri, AorBuffer& out);

/// From a subscriber's user name and the canonical name of its domain.
[[nodiscard]] std::optional<std::string_view> make_aor(std::string_view username, std::string_view domain,
                                                       AorBuffer& out);

}  // namespace ringfence::location
