// SPDX-License-Identifier: Apache-2.0
// Rows for the tests and benchmarks of the directory, with what each test says of them and fallbacks
// elsewhere.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "directory/change.h"
#include "model/value_text.h"

namespace ringfence::directory::test {

/// A cell that nobody spoke of: the fallback, else something that fits, else nothing.
inline model::Value unspoken(const model::Field& field) {
  if (!field.fallback.empty()) return model::value_from(field, field.fallback);
  if (field.need == model::Need::Optional) return {};
  if (field.type == model::Type::Row) return std::int64_t{1};
  return std::string{"x"};
}

/// @param cells  by the name of the field
inline EntryValues entry(Kind kind, Id id,
                         std::initializer_list<std::pair<std::string_view, model::Value>> cells = {}) {
  EntryValues values{kind, id, 1, {}};
  const model::Definition& definition = model::definition(kind);
  for (const model::Field& field : definition.fields) values.cells.push_back(unspoken(field));
  for (const auto& [name, value] : cells) {
    const auto place = model::find_field(definition, name) - definition.fields.data();
    values.cells.at(static_cast<std::size_t>(place)) = value;
  }
  return values;
}

inline EntryValues alias(Id id, std::string digits, Id subscriber, bool device = false) {
  return entry(Kind::Number, id,
               {{"number", std::move(digits)},
                {"subscriber", model::value_of(subscriber)},
                {"device", std::int64_t{device}}});
}

/// @param owner_kind  Subscriber, Customer, Domain or Peer
inline EntryValues preference(Id id, std::string name, std::string value, Kind owner_kind, Id owner) {
  return entry(Kind::Preference, id,
               {{"name", std::move(name)},
                {"value", std::move(value)},
                {model::definition(owner_kind).name, model::value_of(owner)}});
}

inline EntryValues stateful(Kind kind, Id id, State state) {
  return entry(kind, id, {{"name", std::string{"n"}}, {"state", std::string{model::name_of(state)}}});
}

inline EntryValues rewrite_rule(Id id, Id set, std::int64_t priority) {
  return entry(Kind::RewriteRule, id, {{"rewrite_set", model::value_of(set)}, {"priority", priority}});
}

}  // namespace ringfence::directory::test
