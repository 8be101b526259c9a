// SPDX-License-Identifier: Apache-2.0
// The outbox, the file, and the way from one to the other.
#include "store/sqlite_audit.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <vector>

namespace ringfence::store {
namespace {

using sqlite::Connection;
using sqlite::signed_of;
using sqlite::Statement;
using sqlite::to_number;
using sqlite::to_time;

constexpr std::string_view kColumns = "id, tenant, at, actor, door, action, entity, row, key, before, after";
constexpr int kColumnCount = 11;
/// While another process holds the audit's file, changes go on: it is tried again later.
constexpr int kBusyMilliseconds = 100;

AuditEntry read_entry(const Statement& statement) {
  AuditEntry entry{.id = static_cast<Id>(statement.number(0)),
                   .at = to_time(statement.number(2)),
                   .actor = {std::string{statement.text(3)}, std::string{statement.text(4)}},
                   .row = static_cast<Id>(statement.number(7)),
                   .key = std::string{statement.text(8)},
                   .tenant = static_cast<Id>(statement.number(1)),
                   .before = std::string{statement.text(9)},
                   .after = std::string{statement.text(10)}};
  for (const auto action : {Action::Insert, Action::Update, Action::Remove}) {
    if (name_of(action) == statement.text(5)) entry.action = action;
  }
  for (const Definition& table : definitions()) {
    if (table.name == statement.text(6)) entry.table = table.kind;
  }
  return entry;
}

/// Everything but the id and the key, from the place `first` on.
void bind_facts(Statement& statement, const AuditEntry& entry, int first) {
  statement.bind(first, signed_of(entry.tenant)).bind(first + 1, to_number(entry.at));
  statement.bind(first + 2, entry.actor.name).bind(first + 3, entry.actor.door);
  statement.bind(first + 4, name_of(entry.action)).bind(first + 5, definition(entry.table).name);
  statement.bind(first + 6, signed_of(entry.row)).bind(first + 7, entry.before).bind(first + 8, entry.after);
}

/// Reads one part of the audit, newest first; `left` and `enough` are shared by both.
struct Scan {
  const AuditQuery& query;
  const SqliteAudit::Visit& visit;
  std::size_t left;
  bool enough = false;

  Result<void> read(Connection& from, std::string_view table_name, std::int64_t above) {
    auto statement = Statement::prepare(from, sql(table_name));
    if (!statement) return std::unexpected(std::move(statement.error()));
    bind(*statement, above);
    while (!enough && left > 0) {
      const auto more = statement->step();
      if (!more) return std::unexpected(more.error());
      if (!*more) return {};
      --left;
      enough = !visit(read_entry(*statement));
    }
    return {};
  }

