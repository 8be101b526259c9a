// SPDX-License-Identifier: Apache-2.0
// SqliteStore: the database of one machine, files in write-ahead mode.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>

#include "store/sqlite.h"
#include "store/sqlite_audit.h"
#include "store/sqlite_files.h"
#include "store/store.h"

namespace ringfence::store {

using SqliteOptions = sqlite::OpenOptions;

class SqliteStore final : public Store {
 public:
  /// Opens the files of `directory` (sqlite::database_files()), as open_files() does.
  /// @error Busy, ReadOnly, Full, Corrupt, NewerSchema, Io
  [[nodiscard]] static Result<std::unique_ptr<SqliteStore>> open(const std::filesystem::path& directory,
                                                                 const base::Clock& clock,
                                                                 const SqliteOptions& options = {});

 private:
  SqliteStore(std::unique_ptr<sqlite::Connection> provisioning, std::unique_ptr<sqlite::Connection> audit,
              const base::Clock& clock);

  Result<void> do_begin() override;
  Result<void> do_commit() override;
  void do_rollback() override;
  Result<Id> do_next_id(const Definition& table, Id at_least) override;
  Result<void> do_insert(const Definition& table, const Row& row) override;
  Result<void> do_update(const Definition& table, const Row& row) override;
  Result<void> do_remove(const Definition& table, Id id) override;
  Result<void> do_scan(const Definition& table, const Query& query, const Visit& visit) override;
  Result<std::optional<Row>> do_get(const Definition& table, Id id) override;
  Result<std::uint64_t> do_count(const Definition& table, const std::vector<Condition>& conditions,
                                 Id tenant) override;
  Result<void> do_append_audit(const AuditEntry& entry) override;
  Result<void> do_scan_audit(const AuditQuery& query, const VisitAudit& visit) override;
  Result<bool> do_tend(base::WallTime erase_before) override;

  /// A prepared statement taken from the shelf; it goes back when the lease ends, so nested use gets its own.
  class Lease;
  [[nodiscard]] Result<Lease> lease(const std::string& sql);

  struct TableSql {
    std::string insert;
    std::string update;
    std::string remove;
    std::string select;  // up to and with FROM
  };
  [[nodiscard]] static TableSql sql_for(const Definition& table);

  std::unique_ptr<sqlite::Connection> connection_;  // of the provisioning
  SqliteAudit audit_;
  std::multimap<std::string, sqlite::Statement, std::less<>> shelf_;  // ends before the connection
  std::map<Kind, TableSql> sql_;
  std::map<Kind, Id> last_id_;  // within the transaction that is open
};

}  // namespace ringfence::store
