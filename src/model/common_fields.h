// SPDX-License-Identifier: Apache-2.0
// Fields that many kinds have, and short ways to write tables of them. For the tables of this room alone.
#pragma once

#include <array>

#include "model/field.h"
#include "model/rules.h"
#include "model/state.h"

namespace ringfence::model {

inline constexpr std::uint8_t kAnyTime = kByAdd | kBySet;
inline constexpr std::uint8_t kAlways = kByAdd | kBySet | kByFilter;
inline constexpr std::uint8_t kAtFirst = kByAdd;            ///< given once, never changed
inline constexpr std::uint8_t kFound = kByAdd | kByFilter;  ///< given once, and looked for
inline constexpr std::uint8_t kByKey = kByFilter;           ///< the key, or a part of it, gives it
inline constexpr std::uint8_t kInside = 0;                  ///< nobody gives it: code does

/// The field that is the key, or its first part.
constexpr Field key_field(std::string_view name, Rule rule, std::string_view placeholder,
                          std::string_view help) {
  return {.name = name,
          .need = Need::Required,
          .show = Show::Listed,
          .uses = kByKey,
          .rule = rule,
          .placeholder = placeholder,
          .help = help};
}

/// The row that this one is a part of; the key of that one is given to `add`.
constexpr Field part_of(std::string_view name, Kind kind, std::string_view placeholder,
                        std::string_view help) {
  return {.name = name,
          .type = Type::Row,
          .need = Need::Required,
          .show = Show::Listed,
          .uses = kByKey,
          .refers_to = kind,
          .bond = Bond::Part,
          .placeholder = placeholder,
          .help = help};
}

constexpr Field refers_to(std::string_view name, Kind kind, std::string_view placeholder,
                          std::string_view help) {
  return {.name = name,
          .type = Type::Row,
          .show = Show::Listed,
          .uses = kAlways,
          .refers_to = kind,
          .placeholder = placeholder,
          .help = help};
}

constexpr Field text(std::string_view name, std::string_view placeholder, std::string_view help,
                     Rule rule = nullptr) {
  return {.name = name, .rule = rule, .placeholder = placeholder, .help = help};
}

constexpr Field listed(Field field) {
  field.show = Show::Listed;
  return field;
}
constexpr Field alone(Field field) {
  field.show = Show::Alone;
  return field;
}
constexpr Field required(Field field) {
  field.need = Need::Required;
  return field;
}
constexpr Field filtered(Field field) {
  field.uses |= kByFilter;
  return field;
}

/// Has a value always: `fallback` when `add` is given none.
constexpr Field flag(std::string_view name, std::string_view fallback, std::string_view help) {
  return {.name = name,
          .type = Type::Flag,
          .need = Need::Required,
          .fallback = fallback,
          .placeholder = "YES|NO",
          .help = help};
}
constexpr Field choice(std::string_view name, std::span<const std::string_view> choices,
                       std::string_view fallback, std::string_view placeholder, std::string_view help) {
  return {.name = name,
          .type = Type::Choice,
          .need = Need::Required,
          .show = Show::Listed,
          .uses = kAlways,
          .fallback = fallback,
          .choices = choices,
          .placeholder = placeholder,
          .help = help};
}
constexpr Field integer(std::string_view name, std::int64_t least, std::int64_t most,
                        std::string_view fallback, std::string_view placeholder, std::string_view help) {
  return {.name = name,
          .type = Type::Integer,
          .need = fallback.empty() ? Need::Optional : Need::Required,
          .fallback = fallback,
          .least = least,
          .most = most,
          .placeholder = placeholder,
          .help = help};
}
/// @param most  in whole units
constexpr Field decimal(std::string_view name, std::int64_t most, std::string_view fallback,
                        std::string_view help) {
  return {.name = name,
          .type = Type::Decimal,
          .need = fallback.empty() ? Need::Optional : Need::Required,
          .fallback = fallback,
          .least = 0,
          .most = most * 1'000'000,
          .placeholder = "N.N",
          .help = help};
}
constexpr Field state_field(std::string_view help) {
  return choice("state", kStateNames, "active", "STATE", help);
}
constexpr Field description_field() {
  return text("description", "TEXT", "for people");
}

inline constexpr std::array kFirst{std::uint8_t{0}};  ///< of a Unique: the first field alone

}  // namespace ringfence::model
