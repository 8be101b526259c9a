// SPDX-License-Identifier: Apache-2.0
// One reader and one writer for each type.
#include "model/value_text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <optional>
#include <span>
#include <utility>

#include "base/ascii.h"
#include "base/assert.h"
#include "base/bytes.h"
#include "base/encoding.h"
#include "model/rules.h"

namespace ringfence::model {
namespace {

constexpr std::size_t kDecimals = 6;  // digits behind the point

std::optional<std::int64_t> read_integer(std::string_view text) {
  std::int64_t number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  if (read.ec != std::errc{} || read.ptr != text.data() + text.size()) return std::nullopt;
  return number;
}

/// "12.5" in millionths.
std::optional<std::int64_t> read_decimal(std::string_view text) {
  const auto point = text.find('.');
  const std::string_view whole = text.substr(0, point);
  const std::string_view part = point == text.npos ? std::string_view{} : text.substr(point + 1);
  if (whole.empty() || whole.size() > 12 || part.size() > kDecimals || (point != text.npos && part.empty()) ||
      !std::ranges::all_of(whole, base::is_digit) || !std::ranges::all_of(part, base::is_digit)) {
    return std::nullopt;
  }
  std::string digits{part};
  digits.resize(kDecimals, '0');
  return *read_integer(whole) * kDecimalUnit + *read_integer(digits);
}

std::string decimal_text(std::int64_t millionths) {
  std::string text = fmt::format("{}.{:06}", millionths / kDecimalUnit, millionths % kDecimalUnit);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.ends_with('.')) text.pop_back();
  return text;
}

/// RFC 3339 in UTC, to the second; the T may be a blank, and a day alone is its beginning.
std::optional<base::WallTime> read_time(std::string_view text) {
  if (text.ends_with('Z')) text.remove_suffix(1);
  const auto day = check_day(text.substr(0, std::min<std::size_t>(10, text.size())));
  if (!day) return std::nullopt;
  const auto part = [text](std::size_t at, std::size_t size) {
    return static_cast<unsigned>(read_integer(text.substr(at, size)).value_or(99));
  };
  const std::chrono::year_month_day date{std::chrono::year{static_cast<int>(part(0, 4))},
                                         std::chrono::month{part(5, 2)}, std::chrono::day{part(8, 2)}};
  const base::WallTime midnight{std::chrono::sys_days{date}};
  if (text.size() == 10) return midnight;
  if (text.size() != 19 || (text[10] != 'T' && text[10] != ' ') || text[16] != ':') return std::nullopt;
  if (!check_clock(text.substr(11, 5)) || part(17, 2) > 59) return std::nullopt;
  return midnight + std::chrono::hours{part(11, 2)} + std::chrono::minutes{part(14, 2)} +
         std::chrono::seconds{part(17, 2)};
}

std::optional<bool> read_flag(std::string_view text) {
  if (text == "yes" || text == "true" || text == "1") return true;
  if (text == "no" || text == "false" || text == "0") return false;
  return std::nullopt;
}

std::string_view flag_text(bool value) {
  return value ? "yes" : "no";
}

std::string range_of(const Field& field) {
  const bool decimal = field.type == Type::Decimal;
  const auto text = [decimal](std::int64_t bound) {
    return decimal ? decimal_text(bound) : std::to_string(bound);
  };
  if (field.most == std::numeric_limits<std::int64_t>::max())
    return fmt::format("at least {}", text(field.least));
  return fmt::format("{} to {}", text(field.least), text(field.most));
}

Checked check_bounds(const Field& field, std::optional<std::int64_t> number, std::string_view kind) {
  if (!number || *number < field.least || *number > field.most) {
    return std::unexpected(fmt::format("{}, {}", kind, range_of(field)));
  }
  return field.type == Type::Decimal ? decimal_text(*number) : std::to_string(*number);
}

std::string bytes_from(std::string_view hex) {
  std::string bytes(hex.size() / 2, '\0');
  const auto size = base::decode_hex(hex, std::as_writable_bytes(std::span{bytes}));
  return size == bytes.size() ? bytes : std::string{};
}

std::string hex_of(std::string_view bytes) {
  std::string hex(2 * bytes.size(), '0');
  base::encode_hex(base::as_bytes(bytes), hex);
  return hex;
}

Checked check_hex(const Field& field, std::string_view value) {
  const bool fits = value.size() == 2 * static_cast<std::size_t>(field.most) &&
                    std::ranges::all_of(value, [](char c) { return base::hex_value(c) >= 0; });
  if (!fits) return std::unexpected(fmt::format("{} hexadecimal digits", 2 * field.most));
  std::string lower{value};
  std::ranges::transform(lower, lower.begin(), base::to_lower);
  return lower;
}

Checked check_choice(const Field& field, std::string_view value) {
  const auto found = std::ranges::find_if(
      field.choices, [value](std::string_view known) { return base::iequals(known, value); });
  if (found != field.choices.end()) return std::string{*found};
  return std::unexpected(fmt::format("one of {}", fmt::join(field.choices, ", ")));
}

}  // namespace

