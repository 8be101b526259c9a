// SPDX-License-Identifier: Apache-2.0
// SqliteAudit: the audit of SqliteStore, in a file of its own that is never behind and never ahead.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "store/audit.h"
#include "store/sqlite.h"

namespace ringfence::store {

/// SQLite commits one file at a time, so an entry is first written to an outbox, in the file and transaction
/// of the change it tells of, and then moved:
///
///   1. entries of the outbox are copied into the audit's file under their ids      one commit of that file
///   2. those entries are erased from the outbox                                    one commit of the other
///
/// Whatever dies between, the highest id ever given in the audit's file (SQLite keeps it, also when rows go)
/// says which entries have arrived: those are in the audit, and whoever reads takes only higher ones from the
/// outbox. Ids ascend in both. docs/decisions/0008 has the reasons.
class SqliteAudit {
 public:
  using Visit = std::function<bool(const AuditEntry&)>;
  static constexpr int kStep = 500;  ///< rows moved or erased at once: a few milliseconds

  /// @param provisioning  holds the outbox; outlives this
  SqliteAudit(sqlite::Connection& provisioning, std::unique_ptr<sqlite::Connection> file)
      : provisioning_{provisioning}, file_{std::move(file)} {}

  /// Once, before anything else: finds out what has arrived, and puts in order what a file from a backup or
  /// from another time brings along. No entry is taken for another one because of its id.
  [[nodiscard]] Result<void> begin();

  /// For a statement of the provisioning's connection; use it inside the transaction of the change.
  static const std::string kAppend;
  [[nodiscard]] static Result<void> append(sqlite::Statement& statement, const AuditEntry& entry);

  [[nodiscard]] Result<void> scan(const AuditQuery& query, const Visit& visit);

  /// Moves a step; when all has arrived, erases a step of what is older.
  /// @return true when there may be more
  [[nodiscard]] Result<bool> tend(base::WallTime erase_before);

 private:
  [[nodiscard]] Result<void> settle_early_entries();
  [[nodiscard]] Result<bool> has_arrived(const AuditEntry& entry);
  [[nodiscard]] Result<bool> copy_some();
  [[nodiscard]] Result<void> erase_arrived();
  [[nodiscard]] Result<bool> erase_old(base::WallTime before);

  sqlite::Connection& provisioning_;
  std::unique_ptr<sqlite::Connection> file_;
  std::int64_t arrived_ = 0;        // the highest id that is, or was, in the file
  bool outbox_has_arrived_ = true;  // rows that are to be erased from it
};

}  // namespace ringfence::store
