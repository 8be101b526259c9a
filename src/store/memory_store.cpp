// SPDX-License-Identifier: Apache-2.0
// Tables as maps; a transaction keeps a copy to go back to.
#include "store/memory_store.h"

#include <fmt/format.h>

#include <algorithm>
#include <ranges>

namespace ringfence::store {
namespace {

bool meets(const Row& row, const Condition& condition) {
  const Value& value = row.cells[condition.place];
  if (condition.is == Condition::Is::Prefix) return text_of(value).starts_with(text_of(condition.value));
  return value == condition.value;
}

bool meets_all(const Row& row, const std::vector<Condition>& conditions, Id tenant) {
  if (tenant != 0 && row.tenant != tenant) return false;
  return std::ranges::all_of(conditions,
                             [&row](const Condition& condition) { return meets(row, condition); });
}

bool are_rivals(const model::Unique& unique, const Row& a, const Row& b) {
  if (unique.within_tenant && a.tenant != b.tenant) return false;
  return std::ranges::all_of(unique.places, [&](std::uint8_t place) {
    return (unique.null_counts || !is_null(a.cells[place])) && a.cells[place] == b.cells[place];
  });
}

bool is_meant(const AuditEntry& entry, const AuditQuery& query) {
  return (query.table == Kind::None || query.table == entry.table) &&
         (query.key.empty() || query.key == entry.key);
}

}  // namespace

MemoryStore::MemoryStore(const base::Clock& clock) : Store{clock} {
  Row main{Kind::Reseller};
  main.id = kMainTenant;
  main.created = main.changed = clock.wall();
  main[model::ResellerField::Name] = std::string{kMainTenantName};
  data_.rows[Kind::Reseller].emplace(main.id, main);
  data_.last_id[Kind::Reseller] = main.id;
}

Result<void> MemoryStore::do_begin() {
  before_ = data_;
  return {};
}

Result<void> MemoryStore::do_commit() {
  before_.reset();
  return {};
}

void MemoryStore::do_rollback() {
  data_ = std::move(*before_);
  before_.reset();
}

Result<Id> MemoryStore::do_next_id(const Definition& table, Id at_least) {
  Id& last = data_.last_id[table.kind];
  last = std::max(last + 1, at_least);
  return last;
}

Result<void> MemoryStore::check_rivals(const Definition& table, const Row& row) const {
  const auto known = data_.rows.find(table.kind);
  if (known == data_.rows.end()) return {};
  for (const Row& other : known->second | std::views::values) {
    if (other.id == row.id) continue;
    for (const model::Unique& unique : table.uniques) {
      if (are_rivals(unique, other, row)) {
        return error(Cause::Duplicate, fmt::format("cannot store a row of {}", table.name),
                     fmt::format("another one has the same {}", table.fields[unique.places[0]].name));
      }
    }
  }
  return {};
}

Result<void> MemoryStore::check_references(const Definition& table, const Row& row) const {
  for (std::size_t i = 0; i < table.fields.size(); ++i) {
    const Field& field = table.fields[i];
    if (field.type != Type::Row || is_null(row.cells[i])) continue;
    const auto known = data_.rows.find(field.refers_to);
    if (known == data_.rows.end() || !known->second.contains(id_of(row.cells[i]))) {
      return error(Cause::Referred, fmt::format("cannot store a row of {}", table.name),
                   fmt::format("its {} does not exist", field.name));
    }
  }
  return {};
}

bool MemoryStore::is_referred_to(const Definition& table, Id id) const {
  for (const Definition& other : definitions()) {
    const auto rows = data_.rows.find(other.kind);
    if (rows == data_.rows.end()) continue;
    for (std::size_t i = 0; i < other.fields.size(); ++i) {
      if (other.fields[i].refers_to != table.kind) continue;
      const auto refers = [i, id](const Row& row) { return id_of(row.cells[i]) == id; };
      if (std::ranges::any_of(rows->second | std::views::values, refers)) return true;
    }
  }
  return false;
}

Result<void> MemoryStore::do_insert(const Definition& table, const Row& row) {
  if (auto fits = check_rivals(table, row); !fits) return fits;
  if (auto fits = check_references(table, row); !fits) return fits;
  data_.rows[table.kind][row.id] = row;
  data_.last_id[table.kind] = std::max(data_.last_id[table.kind], row.id);
  return {};
}

Result<void> MemoryStore::do_update(const Definition& table, const Row& row) {
  if (auto fits = check_rivals(table, row); !fits) return fits;
  if (auto fits = check_references(table, row); !fits) return fits;
  data_.rows[table.kind][row.id] = row;
  return {};
}

Result<void> MemoryStore::do_remove(const Definition& table, Id id) {
  if (is_referred_to(table, id)) {
    return error(Cause::Referred, fmt::format("cannot remove row {} of {}", id, table.name),
                 "others refer to it");
  }
  data_.rows[table.kind].erase(id);
  return {};
}

Result<void> MemoryStore::do_scan(const Definition& table, const Query& query, const Visit& visit) {
  const auto& rows = data_.rows[table.kind];
  std::size_t left = query.limit;
  for (auto at = rows.upper_bound(query.after); at != rows.end() && left > 0; ++at) {
    if (!meets_all(at->second, query.conditions, query.tenant)) continue;
    --left;
    if (!visit(at->second)) break;
  }
  return {};
}

Result<std::optional<Row>> MemoryStore::do_get(const Definition& table, Id id) {
  const auto& rows = data_.rows[table.kind];
  const auto found = rows.find(id);
  return found == rows.end() ? std::optional<Row>{} : std::optional<Row>{found->second};
}

Result<std::uint64_t> MemoryStore::do_count(const Definition& table, const std::vector<Condition>& conditions,
                                            Id tenant) {
  const auto counted =
      std::ranges::count_if(data_.rows[table.kind] | std::views::values,
                            [&](const Row& row) { return meets_all(row, conditions, tenant); });
  return static_cast<std::uint64_t>(counted);
}

Result<void> MemoryStore::do_append_audit(const AuditEntry& entry) {
  data_.audit.push_back(entry);
  data_.audit.back().id = ++data_.last_audit;
  return {};
}

Result<void> MemoryStore::do_scan_audit(const AuditQuery& query, const VisitAudit& visit) {
  std::size_t left = query.limit;
  for (const AuditEntry& entry : data_.audit | std::views::reverse) {
    if (entry.id >= query.before || !is_meant(entry, query)) continue;
    if (left-- == 0 || !visit(entry)) break;
  }
  return {};
}

Result<bool> MemoryStore::do_tend(base::WallTime erase_before) {
  std::erase_if(data_.audit, [erase_before](const AuditEntry& entry) { return entry.at < erase_before; });
  return false;
}

}  // namespace ringfence::store