Checked check_key(const Definition& other, std::string_view value) {
  const bool numbered = other.key.naming == Naming::Numbered;
  if (!numbered && !value.starts_with(kIdPrefix)) return other.key_rule(value);
  const std::string_view digits = value.starts_with(kIdPrefix) ? value.substr(kIdPrefix.size()) : value;
  if (const auto id = read_integer(digits); id && *id > 0) return std::string{numbered ? digits : value};
  return std::unexpected(fmt::format("the id that {} ls shows", dashed(other.name)));
}

std::string utc_text(base::WallTime time) {
  // Not by fmt's own way for times: that one counts nanoseconds, which end in the year 2262.
  const auto second = std::chrono::floor<std::chrono::seconds>(time);
  const auto day = std::chrono::floor<std::chrono::days>(second);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{second - day};
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count());
}

Checked check_value(const Field& field, std::string_view value) {
  if (value.empty() && field.need == Need::Optional) return std::string{};
  switch (field.type) {
    case Type::Flag:
      if (const auto flag = read_flag(value)) return std::string{flag_text(*flag)};
      return std::unexpected("yes or no");
    case Type::Integer:
      return check_bounds(field, read_integer(value), "a whole number");
    case Type::Decimal:
      return check_bounds(field, read_decimal(value), "a number with at most six digits behind the point");
    case Type::Time:
      if (const auto time = read_time(value)) return utc_text(*time);
      return std::unexpected("a time in UTC such as 2026-12-24T18:00:00Z, or a day");
    case Type::Choice:
      return check_choice(field, value);
    case Type::Text:
      if (field.rule != nullptr) return field.rule(value);
      if (value.empty()) return std::unexpected("not empty");
      return check_text(value);
    case Type::Row:
      return check_key(definition(field.refers_to), value);
    case Type::Blob:
      return check_hex(field, value);
  }
  std::unreachable();
}

Value value_from(const Field& field, std::string_view canonical) {
  if (canonical.empty() && field.need == Need::Optional) return {};
  switch (field.type) {
    case Type::Flag:
      return std::int64_t{read_flag(canonical).value_or(false)};
    case Type::Integer:
      return read_integer(canonical).value_or(0);
    case Type::Decimal:
      return read_decimal(canonical).value_or(0);
    case Type::Time:
      return std::int64_t{read_time(canonical).value_or(base::WallTime{}).time_since_epoch().count()};
    case Type::Choice:
    case Type::Text:
      return std::string{canonical};
    case Type::Blob:
      return bytes_from(canonical);
    case Type::Row:
      break;
  }
  RF_ASSERT(field.type != Type::Row);
  return {};
}

std::string to_text(const Field& field, const Value& value) {
  if (is_null(value)) return {};
  switch (field.type) {
    case Type::Flag:
      return std::string{flag_text(number_of(value) != 0)};
    case Type::Decimal:
      return decimal_text(number_of(value));
    case Type::Time:
      return utc_text(base::WallTime{std::chrono::milliseconds{number_of(value)}});
    case Type::Integer:
    case Type::Row:
      return std::to_string(number_of(value));
    case Type::Blob:
      return hex_of(text_of(value));
    case Type::Choice:
    case Type::Text:
      break;
  }
  return std::string{text_of(value)};
}

}  // namespace ringfence::model
