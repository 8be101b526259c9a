// SPDX-License-Identifier: Apache-2.0
// What operators manage, as data: kinds, their fields with rule and help, and what is shown of them.
// Validation and the command line read these tables.
#pragma once

#include <cstdint>
#include <expected>
#include <map>
#include <span>
#include <string>
#include <string_view>

#include "directory/change.h"
#include "provisioning/outcome.h"

namespace ringfence::provisioning {

using directory::Kind;

enum class Verb : std::uint8_t { Add, Ls, Show, Set, Rm };
inline constexpr std::size_t kVerbs = 5;
[[nodiscard]] std::string_view name_of(Verb verb);

/// Whether a value is allowed: its canonical spelling, or the rule it breaks ("digits only, at most 32").
using Check = std::expected<std::string, std::string_view> (*)(std::string_view value);

/// One thing an operator can give to a verb, on the command line `--name VALUE`.
struct Field {
  enum class Takes : std::uint8_t { Value, Nothing };  // Nothing: its presence is the value ("true")

  std::string_view name;
  std::string_view placeholder;
  std::string_view help;
  Check check;
  std::uint8_t verbs;  // one bit for each Verb
  Takes takes = Takes::Value;
  bool required = false;  // by Verb::Add

  [[nodiscard]] constexpr bool belongs_to(Verb verb) const {
    return ((verbs >> static_cast<unsigned>(verb)) & 1U) != 0;
  }
};

/// One thing that is shown.
struct Column {
  std::string_view name;
  bool in_list;  // by ls; show shows all
};

/// A kind of things with a key that operators know it by.
struct Definition {
  Kind kind;
  std::string_view name;
  std::string_view plural;
  std::string_view key;  // placeholder: "USER@DOMAIN"
  std::string_view key_help;
  Check check_key;
  std::uint8_t verbs;
  std::span<const Field> fields;
  std::span<const Column> columns;

  [[nodiscard]] constexpr bool has(Verb verb) const {
    return ((verbs >> static_cast<unsigned>(verb)) & 1U) != 0;
  }
};

[[nodiscard]] std::span<const Definition> definitions();
[[nodiscard]] const Definition& definition(Kind kind);
[[nodiscard]] const Field* find_field(const Definition& definition, std::string_view name);

/// Values by field name, as the operator typed them or, after check_arguments(), in their canonical spelling.
using Arguments = std::map<std::string, std::string, std::less<>>;

/// The value, or an empty text.
[[nodiscard]] std::string_view value_in(const Arguments& arguments, std::string_view name);

/// Every argument is a field of this verb and keeps its rule; none that is required is missing.
/// @error Usage  names field, value and rule; a password is never repeated
[[nodiscard]] Outcome<Arguments> check_arguments(const Definition& definition, Verb verb,
                                                 std::string_view key, const Arguments& arguments);
[[nodiscard]] Outcome<std::string> check_key(const Definition& definition, Verb verb, std::string_view key);

}  // namespace ringfence::provisioning
