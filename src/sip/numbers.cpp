// SPDX-License-Identifier: Apache-2.0
// Reading numbers.
#include "sip/numbers.h"

#include "sip/cursor.h"

namespace ringfence::sip {

std::expected<std::uint32_t, ParseError> parse_number(std::string_view text, std::uint32_t max) {
  Cursor cursor{text};
  const auto number = cursor.number<std::uint32_t>(max);
  if (!number) return number;
  if (!cursor.at_end()) return std::unexpected(ParseError::NotANumber);
  return number;
}

std::uint32_t lenient_seconds(std::string_view text) {
  constexpr std::uint32_t kMalformed = 3600;
  constexpr std::uint32_t kLargest = 0xffff'ffff;
  const auto seconds = parse_number(text);
  if (seconds) return *seconds;
  return consists_of(kDigit, text) ? kLargest : kMalformed;
}

}  // namespace ringfence::sip
