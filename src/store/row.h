// SPDX-License-Identifier: Apache-2.0
// Rows and the questions that find them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "model/field.h"
#include "model/places.h"
#include "model/value.h"

namespace ringfence::store {

using model::Definition;
using model::definition;
using model::definitions;
using model::DomainField;
using model::Field;
using model::Id;
using model::id_of;
using model::is_null;
using model::Kind;
using model::kMainTenant;
using model::Need;
using model::number_of;
using model::PeerField;
using model::SubscriberField;
using model::text_of;
using model::text_or_null;
using model::Type;
using model::Value;
using model::value_of;

struct Row {
  Id id = 0;
  Id tenant = kMainTenant;
  base::WallTime created{};
  base::WallTime changed{};
  std::vector<Value> cells;  ///< one for each field of its kind

  Row() = default;
  /// Begins with the fallbacks of its fields; what has none is empty.
  explicit Row(Kind of);

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

  std::uint8_t place = 0;  ///< of the field
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
  Id tenant = 0;  ///< only rows of this one; 0: of all
};

}  // namespace ringfence::store
