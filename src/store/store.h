// SPDX-License-Identifier: Apache-2.0
// Store: the database as the rooms above see it. Engines fill in the primitives; the rules are the same for
// all.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <utility>

#include "base/time.h"
#include "store/audit.h"
#include "store/error.h"
#include "store/row.h"

namespace ringfence::store {

/// The reseller that every new database has, under the id kMainTenant.
inline constexpr std::string_view kMainTenantName = "main";

/// One thread at a time; it may wait for the disk, so never on a shard.
class Store {
 public:
  using Visit = std::function<bool(const Row&)>;  ///< false: enough
  using VisitAudit = std::function<bool(const AuditEntry&)>;

  /// @param clock  stamps rows and audit; outlives the store
  explicit Store(const base::Clock& clock) : clock_{clock} {}
  virtual ~Store() = default;
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  // Reading; inside a transaction one sees what it wrote.
  [[nodiscard]] Result<std::optional<Row>> get(Kind table, Id id);
  /// The first row that meets the conditions; of this tenant, or with 0 of any.
  [[nodiscard]] Result<std::optional<Row>> find(Kind kind, std::vector<Condition> conditions, Id tenant = 0);
  [[nodiscard]] Result<void> scan(Kind table, const Query& query, const Visit& visit);
  [[nodiscard]] Result<std::uint64_t> count(Kind kind, const std::vector<Condition>& conditions,
                                            Id tenant = 0);
  /// What operators call the row (model::Naming).
  /// @error NotFound  what it belongs to is not there
  [[nodiscard]] Result<std::string> key_of(Kind kind, const Row& row) {
    return key_of(definition(kind), row);
  }
  /// Newest first. What was just committed is there, wherever the engine keeps it.
  [[nodiscard]] Result<void> scan_audit(const AuditQuery& query, const VisitAudit& visit);

  /// One step, of a few milliseconds, of the work that may wait: audit entries go where they stay, and those
  /// older than `retention` are erased. Outside of transactions.
  /// @return true when more is left, so that the next step may follow at once
  /// @error  as for a change; what is undone is left for a later step, and no entry is lost
  [[nodiscard]] Result<bool> tend(std::chrono::milliseconds retention);

  // Writing; see Transaction.
  /// Fills in `row.id` unless next_id() did, created and changed; checks types and required columns.
  /// @error Duplicate, Referred, Incomplete
  [[nodiscard]] Result<Id> insert(Kind table, Row& row);
  /// Replaces all cells. A row that does not differ is left alone, without an audit entry.
  /// @error Duplicate, Referred, Incomplete, NotFound
  [[nodiscard]] Result<void> update(Kind table, Row& row);
  /// @error Referred, NotFound
  [[nodiscard]] Result<void> remove(Kind table, Id id);
  /// An id for a row that is about to be inserted in this transaction, for what must know it beforehand.
  /// @param at_least  it is not below this one
  [[nodiscard]] Result<Id> next_id(Kind kind, Id at_least = 0);

 protected:
  [[nodiscard]] virtual Result<void> do_begin() = 0;
  /// On an error everything is rolled back.
  [[nodiscard]] virtual Result<void> do_commit() = 0;
  virtual void do_rollback() = 0;
  [[nodiscard]] virtual Result<Id> do_next_id(const Definition& table, Id at_least) = 0;
  [[nodiscard]] virtual Result<void> do_insert(const Definition& table, const Row& row) = 0;
  [[nodiscard]] virtual Result<void> do_update(const Definition& table, const Row& row) = 0;
  [[nodiscard]] virtual Result<void> do_remove(const Definition& table, Id id) = 0;
  [[nodiscard]] virtual Result<void> do_scan(const Definition& table, const Query& query,
                                             const Visit& visit) = 0;
  [[nodiscard]] virtual Result<std::optional<Row>> do_get(const Definition& table, Id id) = 0;
  [[nodiscard]] virtual Result<std::uint64_t> do_count(const Definition& table,
                                                       const std::vector<Condition>& conditions,
                                                       Id tenant) = 0;
  [[nodiscard]] virtual Result<void> do_append_audit(const AuditEntry& entry) = 0;
  [[nodiscard]] virtual Result<void> do_scan_audit(const AuditQuery& query, const VisitAudit& visit) = 0;
  [[nodiscard]] virtual Result<bool> do_tend(base::WallTime erase_before) = 0;

 private:
  friend class Transaction;
  [[nodiscard]] Result<std::string> key_of(const Definition& table, const Row& row);
  /// Whatever a change does ends here: the entry that goes with it, in the same transaction.
  [[nodiscard]] Result<void> append_audit(const Definition& table, const Row* before, const Row* after,
                                          base::WallTime at);
  const base::Clock& clock_;
  const Actor* actor_ = nullptr;  // of the transaction that is open
};

/// One change of the database: all of it with its audit, or nothing. Leaves nothing behind unless committed.
class Transaction {
 public:
  /// @param actor  outlives the transaction. There is at most one at a time.
  /// @error Busy, ReadOnly, Io
  [[nodiscard]] static Result<Transaction> begin(Store& store, const Actor& actor);
  Transaction(Transaction&& other) noexcept : store_{std::exchange(other.store_, nullptr)} {}
  Transaction& operator=(Transaction&&) = delete;
  ~Transaction();

  /// @error Busy, Full, Io: nothing was stored
  [[nodiscard]] Result<void> commit();

 private:
  explicit Transaction(Store& store) : store_{&store} {}
  Store* store_;
};

}  // namespace ringfence::store
