// SPDX-License-Identifier: Apache-2.0
// ASCII without locales: case, digits, and comparison without case. Bytes above 127 are never letters.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace ringfence::base {

[[nodiscard]] constexpr char to_lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
}
[[nodiscard]] constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
[[nodiscard]] constexpr bool is_alpha(char c) {
  return to_lower(c) >= 'a' && to_lower(c) <= 'z';
}
[[nodiscard]] constexpr bool is_alnum(char c) {
  return is_digit(c) || is_alpha(c);
}

/// The value of a hexadecimal digit, or -1.
[[nodiscard]] constexpr int hex_value(char c) {
  if (is_digit(c)) return c - '0';
  const char lower = to_lower(c);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/// Equal when ASCII letters are compared without case.
[[nodiscard]] constexpr bool iequals(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (to_lower(a[i]) != to_lower(b[i])) return false;
  }
  return true;
}

[[nodiscard]] constexpr std::string_view trim(std::string_view text) {
  constexpr auto kBlank = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; };
  while (!text.empty() && kBlank(text.front())) text.remove_prefix(1);
  while (!text.empty() && kBlank(text.back())) text.remove_suffix(1);
  return text;
}

}  // namespace ringfence::base
