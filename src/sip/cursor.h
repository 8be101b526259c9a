// SPDX-License-Identifier: Apache-2.0
// A position in a value, and the small steps of the grammar that every typed reader takes.
#pragma once

#include <cstdint>
#include <expected>
#include <string_view>

#include "base/ascii.h"
#include "sip/alphabets.h"
#include "sip/chars.h"
#include "sip/parse_error.h"
#include "sip/planes.h"

namespace ringfence::sip {

class Cursor {
 public:
  Cursor() = default;
  explicit constexpr Cursor(std::string_view text) : at_{text.data()}, end_{text.data() + text.size()} {}

  [[nodiscard]] bool at_end() const { return at_ == end_; }
  /// The current character, NUL at the end (where NUL is never a character that a reader expects).
  [[nodiscard]] char peek() const { return at_ == end_ ? '\0' : *at_; }
  [[nodiscard]] const char* position() const { return at_; }
  [[nodiscard]] const char* end() const { return end_; }
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
  /// White space is rare and short: no need for wide registers.
  void skip_lws() {
    while (at_ != end_ && is_lws(*at_)) ++at_;
  }
  /// Eats `c` with white space around it (SLASH, EQUAL, SEMI, COLON, COMMA of the grammar).
  bool eat_separator(char c) {
    const char* const start = at_;
    skip_lws();
    if (!eat(c)) [[unlikely]] {
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

  /// One or more decimal digits up to `max`.
  template <class Number>
  std::expected<Number, ParseError> number(Number max) {
    static_assert(sizeof(Number) <= sizeof(std::uint32_t), "ten times the largest value must fit 64 bits");
    if (at_ == end_ || !base::is_digit(*at_)) return std::unexpected(ParseError::NotANumber);
    std::uint64_t value = 0;
    for (; at_ != end_ && base::is_digit(*at_); ++at_) {
      value = value * 10 + static_cast<std::uint64_t>(*at_ - '0');
      if (value > max) return std::unexpected(ParseError::TooLarge);
    }
    return static_cast<Number>(value);
  }

 protected:
  const char* at_ = nullptr;
  const char* end_ = nullptr;
};

/// A Cursor that has classified the next 64 characters and finds the end of a run without looking at its
/// characters again. Worth its price for values that hold more than a word.
///
/// The window belongs to the caller: a cursor whose address nobody takes lives in registers.
template <class Letters>
class WideCursor : public Cursor {
 public:
  WideCursor(std::string_view text, Window& window) : Cursor{text}, window_{&window} { look_ahead(); }
  /// Goes on in a window that another cursor filled from the characters at `seen`; null: in none, and fills
  /// one when it is asked.
  WideCursor(std::string_view text, const char* seen, Window& window)
      : Cursor{text}, seen_{seen}, window_{&window} {}

  /// The longest run of that class, perhaps empty.
  template <auto kClass>
  std::string_view run() {
    const char* const start = at_;
    const std::uint64_t others = ahead_outside<kClass>();
    if (others != 0) [[likely]] {
      at_ += std::countr_zero(others);
    } else {
      const Place place = run_on(at_, end_, Letters::plane_of(kClass), *window_);
      at_ = place.at;
      seen_ = place.seen;
    }
    return since(start);
  }
  std::string_view token() { return run<kToken>(); }

  /// The inside of a quoted string, backslashes kept; the cursor must stand on the opening quote and ends
  /// behind the closing one. A backslash may precede any ASCII character but CR and LF (RFC 3261 §25.1,
  /// quoted-pair). data() is null when the string is not sane (ParseError::BadQuotedString).
  std::string_view quoted() {
    const char* const start = ++at_;
    while (true) {
      run<kQuoted>();
      if (eat('"')) return {start, at_ - 1};
      if (!eat('\\') || at_end() || *at_ == '\r' || *at_ == '\n' || static_cast<unsigned char>(*at_) > 0x7f)
        return {};
      ++at_;
    }
  }

  /// Fills the window from the characters at the cursor: for who lent it to somebody else.
  void look_ahead() {
    seen_ = at_;
    look(at_, end_, *window_);
  }
  /// The first character of the window.
  [[nodiscard]] const char* seen() const { return seen_; }
  /// Which of the characters from the cursor on are not in the class, as far as the window goes; none when it
  /// ends before the cursor.
  template <auto kClass>
  [[nodiscard]] std::uint64_t ahead_outside() const {
    const auto offset = reinterpret_cast<std::uintptr_t>(at_) - reinterpret_cast<std::uintptr_t>(seen_);
    return offset < kWindow ? ~window_->planes[Letters::plane_of(kClass)] >> offset : 0;
  }

 private:
  struct Place {
    const char* at;
    const char* seen;
  };

  static void look(const char* at, const char* end, Window& window) {
    const auto left = static_cast<std::size_t>(end - at);
    classify(Letters::kTables, at, left < kWindow ? left : kWindow, window);
  }
  /// The run goes on where the window ends: new windows until it ends.
  [[gnu::noinline]] static Place run_on(const char* at, const char* end, std::size_t plane, Window& window) {
    while (true) {
      look(at, end, window);
      const int run = std::countr_one(window.planes[plane]);
      if (run < static_cast<int>(kWindow)) return {at + run, at};
      at += run;
    }
  }
  const char* seen_ = nullptr;  // the first character of the window
  Window* window_;
};

using ValueCursor = WideCursor<ValueAlphabet>;
using UriCursor = WideCursor<UriAlphabet>;

}  // namespace ringfence::sip
