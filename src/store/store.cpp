// SPDX-License-Identifier: Apache-2.0
// The rules that hold in every engine: complete rows, stamps, an audit entry for each change.
#include "store/store.h"

#include <fmt/format.h>

#include "base/assert.h"

namespace ringfence::store {
namespace {

bool has_type(const Field& field, const Value& value) {
  const bool wants_text = field.type == Type::Text || field.type == Type::Blob || field.type == Type::Choice;
  return wants_text ? std::holds_alternative<std::string>(value)
                    : std::holds_alternative<std::int64_t>(value);
}

Result<void> check_cells(const Definition& table, const Row& row) {
  const auto refuse = [&table](std::string why) {
    return error(Cause::Incomplete, fmt::format("cannot store a row of {}", table.name), std::move(why));
  };
  if (row.cells.size() != table.fields.size()) return refuse("it has not one cell for each field");
  for (std::size_t i = 0; i < row.cells.size(); ++i) {
    const Field& field = table.fields[i];
    if (is_null(row.cells[i])) {
      if (field.need == model::Need::Required) return refuse(fmt::format("{} is required", field.name));
    } else if (!has_type(field, row.cells[i])) {
      return refuse(fmt::format("{} has the wrong type", field.name));
    }
  }
  return {};
}

std::unexpected<Error> no_such_row(const Definition& table, Id id) {
  return error(Cause::NotFound, fmt::format("cannot change row {} of {}", id, table.name),
               "there is no such row");
}

}  // namespace

Result<std::optional<Row>> Store::get(Kind id, Id row) {
  return do_get(definition(id), row);
}

Result<std::optional<Row>> Store::find(Kind id, std::vector<Condition> conditions, Id tenant) {
  std::optional<Row> found;
  const auto scanned = scan(id, Query{std::move(conditions), 0, 1, tenant}, [&found](const Row& row) {
    found = row;
    return false;
  });
  if (!scanned) return std::unexpected(scanned.error());
  return found;
}

Result<void> Store::scan(Kind id, const Query& query, const Visit& visit) {
  return do_scan(definition(id), query, visit);
}

Result<std::uint64_t> Store::count(Kind id, const std::vector<Condition>& conditions, Id tenant) {
  return do_count(definition(id), conditions, tenant);
}

Result<void> Store::scan_audit(const AuditQuery& query, const VisitAudit& visit) {
  return do_scan_audit(query, visit);
}

Result<bool> Store::tend(std::chrono::milliseconds retention) {
  RF_ASSERT(actor_ == nullptr);
  return do_tend(clock_.wall() - retention);
}

Result<std::string> Store::key_of(const Definition& of, const Row& row) {
  if (of.key.naming == model::Naming::Numbered) return std::to_string(row.id);
  std::string key{text_of(row.cells[of.key.name])};
  if (of.key.naming == model::Naming::Name) return key;
  const Definition& parents = definition(of.fields[of.key.within].refers_to);
  const auto parent = do_get(parents, id_of(row.cells[of.key.within]));
  if (!parent) return std::unexpected(parent.error());
  if (!*parent) return no_such_row(parents, id_of(row.cells[of.key.within]));
  const auto rest = key_of(parents, **parent);
  if (!rest) return rest;
  return key + "@" + *rest;
}

Result<void> Store::append_audit(const Definition& of, const Row* before, const Row* after,
                                 base::WallTime at) {
  auto key = key_of(of, after != nullptr ? *after : *before);
  if (!key) return std::unexpected(std::move(key.error()));
  AuditEntry entry = describe_change(*actor_, at, of, before, after);
  entry.key = std::move(*key);
  return do_append_audit(entry);
}

Result<Id> Store::next_id(Kind id, Id at_least) {
  RF_ASSERT(actor_ != nullptr);
  return do_next_id(definition(id), at_least);
}

Result<Id> Store::insert(Kind id, Row& row) {
  RF_ASSERT(actor_ != nullptr);
  const Definition& into = definition(id);
  if (auto complete = check_cells(into, row); !complete) return std::unexpected(std::move(complete.error()));
  if (row.id == 0) {
    const auto next = do_next_id(into, 0);
    if (!next) return std::unexpected(next.error());
    row.id = *next;
  }
  row.created = row.changed = clock_.wall();
  if (auto inserted = do_insert(into, row); !inserted) return std::unexpected(std::move(inserted.error()));
  if (auto audited = append_audit(into, nullptr, &row, row.changed); !audited) {
    return std::unexpected(std::move(audited.error()));
  }
  return row.id;
}

Result<void> Store::update(Kind id, Row& row) {
  RF_ASSERT(actor_ != nullptr);
  const Definition& in = definition(id);
  if (auto complete = check_cells(in, row); !complete) return complete;
  const auto before = do_get(in, row.id);
  if (!before) return std::unexpected(before.error());
  if (!*before) return no_such_row(in, row.id);
  if ((*before)->cells == row.cells && (*before)->tenant == row.tenant) return {};
  row.created = (*before)->created;
  row.changed = clock_.wall();
  if (auto updated = do_update(in, row); !updated) return updated;
  return append_audit(in, &**before, &row, row.changed);
}

Result<void> Store::remove(Kind id, Id row) {
  RF_ASSERT(actor_ != nullptr);
  const Definition& from = definition(id);
  const auto before = do_get(from, row);
  if (!before) return std::unexpected(before.error());
  if (!*before) return no_such_row(from, row);
  if (auto removed = do_remove(from, row); !removed) return removed;
  return append_audit(from, &**before, nullptr, clock_.wall());
}

Result<Transaction> Transaction::begin(Store& store, const Actor& actor) {
  RF_ASSERT(store.actor_ == nullptr);
  if (auto begun = store.do_begin(); !begun) return std::unexpected(std::move(begun.error()));
  store.actor_ = &actor;
  return Transaction{store};
}

Transaction::~Transaction() {
  if (store_ == nullptr) return;
  store_->actor_ = nullptr;
  store_->do_rollback();
}

Result<void> Transaction::commit() {
  RF_ASSERT(store_ != nullptr);
  Store& store = *std::exchange(store_, nullptr);
  store.actor_ = nullptr;
  return store.do_commit();
}

}  // namespace ringfence::store
