// SPDX-License-Identifier: Apache-2.0
// Value: one cell of a row.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "model/kind.h"

namespace ringfence::model {

/// Nothing, a number (also flags, times, decimals and row ids), or text (also blobs and choices).
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

}  // namespace ringfence::model
