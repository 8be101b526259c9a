// SPDX-License-Identifier: Apache-2.0
// Reading and writing dates.
#include "sip/date.h"

#include <array>

#include "base/text_writer.h"
#include "sip/cursor.h"

namespace ringfence::sip {
namespace {

constexpr std::array<std::string_view, 7> kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

/// The position in the table of the three letters at the cursor, or the table's size.
template <std::size_t N>
std::size_t read_name(Cursor& cursor, const std::array<std::string_view, N>& names) {
  const std::string_view name = cursor.run(kAlnum);
  for (std::size_t i = 0; i < N; ++i) {
    if (base::iequals(names[i], name)) return i;
  }
  return N;
}

/// Exactly `digits` digits; -1 when they are not there.
int read_digits(Cursor& cursor, std::size_t digits) {
  const std::string_view text = cursor.run(kDigit);
  if (text.size() != digits) return -1;
  int value = 0;
  for (const char c : text) value = value * 10 + (c - '0');
  return value;
}

}  // namespace

std::expected<std::chrono::sys_seconds, ParseError> parse_date(std::string_view text) {
  constexpr auto kBad = std::unexpected(ParseError::BadDate);
  Cursor cursor{text};
  if (read_name(cursor, kDays) == kDays.size() || !cursor.eat(',') || !cursor.eat(' ')) return kBad;
  const int day = read_digits(cursor, 2);
  if (!cursor.eat(' ')) return kBad;
  const std::size_t month = read_name(cursor, kMonths);
  if (!cursor.eat(' ')) return kBad;
  const int year = read_digits(cursor, 4);
  if (!cursor.eat(' ')) return kBad;
  const int hour = read_digits(cursor, 2);
  if (!cursor.eat(':')) return kBad;
  const int minute = read_digits(cursor, 2);
  if (!cursor.eat(':')) return kBad;
  const int second = read_digits(cursor, 2);
  if (cursor.rest() != " GMT") return kBad;

  const std::chrono::year_month_day date{std::chrono::year{year},
                                         std::chrono::month{static_cast<unsigned>(month) + 1},
                                         std::chrono::day{static_cast<unsigned>(day)}};
  const bool sane_time = hour >= 0 && hour < 24 && minute >= 0 && minute < 60 && second >= 0 && second <= 60;
  if (day < 0 || year < 0 || !date.ok() || !sane_time) return kBad;
  return std::chrono::sys_days{date} + std::chrono::hours{hour} + std::chrono::minutes{minute} +
         std::chrono::seconds{second};
}

std::string_view write_date(std::chrono::sys_seconds time, std::span<char, kDateSize> out) {
  const auto midnight = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date{midnight};
  const std::chrono::hh_mm_ss clock{time - midnight};
  base::TextWriter writer{out};
  writer.append(kDays[std::chrono::weekday{midnight}.c_encoding()]).append(", ");
  writer.append_padded(static_cast<unsigned>(date.day()), 2).append(' ');
  writer.append(kMonths[static_cast<unsigned>(date.month()) - 1]).append(' ');
  writer.append_padded(static_cast<std::uint64_t>(static_cast<int>(date.year())), 4).append(' ');
  writer.append_padded(static_cast<std::uint64_t>(clock.hours().count()), 2).append(':');
  writer.append_padded(static_cast<std::uint64_t>(clock.minutes().count()), 2).append(':');
  writer.append_padded(static_cast<std::uint64_t>(clock.seconds().count()), 2).append(" GMT");
  return writer.view();
}

}  // namespace ringfence::sip
