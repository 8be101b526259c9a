// SPDX-License-Identifier: Apache-2.0
// Statements made from the definitions of the tables.
#include "store/sqlite_store.h"

#include <fmt/format.h>

#include <algorithm>

namespace ringfence::store {
namespace {

using sqlite::Connection;
using sqlite::Statement;

constexpr std::size_t kFixed = 4;  // id, tenant, created, changed
constexpr std::size_t kShelfRoom = 64;

using sqlite::signed_of;
using sqlite::to_number;
using sqlite::to_time;

/// The conditions take the first places; the tenant, unless it is 0, the next one.
std::string where_of(const Definition& table, const std::vector<Condition>& conditions, Id tenant) {
  std::string where;
  for (std::size_t i = 0; i < conditions.size(); ++i) {
    const std::string_view name = table.fields[conditions[i].place].name;
    const std::size_t place = i + 1;
    const bool prefix = conditions[i].is == Condition::Is::Prefix;
    where += fmt::format(
        fmt::runtime(prefix ? " AND substr(\"{0}\", 1, length(?{1})) = ?{1}" : " AND \"{0}\" IS ?{1}"), name,
        place);
  }
  if (tenant != 0) where += fmt::format(" AND tenant = ?{}", conditions.size() + 1);
  return where;
}

void bind_conditions(Statement& statement, const Definition& table, const std::vector<Condition>& conditions,
                     Id tenant) {
  int place = 0;
  for (const Condition& condition : conditions) {
    statement.bind(++place, table.fields[condition.place].type, condition.value);
  }
  if (tenant != 0) statement.bind(++place, signed_of(tenant));
}

void read_row(const Statement& statement, Row& row) {
  row.id = static_cast<Id>(statement.number(0));
  row.tenant = static_cast<Id>(statement.number(1));
  row.created = to_time(statement.number(2));
  row.changed = to_time(statement.number(3));
  for (std::size_t i = 0; i < row.cells.size(); ++i)
    statement.read(static_cast<int>(i + kFixed), row.cells[i]);
}

}  // namespace

class SqliteStore::Lease {
 public:
  Lease(SqliteStore& store, std::string sql, Statement statement)
      : store_{&store}, sql_{std::move(sql)}, statement_{std::move(statement)} {}
  Lease(Lease&& other) noexcept
      : store_{std::exchange(other.store_, nullptr)},
        sql_{std::move(other.sql_)},
        statement_{std::move(other.statement_)} {}
  Lease& operator=(Lease&&) = delete;
  ~Lease() {
    if (store_ == nullptr) return;
    statement_.reset();
    if (store_->shelf_.size() < kShelfRoom) store_->shelf_.emplace(std::move(sql_), std::move(statement_));
  }
  Statement* operator->() { return &statement_; }
  Statement& operator*() { return statement_; }

