// SPDX-License-Identifier: Apache-2.0
// Rows as JSON for the audit.
#include "store/audit.h"

#include <array>
#include <boost/json.hpp>

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

/// The cells of `row`, or only those that `other` has not.
std::string cells_of(const Definition& table, const Row& row, const Row* other) {
  json::object object;
  for (std::size_t i = 0; i < table.fields.size(); ++i) {
    const Value& value = row.cells[i];
    const bool tell = other == nullptr ? !is_null(value) : value != other->cells[i];
    if (tell) object.emplace(table.fields[i].name, cell(table.fields[i], value));
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
