// SPDX-License-Identifier: Apache-2.0
// A position in a description, and the small steps that its readers take. Internal to the readers.
#pragma once

#include <array>
#include <concepts>
#include <cstdint>
#include <string_view>

#include "base/ascii.h"
#include "sip/cursor.h"

namespace ringfence::sdp {

/// What the readers tell apart. No class holds CR, LF or NUL, so that every run ends with its line.
enum class LineClass : std::uint8_t { Text, Field, NoSlash, NoColon, Digit };

struct LineAlphabet {
  /// What the classes up to NoColon leave out of Text.
  static constexpr std::array<char, 4> kLeftOut{'\0', ' ', '/', ':'};

  static constexpr bool contains(LineClass line_class, char c) {
    if (c == '\0' || c == '\r' || c == '\n') return false;
    if (line_class == LineClass::Digit) return base::is_digit(c);
    return c != kLeftOut[plane_of(line_class)];
  }
  static constexpr std::size_t plane_of(LineClass line_class) { return static_cast<std::size_t>(line_class); }
  static const sip::Alphabet kTables;
};

inline constexpr sip::Alphabet LineAlphabet::kTables = sip::make_alphabet([](char c, std::size_t plane) {
  return plane <= LineAlphabet::plane_of(LineClass::Digit) &&
         LineAlphabet::contains(static_cast<LineClass>(plane), c);
});

/// Stands in a whole description or in a single value: nothing it reads goes beyond the line.
class LineCursor : public sip::WideCursor<LineAlphabet> {
 public:
  using WideCursor::WideCursor;

  [[nodiscard]] bool at_line_end() const {
    return at_ == end_ || *at_ == '\n' || *at_ == '\r' || *at_ == '\0';
  }
  void skip_spaces() {
    while (peek() == ' ') ++at_;
  }
  /// The next of the fields that spaces separate; empty when there is none.
  std::string_view field() {
    skip_spaces();
    return run<LineClass::Field>();
  }
  /// Only spaces are left in the line, which are eaten.
  bool ends_line() {
    skip_spaces();
    return at_line_end();
  }
  /// Decimal digits, at least one.
  bool digits(std::string_view& text) {
    text = run<LineClass::Digit>();
    return !text.empty();
  }
  /// A number that fits its type.
  template <std::unsigned_integral T>
  bool number(T& value) {
    const char* const start = at_;
    T sum = 0;
    for (; at_ != end_ && base::is_digit(*at_); ++at_) {
      if (!append_digit(sum, static_cast<T>(*at_ - '0'))) return false;
    }
    value = sum;
    return at_ != start;
  }
  /// The same where a field or the line ends behind it.
  template <std::unsigned_integral T>
  bool number_field(T& value) {
    skip_spaces();
    return number(value) && (at_line_end() || *at_ == ' ');
  }
  /// The rest of the line without spaces around it.
  std::string_view trimmed_rest() {
    skip_spaces();
    return rest_before_spaces();
  }
  /// The rest of the line without the spaces at its end.
  std::string_view rest_before_spaces() {
    std::string_view text = run<LineClass::Text>();
    while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
    return text;
  }

 private:
  /// False when the number no longer fits.
  template <std::unsigned_integral T>
  static bool append_digit(T& value, T digit) {
    return !__builtin_mul_overflow(value, T{10}, &value) && !__builtin_add_overflow(value, digit, &value);
  }
};

}  // namespace ringfence::sdp