 private:
  SqliteStore* store_;
  std::string sql_;
  Statement statement_;
};

Result<SqliteStore::Lease> SqliteStore::lease(const std::string& sql) {
  if (const auto ready = shelf_.find(sql); ready != shelf_.end()) {
    Lease lease{*this, sql, std::move(ready->second)};
    shelf_.erase(ready);
    return lease;
  }
  auto statement = Statement::prepare(*connection_, sql);
  if (!statement) return std::unexpected(std::move(statement.error()));
  return Lease{*this, sql, std::move(*statement)};
}

Result<std::unique_ptr<SqliteStore>> SqliteStore::open(const std::filesystem::path& directory,
                                                       const base::Clock& clock,
                                                       const SqliteOptions& options) {
  auto files = sqlite::open_files(directory, clock.wall(), options);
  if (!files) return std::unexpected(std::move(files.error()));
  const auto take = [&files](sqlite::FileId id) {
    return std::move(files->at(static_cast<std::size_t>(id)));
  };
  std::unique_ptr<SqliteStore> store{
      new SqliteStore{take(sqlite::FileId::Provisioning), take(sqlite::FileId::Audit), clock}};
  if (auto ready = store->audit_.begin(); !ready) return std::unexpected(std::move(ready.error()));
  return store;
}

SqliteStore::SqliteStore(std::unique_ptr<Connection> provisioning, std::unique_ptr<Connection> audit,
                         const base::Clock& clock)
    : Store{clock}, connection_{std::move(provisioning)}, audit_{*connection_, std::move(audit)} {
  for (const Definition& table : definitions()) sql_.emplace(table.kind, sql_for(table));
}

SqliteStore::TableSql SqliteStore::sql_for(const Definition& table) {
  std::string names = "id, tenant, created, changed";
  std::string marks = "?1, ?2, ?3, ?4";
  std::string sets = "tenant = ?2, created = ?3, changed = ?4";
  for (std::size_t i = 0; i < table.fields.size(); ++i) {
    const std::string_view name = table.fields[i].name;
    const std::size_t place = i + kFixed + 1;
    names += fmt::format(", \"{}\"", name);
    marks += fmt::format(", ?{}", place);
    sets += fmt::format(", \"{}\" = ?{}", name, place);
  }
  return {.insert = fmt::format("INSERT INTO {} ({}) VALUES ({})", table.name, names, marks),
          .update = fmt::format("UPDATE {} SET {} WHERE id = ?1", table.name, sets),
          .remove = fmt::format("DELETE FROM {} WHERE id = ?1", table.name),
          .select = fmt::format("SELECT {} FROM {}", names, table.name)};
}

Result<void> SqliteStore::do_begin() {
  last_id_.clear();
  return connection_->execute("BEGIN IMMEDIATE");
}

Result<void> SqliteStore::do_commit() {
  auto committed = connection_->execute("COMMIT");
  if (!committed) do_rollback();
  return committed;
}

void SqliteStore::do_rollback() {
  // After some errors (no space, for one) SQLite has rolled back already.
  if (connection_->in_transaction()) (void)connection_->execute("ROLLBACK");
}

Result<Id> SqliteStore::do_next_id(const Definition& table, Id at_least) {
  auto known = last_id_.find(table.kind);
  if (known == last_id_.end()) {
    auto statement = lease("SELECT seq FROM sqlite_sequence WHERE name = ?1");
    if (!statement) return std::unexpected(statement.error());
    const auto row = (*statement)->bind(1, table.name).step();
    if (!row) return std::unexpected(row.error());
    known = last_id_.emplace(table.kind, *row ? static_cast<Id>((*statement)->number(0)) : 0).first;
  }
  known->second = std::max(known->second + 1, at_least);
  return known->second;
}

namespace {

void bind_row(Statement& statement, const Definition& table, const Row& row) {
  statement.bind(1, signed_of(row.id)).bind(2, signed_of(row.tenant));
  statement.bind(3, to_number(row.created)).bind(4, to_number(row.changed));
  for (std::size_t i = 0; i < row.cells.size(); ++i) {
    statement.bind(static_cast<int>(i + kFixed + 1), table.fields[i].type, row.cells[i]);
  }
}

}  // namespace

Result<void> SqliteStore::do_insert(const Definition& table, const Row& row) {
  auto statement = lease(sql_.at(table.kind).insert);
  if (!statement) return std::unexpected(statement.error());
  bind_row(**statement, table, row);
  return (*statement)->run();
}

Result<void> SqliteStore::do_update(const Definition& table, const Row& row) {
  auto statement = lease(sql_.at(table.kind).update);
  if (!statement) return std::unexpected(statement.error());
  bind_row(**statement, table, row);
  return (*statement)->run();
}

Result<void> SqliteStore::do_remove(const Definition& table, Id id) {
  auto statement = lease(sql_.at(table.kind).remove);
  if (!statement) return std::unexpected(statement.error());
  return (*statement)->bind(1, signed_of(id)).run();
}

Result<void> SqliteStore::do_scan(const Definition& table, const Query& query, const Visit& visit) {
  // The last two places are where to begin and how many rows at most.
  const std::size_t places = query.conditions.size() + (query.tenant != 0 ? 1 : 0);
  auto statement =
      lease(fmt::format("{} WHERE id > ?{}{} ORDER BY id LIMIT ?{}", sql_.at(table.kind).select, places + 1,
                        where_of(table, query.conditions, query.tenant), places + 2));
  if (!statement) return std::unexpected(statement.error());
  bind_conditions(**statement, table, query.conditions, query.tenant);
  const auto limit = static_cast<std::int64_t>(std::min<std::size_t>(query.limit, INT64_MAX));
  (*statement)->bind(static_cast<int>(places + 1), signed_of(query.after));
  (*statement)->bind(static_cast<int>(places + 2), limit);
  Row row{table.kind};
  while (true) {
    const auto more = (*statement)->step();
    if (!more) return std::unexpected(more.error());
    if (!*more) return {};
    read_row(**statement, row);
    if (!visit(row)) return {};
  }
}

Result<std::optional<Row>> SqliteStore::do_get(const Definition& table, Id id) {
  auto statement = lease(fmt::format("{} WHERE id = ?1", sql_.at(table.kind).select));
  if (!statement) return std::unexpected(statement.error());
  const auto found = (*statement)->bind(1, signed_of(id)).step();
  if (!found) return std::unexpected(found.error());
  if (!*found) return std::nullopt;
  Row row{table.kind};
  read_row(**statement, row);
  return row;
}

Result<std::uint64_t> SqliteStore::do_count(const Definition& table, const std::vector<Condition>& conditions,
                                            Id tenant) {
  auto statement = lease(
      fmt::format("SELECT count(*) FROM {} WHERE 1{}", table.name, where_of(table, conditions, tenant)));
  if (!statement) return std::unexpected(statement.error());
  bind_conditions(**statement, table, conditions, tenant);
  const auto row = (*statement)->step();
  if (!row) return std::unexpected(row.error());
  return static_cast<std::uint64_t>((*statement)->number(0));
}

Result<void> SqliteStore::do_append_audit(const AuditEntry& entry) {
  auto statement = lease(SqliteAudit::kAppend);
  if (!statement) return std::unexpected(statement.error());
  return SqliteAudit::append(**statement, entry);
}

Result<void> SqliteStore::do_scan_audit(const AuditQuery& query, const VisitAudit& visit) {
  return audit_.scan(query, visit);
}

Result<bool> SqliteStore::do_tend(base::WallTime erase_before) {
  return audit_.tend(erase_before);
}

}  // namespace ringfence::store
