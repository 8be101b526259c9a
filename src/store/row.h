// SPDX-License-Identifier: Apache-2.0
// Rows and the questions that find them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/time.h"
#include "store/schema.h"

namespace ringfence::store {

/// Nothing, a number (also flags and row ids), or text (also blobs).
using Value = std::variant<std::monostate, std::int64_t, std::string>;

[[nodiscard]] inline bool is_null(const Value& value) {
  return std::holds_alternative<std::monostate>(value);
}
/// The text, or an empty one.
[[nodiscard]] inline std::string_view text_of(const Value& value) {
  const auto* text = std::get_if<std::string>(&value);
  return text != nullptr ? std::string_view{*text} : std::string_view{};
}
/// The number, or 0.
[[nodiscard]] inline std::int64_t number_of(const Value& value) {
  const auto* number = std::get_if<std::int64_t>(&value);
  return number != nullptr ? *number : 0;
}
[[nodiscard]] inline Id id_of(const Value& value) {
  return static_cast<Id>(number_of(value));
}
[[nodiscard]] inline Value value_of(Id id) {
  return static_cast<std::int64_t>(id);
}
/// Null when the text is empty.
[[nodiscard]] inline Value text_or_null(std::string_view text) {
  return text.empty() ? Value{} : Value{std::string{text}};
}

struct Row {
  Id id = 0;
  Id tenant = kDefaultTenant;
  base::WallTime created{};
  base::WallTime changed{};
  std::vector<Value> cells;  ///< one for each column of the table

  Row() = default;
  explicit Row(TableId of) : cells(table(of).columns.size()) {}

  template <class Place>
  [[nodiscard]] Value& operator[](Place place) {
    return cells[static_cast<std::size_t>(place)];
  }
  template <class Place>
  [[nodiscard]] const Value& operator[](Place place) const {
    return cells[static_cast<std::size_t>(place)];
  }

  friend bool operator==(const Row&, const Row&) = default;
};

struct Condition {
  enum class Is : std::uint8_t { Equal, Prefix };  // Prefix: of text, with case

  std::uint8_t column = 0;
  Is is = Is::Equal;
  Value value;

  template <class Place>
  [[nodiscard]] static Condition equal(Place place, Value value) {
    return {static_cast<std::uint8_t>(place), Is::Equal, std::move(value)};
  }
  template <class Place>
  [[nodiscard]] static Condition prefix(Place place, std::string_view text) {
    return {static_cast<std::uint8_t>(place), Is::Prefix, std::string{text}};
  }
};

/// Rows that meet all conditions, by ascending id, so that a page ends where the next one begins.
struct Query {
  static constexpr std::size_t kNoLimit = SIZE_MAX;

  std::vector<Condition> conditions;
  Id after = 0;
  std::size_t limit = kNoLimit;
};

}  // namespace ringfence::store
