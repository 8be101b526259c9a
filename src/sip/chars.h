// SPDX-License-Identifier: Apache-2.0
// The character classes of the SIP grammar (RFC 3261 §25.1), as one table of bits.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "base/ascii.h"

namespace ringfence::sip {

/// Classes of single characters; a byte may be in several. Escapes (%HH, \c) are the readers' business.
enum CharClass : std::uint32_t {
  kToken = 1 << 0,       // token
  kLws = 1 << 1,         // blank, tab, and CR LF, which only occur as a fold inside a parsed value
  kUser = 1 << 2,        // unreserved / user-unreserved
  kPassword = 1 << 3,    // unreserved / "&" / "=" / "+" / "$" / ","
  kUriParam = 1 << 4,    // unreserved / param-unreserved
  kUriHeader = 1 << 5,   // unreserved / hnv-unreserved
  kUriOpaque = 1 << 6,   // reserved / unreserved (other schemes)
  kScheme = 1 << 7,      // ALPHA / DIGIT / "+" / "-" / "."
  kWord = 1 << 8,        // word (Call-ID)
  kParamValue = 1 << 9,  // token / host with IPv6 reference (gen-value without quotes)
  kQuoted = 1 << 10,     // qdtext and folds: what needs no backslash between quotes
  kAlnum = 1 << 11,
  kDigit = 1 << 12,
  kHex = 1 << 13,
  kPhoneDigit = 1 << 14,  // digits, "*", "#", hex letters and visual separators (RFC 3966 §3)
  kHostChar =
      1 << 15,  // ALPHA / DIGIT / "-" / "." in any order: whether they make a host is read_host()'s business
};

namespace detail {
inline constexpr std::array<std::uint32_t, 256> kCharClasses = [] {
  std::array<std::uint32_t, 256> table{};
  const auto add = [&table](std::string_view chars, unsigned classes) {
    for (const char c : chars) table[static_cast<unsigned char>(c)] |= classes;
  };
  constexpr unsigned kUnreserved = kUser | kPassword | kUriParam | kUriHeader | kUriOpaque;
  constexpr std::string_view kDigits = "0123456789";
  constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
  for (const std::string_view alnum : {kDigits, kLetters}) {
    add(alnum, kUnreserved | kToken | kScheme | kWord | kParamValue | kAlnum | kHostChar);
  }
  add(kDigits, kDigit | kHex | kPhoneDigit);
  add("abcdefABCDEF", kHex | kPhoneDigit);
  add("*#-.()", kPhoneDigit);
  add("-.!%*_+`'~", kToken | kWord | kParamValue);
  add("-_.!~*'()", kUnreserved);
  add("&=+$,;?/", kUser);
  add("&=+$,", kPassword);
  add("[]/:&+$", kUriParam);
  add("[]/?:+$", kUriHeader);
  add(";/?:@&=+$,[]", kUriOpaque);
  add("+-.", kScheme);
  add("()<>:\\\"/[]?{}", kWord);
  add("[]:", kParamValue);
  add("-.", kHostChar);
  add(" \t\r\n", kLws | kQuoted);
  for (unsigned c = 0x21; c < 0x100; ++c) {
    if (c != '"' && c != '\\' && c != 0x7f) table[c] |= kQuoted;
  }
  return table;
}();
}  // namespace detail

[[nodiscard]] constexpr bool is(CharClass char_class, char c) {
  return (detail::kCharClasses[static_cast<unsigned char>(c)] & char_class) != 0;
}

/// The first character at or after `at` that is not in the class, or `end`.
[[nodiscard]] constexpr const char* skip(CharClass char_class, const char* at, const char* end) {
  // Four at a time: names are short, and the end of the text is the rarer reason to stop.
  for (; end - at >= 4; at += 4) {
    if (!is(char_class, at[0])) return at;
    if (!is(char_class, at[1])) return at + 1;
    if (!is(char_class, at[2])) return at + 2;
    if (!is(char_class, at[3])) return at + 3;
  }
  while (at != end && is(char_class, *at)) ++at;
  return at;
}

/// Not empty, and every character is in the class.
[[nodiscard]] constexpr bool consists_of(CharClass char_class, std::string_view text) {
  return !text.empty() &&
         skip(char_class, text.data(), text.data() + text.size()) == text.data() + text.size();
}

[[nodiscard]] constexpr bool is_token(std::string_view text) {
  return consists_of(kToken, text);
}
[[nodiscard]] constexpr bool is_lws(char c) {
  return is(kLws, c);
}
[[nodiscard]] constexpr bool starts_with_lws(std::string_view text) {
  return !text.empty() && is_lws(text.front());
}

/// Without leading and trailing white space; a fold (CR LF and blank) counts as white space.
[[nodiscard]] constexpr std::string_view trim_lws(std::string_view text) {
  while (!text.empty() && is_lws(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_lws(text.back())) text.remove_suffix(1);
  return text;
}

}  // namespace ringfence::sip
