// SPDX-License-Identifier: Apache-2.0
// The Date header field: an RFC 1123 date in GMT, no other zone (RFC 3261 §20.17).
#pragma once

#include <chrono>
#include <cstddef>
#include <expected>
#include <span>
#include <string_view>

#include "sip/parse_error.h"

namespace ringfence::sip {

/// "Sat, 13 Nov 2010 23:29:00 GMT". The name of the day must be one, but is not compared with the date.
/// @error BadDate
std::expected<std::chrono::sys_seconds, ParseError> parse_date(std::string_view text);

inline constexpr std::size_t kDateSize = 29;
/// The same form; years 1 to 9999.
std::string_view write_date(std::chrono::sys_seconds time, std::span<char, kDateSize> out);

}  // namespace ringfence::sip
