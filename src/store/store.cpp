// SPDX-License-Identifier: Apache-2.0
// The rules that hold in every engine: complete rows, stamps, an audit entry for each change.
#include "store/store.h"

#include <fmt/format.h>

#include "base/assert.h"

namespace ringfence::store {
namespace {

bool has_type(const Column& column, const Value& value) {
  const bool wants_text = column.type == Type::Text || column.type == Type::Blob;
  return wants_text ? std::holds_alternative<std::string>(value)
                    : std::holds_alternative<std::int64_t>(value);
}

Result<void> check_cells(const Table& table, const Row& row) {
  const auto refuse = [&table](std::string why) {
    return error(Cause::Incomplete, fmt::format("cannot store a row of {}", table.name), std::move(why));
  };
  if (row.cells.size() != table.columns.size()) return refuse("it has not one cell for each column");
  for (std::size_t i = 0; i < row.cells.size(); ++i) {
    const Column& column = table.columns[i];
    if (is_null(row.cells[i])) {
      if (column.need == Need::Required) return refuse(fmt::format("{} is required", column.name));
    } else if (!has_type(column, row.cells[i])) {
      return refuse(fmt::format("{} has the wrong type", column.name));
    }
  }
  return {};
}

std::unexpected<Error> no_such_row(const Table& table, Id id) {
  return error(Cause::NotFound, fmt::format("cannot change row {} of {}", id, table.name),
               "there is no such row");
}

}  // namespace

Result<std::optional<Row>> Store::get(TableId id, Id row) {
  return do_get(table(id), row);
}

Result<std::optional<Row>> Store::find(TableId id, std::vector<Condition> conditions) {
  std::optional<Row> found;
  const auto scanned = scan(id, Query{std::move(conditions), 0, 1}, [&found](const Row& row) {
    found = row;
    return false;
  });
  if (!scanned) return std::unexpected(scanned.error());
  return found;
}

Result<void> Store::scan(TableId id, const Query& query, const Visit& visit) {
  return do_scan(table(id), query, visit);
}

Result<std::uint64_t> Store::count(TableId id, const std::vector<Condition>& conditions) {
  return do_count(table(id), conditions);
}

Result<void> Store::scan_audit(const AuditQuery& query, const VisitAudit& visit) {
  return do_scan_audit(query, visit);
}

Result<bool> Store::tend(std::chrono::milliseconds retention) {
  RF_ASSERT(actor_ == nullptr);
  return do_tend(clock_.wall() - retention);
}

Result<std::string> Store::key_of(const Table& of, const Row& row) {
  std::string key{text_of(row.cells[of.key.name])};
  if (of.key.within == Key::kNone) return key;
  const Table& parents = table(of.columns[of.key.within].refers_to);
  const auto parent = do_get(parents, id_of(row.cells[of.key.within]));
  if (!parent) return std::unexpected(parent.error());
  if (!*parent) return no_such_row(parents, id_of(row.cells[of.key.within]));
  const auto rest = key_of(parents, **parent);
  if (!rest) return rest;
  return key + "@" + *rest;
}

Result<void> Store::append_audit(const Table& of, const Row* before, const Row* after, base::WallTime at) {
  auto key = key_of(of, after != nullptr ? *after : *before);
  if (!key) return std::unexpected(std::move(key.error()));
  AuditEntry entry = describe_change(*actor_, at, of, before, after);
  entry.key = std::move(*key);
  return do_append_audit(entry);
}

Result<Id> Store::next_id(TableId id) {
  RF_ASSERT(actor_ != nullptr);
  return do_next_id(table(id));
}

Result<Id> Store::insert(TableId id, Row& row) {
  RF_ASSERT(actor_ != nullptr);
  const Table& into = table(id);
  if (auto complete = check_cells(into, row); !complete) return std::unexpected(std::move(complete.error()));
  if (row.id == 0) {
    const auto next = do_next_id(into);
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

Result<void> Store::update(TableId id, Row& row) {
  RF_ASSERT(actor_ != nullptr);
  const Table& in = table(id);
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

Result<void> Store::remove(TableId id, Id row) {
  RF_ASSERT(actor_ != nullptr);
  const Table& from = table(id);
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
