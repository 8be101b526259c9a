// SPDX-License-Identifier: Apache-2.0
// Rows as JSON for the audit.
#include "store/audit.h"

#include <array>
#include <boost/json.hpp>

#include "model/preferences.h"
#include "model/value_text.h"

namespace ringfence::store {
namespace {

namespace json = boost::json;

constexpr std::array<std::string_view, 3> kActionNames{"insert", "update", "remove"};
constexpr std::string_view kHidden = "(hidden)";

json::value cell(const Field& field, const Value& value) {
  if (is_null(value)) return nullptr;
  if (field.show == model::Show::Secret || field.type == Type::Blob) return json::string{kHidden};
  if (field.type == Type::Flag) return number_of(value) != 0;
  if (field.type == Type::Integer || field.type == Type::Row) return number_of(value);
  return json::string{model::to_text(field, value)};
}

/// Whether this cell of a preference is the value of a secret one, which not even sealed belongs into the
/// audit.
bool is_secret_setting(const Row& row, std::size_t place) {
  if (place != static_cast<std::size_t>(model::PreferenceField::Setting)) return false;
  const auto known = model::preference_named(text_of(row[model::PreferenceField::Name]));
  return known && model::preference(*known).is_secret;
}

/// The cells of `row`, or only those that `other` has not.
std::string cells_of(const Definition& table, const Row& row, const Row* other) {
  json::object object;
  for (std::size_t i = 0; i < table.fields.size(); ++i) {
    const Value& value = row.cells[i];
    const bool tell = other == nullptr ? !is_null(value) : value != other->cells[i];
    if (!tell) continue;
    const bool hides = table.kind == Kind::Preference && !is_null(value) && is_secret_setting(row, i);
    object.emplace(table.fields[i].name, hides ? json::value{kHidden} : cell(table.fields[i], value));
  }
  return json::serialize(object);
}

Action action_of(const Row* before, const Row* after) {
  if (before == nullptr) return Action::Insert;
  return after == nullptr ? Action::Remove : Action::Update;
}

}  // namespace

std::string_view name_of(Action action) {
  return kActionNames[static_cast<std::size_t>(action)];
}

AuditEntry describe_change(const Actor& actor, base::WallTime at, const Definition& table, const Row* before,
                           const Row* after) {
  const Row& row = after != nullptr ? *after : *before;
  AuditEntry entry{.at = at,
                   .actor = actor,
                   .action = action_of(before, after),
                   .table = table.kind,
                   .row = row.id,
                   .tenant = row.tenant};
  if (before != nullptr) entry.before = cells_of(table, *before, after);
  if (after != nullptr) entry.after = cells_of(table, *after, before);
  return entry;
}

}  // namespace ringfence::store
