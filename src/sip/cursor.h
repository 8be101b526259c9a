// SPDX-License-Identifier: Apache-2.0
// A position in a value, and the small steps of the grammar that every typed reader takes.
#pragma once

#include <charconv>
#include <cstdint>
#include <expected>
#include <string_view>

#include "sip/chars.h"
#include "sip/parse_error.h"
#include "sip/scan.h"

namespace ringfence::sip {

class Cursor {
 public:
  explicit constexpr Cursor(std::string_view text) : at_{text.data()}, end_{text.data() + text.size()} {}

  [[nodiscard]] bool at_end() const { return at_ == end_; }
  /// The current character, NUL at the end (where NUL is never a character that a reader expects).
  [[nodiscard]] char peek() const { return at_ == end_ ? '\0' : *at_; }
  [[nodiscard]] const char* position() const { return at_; }
  void move_to(const char* position) { at_ = position; }
  [[nodiscard]] std::string_view rest() const { return {at_, static_cast<std::size_t>(end_ - at_)}; }
  [[nodiscard]] std::string_view since(const char* start) const {
    return {start, static_cast<std::size_t>(at_ - start)};
  }

  bool eat(char c) {
    if (at_ == end_ || *at_ != c) return false;
    ++at_;
    return true;
  }
  void skip_lws() { at_ = skip(kLws, at_, end_); }
  /// Eats `c` with white space around it (SLASH, EQUAL, SEMI, COLON, COMMA of the grammar).
  bool eat_separator(char c) {
    const char* const start = at_;
    skip_lws();
    if (!eat(c)) {
      at_ = start;
      return false;
    }
    skip_lws();
    return true;
  }
  /// The longest run of that class, perhaps empty.
  std::string_view run(CharClass char_class) {
    const char* const start = at_;
    at_ = skip(char_class, at_, end_);
    return since(start);
  }
  std::string_view token() { return run(kToken); }

  /// The inside of a quoted string, backslashes kept; the cursor must stand on the opening quote and ends
  /// behind the closing one. A backslash may precede any ASCII character but CR and LF (RFC 3261 §25.1,
  /// quoted-pair).
  std::expected<std::string_view, ParseError> quoted() {
    const char* const start = at_ + 1;
    for (const char* p = start;;) {
      p = skip(kQuoted, p, end_);
      if (p == end_) break;
      if (*p == '"') {
        at_ = p + 1;
        return std::string_view{start, static_cast<std::size_t>(p - start)};
      }
      if (*p != '\\' || p + 1 == end_ || p[1] == '\r' || p[1] == '\n' ||
          static_cast<unsigned char>(p[1]) > 0x7f)
        break;
      p += 2;
    }
    return std::unexpected(ParseError::BadQuotedString);
  }

  /// One or more decimal digits up to `max`.
  template <class Number>
  std::expected<Number, ParseError> number(Number max) {
    Number value{};
    const auto read = std::from_chars(at_, end_, value);
    if (read.ec == std::errc::invalid_argument) return std::unexpected(ParseError::NotANumber);
    if (read.ec != std::errc{} || value > max) return std::unexpected(ParseError::TooLarge);
    at_ = read.ptr;
    return value;
  }

 private:
  const char* at_;
  const char* end_;
};

}  // namespace ringfence::sip