 private:
  [[nodiscard]] std::string sql(std::string_view table_name) const {
    return fmt::format("SELECT {} FROM {} WHERE id > ?1 AND id < ?2{}{} ORDER BY id DESC LIMIT ?5", kColumns,
                       table_name, query.table != Kind::None ? " AND entity = ?3" : "",
                       query.key.empty() ? "" : " AND key = ?4");
  }
  void bind(Statement& statement, std::int64_t above) const {
    statement.bind(1, above).bind(2, signed_of(std::min(query.before, AuditQuery::kNoBound)));
    if (query.table != Kind::None) statement.bind(3, definition(query.table).name);
    if (!query.key.empty()) statement.bind(4, query.key);
    statement.bind(5, static_cast<std::int64_t>(std::min<std::size_t>(left, INT64_MAX)));
  }
};

/// An entry of the outbox whose id is no higher than that of one which arrived.
struct EarlyEntry {
  std::int64_t id;
  bool arrived;
};

Result<void> erase_from_outbox(Connection& provisioning, std::int64_t id) {
  auto erase = Statement::prepare(provisioning, "DELETE FROM audit_outbox WHERE id = ?1");
  if (!erase) return std::unexpected(std::move(erase.error()));
  return erase->bind(1, id).run();
}

Result<void> give_new_id(Connection& provisioning, std::int64_t id, std::int64_t fresh) {
  auto rename = Statement::prepare(provisioning, "UPDATE audit_outbox SET id = ?2 WHERE id = ?1");
  if (!rename) return std::unexpected(std::move(rename.error()));
  return rename->bind(1, id).bind(2, fresh).run();
}

/// The outbox gives only higher ids from now on.
Result<void> set_last_given(Connection& provisioning, std::int64_t id) {
  auto cleared = provisioning.execute("DELETE FROM sqlite_sequence WHERE name = 'audit_outbox'");
  if (!cleared) return cleared;
  return provisioning.execute(
      fmt::format("INSERT INTO sqlite_sequence (name, seq) VALUES ('audit_outbox', {})", id));
}

Result<void> put_in_order(Connection& provisioning, const std::vector<EarlyEntry>& early,
                          std::int64_t last_given) {
  for (const EarlyEntry& entry : early) {
    auto done = entry.arrived ? erase_from_outbox(provisioning, entry.id)
                              : give_new_id(provisioning, entry.id, ++last_given);
    if (!done) return done;
  }
  return set_last_given(provisioning, last_given);
}

}  // namespace

const std::string SqliteAudit::kAppend =
    "INSERT INTO audit_outbox (tenant, at, actor, door, action, entity, row, before, after, key) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";

Result<void> SqliteAudit::append(Statement& statement, const AuditEntry& entry) {
  bind_facts(statement, entry, 1);
  return statement.bind(10, entry.key).run();
}

Result<void> SqliteAudit::begin() {
  const auto last = file_->ask_number("SELECT seq FROM sqlite_sequence WHERE name = 'audit'");
  if (!last) return std::unexpected(last.error());
  arrived_ = *last;
  if (auto settled = settle_early_entries(); !settled) return settled;
  ::sqlite3_busy_timeout(file_->handle(), kBusyMilliseconds);
  return {};
}

Result<bool> SqliteAudit::has_arrived(const AuditEntry& entry) {
  auto statement = Statement::prepare(
      *file_,
      "SELECT 1 FROM audit WHERE id = ?1 AND tenant = ?2 AND at = ?3 AND actor = ?4 AND door = ?5 "
      "AND action = ?6 AND entity = ?7 AND row = ?8 AND before = ?9 AND after = ?10");
  if (!statement) return std::unexpected(std::move(statement.error()));
  statement->bind(1, signed_of(entry.id));
  bind_facts(*statement, entry, 2);
  return statement->step();
}

/// After a crash between the two commits they have arrived. In a file that was put back from a copy they may
/// only bear the id of another entry; then they get a new one.
Result<void> SqliteAudit::settle_early_entries() {
  const auto last = provisioning_.ask_number("SELECT seq FROM sqlite_sequence WHERE name = 'audit_outbox'");
  if (!last) return std::unexpected(last.error());
  std::vector<EarlyEntry> early;
  Result<bool> arrived{true};
  const Visit judge = [&](const AuditEntry& entry) {
    arrived = has_arrived(entry);
    if (arrived) early.push_back({signed_of(entry.id), *arrived});
    return arrived.has_value();
  };
  const AuditQuery all_early{.before = static_cast<Id>(arrived_) + 1};
  if (auto read = Scan{all_early, judge, SIZE_MAX}.read(provisioning_, "audit_outbox", 0); !read) return read;
  if (!arrived) return std::unexpected(std::move(arrived.error()));
  if (early.empty() && *last >= arrived_) return {};
  std::ranges::reverse(early);
  return provisioning_.in_one_transaction(
      [&] { return put_in_order(provisioning_, early, std::max(*last, arrived_)); });
}

Result<void> SqliteAudit::scan(const AuditQuery& query, const Visit& visit) {
  Scan both{query, visit, query.limit};
  if (auto waiting = both.read(provisioning_, "audit_outbox", arrived_); !waiting) return waiting;
  return both.read(*file_, "audit", 0);
}

Result<bool> SqliteAudit::tend(base::WallTime erase_before) {
  const auto more = copy_some();
  if (!more) return more;
  if (outbox_has_arrived_) {
    if (auto erased = erase_arrived(); !erased) return std::unexpected(std::move(erased.error()));
  }
  return *more ? more : erase_old(erase_before);
}

Result<bool> SqliteAudit::copy_some() {
  auto waiting = Statement::prepare(
      provisioning_,
      fmt::format("SELECT {} FROM audit_outbox WHERE id > ?1 ORDER BY id LIMIT {}", kColumns, kStep));
  if (!waiting) return std::unexpected(std::move(waiting.error()));
  auto row = waiting->bind(1, arrived_).step();
  if (!row || !*row) return row;

  auto put = Statement::prepare(
      *file_,
      fmt::format("INSERT INTO audit ({}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)", kColumns));
  if (!put) return std::unexpected(std::move(put.error()));
  int copied = 0;
  std::int64_t last = arrived_;
  std::array<Value, kColumnCount> cells;
  auto committed = file_->in_one_transaction([&]() -> Result<void> {
    for (; row && *row; row = waiting->step()) {
      for (int i = 0; i < kColumnCount; ++i) {
        waiting->read(i, cells[static_cast<std::size_t>(i)]);
        put->bind(i + 1, Type::Text, cells[static_cast<std::size_t>(i)]);
      }
      if (auto done = put->run(); !done) return done;
      last = waiting->number(0);
      ++copied;
    }
    return row ? Result<void>{} : std::unexpected(std::move(row.error()));
  });
  if (!committed) return std::unexpected(std::move(committed.error()));
  arrived_ = last;
  outbox_has_arrived_ = true;
  return copied == kStep;
}

Result<void> SqliteAudit::erase_arrived() {
  auto erased = provisioning_.execute(fmt::format("DELETE FROM audit_outbox WHERE id <= {}", arrived_));
  if (erased) outbox_has_arrived_ = false;
  return erased;
}

Result<bool> SqliteAudit::erase_old(base::WallTime before) {
  auto statement = Statement::prepare(
      *file_,
      fmt::format("DELETE FROM audit WHERE id IN (SELECT id FROM audit WHERE at < ?1 ORDER BY at LIMIT {})",
                  kStep));
  if (!statement) return std::unexpected(std::move(statement.error()));
  if (auto erased = statement->bind(1, to_number(before)).run(); !erased)
    return std::unexpected(std::move(erased.error()));
  return file_->changes() == kStep;
}

}  // namespace ringfence::store
