// SPDX-License-Identifier: Apache-2.0
// Values that are one number: Max-Forwards, Content-Length, Expires and their kin.
#pragma once

#include <cstdint>
#include <expected>
#include <string_view>

#include "sip/parse_error.h"

namespace ringfence::sip {

/// Decimal digits and nothing else, up to `max`.
/// @error NotANumber, TooLarge
std::expected<std::uint32_t, ParseError> parse_number(std::string_view text, std::uint32_t max = 0xffff'ffff);

/// Max-Forwards: 0 to 255 (RFC 3261 §20.22).
inline std::expected<std::uint32_t, ParseError> parse_max_forwards(std::string_view text) {
  return parse_number(text, 255);
}

/// Seconds as a registrar reads them (RFC 3261 §20.19, §10.2.1.1): a malformed value counts as 3600, an
/// overlarge one as 2^32-1, because refusing the whole message would help nobody.
[[nodiscard]] std::uint32_t lenient_seconds(std::string_view text);

}  // namespace ringfence::sip
