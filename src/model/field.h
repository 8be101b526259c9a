// SPDX-License-Identifier: Apache-2.0
// What one kind of row is made of, as data. Schema, validation, command line, import and the page
// docs/model.md read the same tables.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <limits>
#include <span>
#include <string>
#include <string_view>

#include "model/kind.h"

namespace ringfence::model {

/// How a value is stored. As text, for operators, it has one canonical spelling: see value_text.h.
enum class Type : std::uint8_t {
  Flag,     ///< 0 or 1; "yes" or "no"
  Integer,  ///< within Field::least and Field::most
  Decimal,  ///< millionths; "0.25"
  Time,     ///< milliseconds since 1970, UTC; "2026-12-24T18:00:00Z"
  Choice,   ///< one of Field::choices, stored as that text
  Text,
  Blob,  ///< Field::most bytes; as text in hexadecimal digits
  Row,   ///< the id of a row of Field::refers_to; as text its key
};

enum class Need : std::uint8_t { Required, Optional };

enum class Show : std::uint8_t {
  Listed,  ///< in lists and alone
  Alone,   ///< by `show`, and in exports
  Secret,  ///< never, the audit included
};

/// What becomes of a row when the one it refers to is to go.
enum class Bond : std::uint8_t {
  Uses,  ///< that one stays: the removal is refused
  Part,  ///< it goes with it
};

/// The canonical spelling of a value, or the rule it breaks ("digits only, at most 32").
using Checked = std::expected<std::string, std::string>;
using Rule = Checked (*)(std::string_view value);

/// Who may give a value, in bits.
inline constexpr std::uint8_t kByAdd = 1;
inline constexpr std::uint8_t kBySet = 2;
inline constexpr std::uint8_t kByFilter = 4;  ///< `ls` takes it as a condition

struct Field {
  std::string_view
      name;  ///< also of the column and in JSON: letters, digits, '_'; "--with-dashes" for people
  Type type = Type::Text;
  Need need = Need::Optional;
  Show show = Show::Alone;
  std::uint8_t uses = kByAdd | kBySet;
  Rule rule = nullptr;        ///< for Text; null: any printable text
  std::string_view fallback;  ///< what `add` takes when nothing is given; empty: nothing, or an error
  std::span<const std::string_view> choices;
  std::int64_t least = 0;  ///< of an Integer, or of a Decimal in millionths
  std::int64_t most = std::numeric_limits<std::int64_t>::max();
  Kind refers_to = Kind::None;
  Bond bond = Bond::Uses;
  bool by_presence = false;      ///< a Flag that the command line takes without a value
  std::string_view placeholder;  ///< "DIGITS"
  std::string_view help;

  [[nodiscard]] constexpr bool used_by(std::uint8_t use) const { return (uses & use) != 0; }
};

/// Fields, by their place, whose values no two rows share; a row in which one of them is null is no rival.
struct Unique {
  std::span<const std::uint8_t> places;
  bool within_tenant = false;  ///< rows of other tenants are no rivals
  bool null_counts = false;    ///< an empty value is one like any other
};

/// What operators call a row.
enum class Naming : std::uint8_t {
  Name,      ///< the text of one field
  Within,    ///< that, "@", and the key of the row it belongs to: 1001@example.test
  Numbered,  ///< its id; `add` takes the key of the row it belongs to
};

struct Key {
  static constexpr std::uint8_t kNone = 0xff;

  Naming naming = Naming::Name;
  std::uint8_t name = kNone;    ///< the place of the field; none when numbered
  std::uint8_t within = kNone;  ///< a field of Type::Row: what it belongs to
};

/// Who reads rows of a kind.
enum class Reach : std::uint8_t {
  Calls,   ///< in the snapshot that routes calls: live at the next one
  Office,  ///< provisioning and billing only
};

/// A kind of rows. Beside its fields each row has id, tenant, created and changed (ms since 1970, UTC).
struct Definition {
  Kind kind = Kind::None;
  std::string_view name;    ///< of the table, in audit and JSON: "rewrite_rule"
  std::string_view plural;  ///< for people: "rewrite rules"
  std::string_view help;
  std::string_view placeholder;  ///< of the key: "USER@DOMAIN"
  Key key;
  Rule key_rule = nullptr;  ///< of a Name, or of the whole key when Within
  Reach reach = Reach::Office;
  std::string_view effect;  ///< what calls make of it today; empty: it waits for the feature that reads it
  std::span<const Field> fields;
  /// What `add` and `set` take and no column keeps, such as a password.
  std::span<const Field> inputs;
  std::span<const Unique> uniques;

  /// Whether the key tells the field already, so that it needs no column or option of its own.
  [[nodiscard]] constexpr bool stands_in_key(std::size_t place) const {
    return key.naming != Naming::Numbered && (place == key.name || place == key.within);
  }
  /// The place of the field that makes a row part of another; Key::kNone when there is none.
  [[nodiscard]] constexpr std::uint8_t part_of() const {
    for (std::uint8_t place = 0; place < fields.size(); ++place) {
      if (fields[place].type == Type::Row && fields[place].bond == Bond::Part) return place;
    }
    return Key::kNone;
  }
};

/// All of them, in the order of Kind.
[[nodiscard]] std::span<const Definition> definitions();
[[nodiscard]] const Definition& definition(Kind kind);
/// Kind::None when there is none of that name, be it written with '_' or '-'.
[[nodiscard]] Kind kind_named(std::string_view name);
/// Among fields, then inputs; nullptr when there is none.
[[nodiscard]] const Field* find_field(const Definition& definition, std::string_view name);
/// "rewrite-rule": how the command line and texts for people write a name.
[[nodiscard]] std::string dashed(std::string_view name);

}  // namespace ringfence::model
