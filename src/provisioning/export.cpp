// SPDX-License-Identifier: Apache-2.0
// One cell for each column of an import.
#include "provisioning/export.h"

namespace ringfence::provisioning {

using model::Naming;
using model::Show;
using model::Type;
using store::Row;

std::vector<std::string_view> export_columns(const Definition& definition) {
  std::vector<std::string_view> names{definition.key.naming == Naming::Numbered ? "id" : definition.name};
  for (std::size_t i = 0; i < definition.fields.size(); ++i) {
    const Field& field = definition.fields[i];
    if (!definition.stands_in_key(i) && field.show != Show::Secret) names.push_back(field.name);
  }
  return names;
}

Outcome<Record> export_record(Resource& resource, Workshop& workshop, const Row& row) {
  const Definition& of = resource.definition();
  Record record;
  if (of.key.naming == Naming::Numbered) {
    record.add("id", static_cast<std::int64_t>(row.id));
  } else {
    auto key = workshop.keys.key_of(of.kind, row);
    if (!key) return std::unexpected(std::move(key.error()));
    record.add(of.name, std::move(*key));
  }
  for (std::size_t i = 0; i < of.fields.size(); ++i) {
    const Field& field = of.fields[i];
    if (of.stands_in_key(i) || field.show == Show::Secret) continue;
    if (field.type != Type::Row || store::is_null(row.cells[i])) {
      auto cell = resource.export_cell(row, i);
      if (!cell) return std::unexpected(std::move(cell.error()));
      record.add(field.name, std::move(*cell));
      continue;
    }
    auto key = workshop.keys.key_of(field.refers_to, store::id_of(row.cells[i]));
    if (!key) return std::unexpected(std::move(key.error()));
    record.add(field.name, std::move(*key));
  }
  return record;
}

std::vector<std::string_view> import_columns(const Definition& definition) {
  std::vector<std::string_view> names;
  names.push_back(definition.key.naming == Naming::Numbered ? "id" : definition.name);
  for (std::size_t i = 0; i < definition.fields.size(); ++i) {
    const Field& field = definition.fields[i];
    const bool is_parent = definition.key.naming == Naming::Numbered && i == definition.key.within;
    if (is_parent || field.used_by(model::kByAdd)) names.push_back(field.name);
  }
  for (const Field& input : definition.inputs) {
    if (input.used_by(model::kByAdd)) names.push_back(input.name);
  }
  return names;
}

}  // namespace ringfence::provisioning
