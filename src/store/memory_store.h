// SPDX-License-Identifier: Apache-2.0
// MemoryStore: the whole contract of Store without a file, for tests; and one that fails on demand.
#pragma once

#include <array>
#include <map>
#include <optional>

#include "store/store.h"

namespace ringfence::store {

/// Fulfils the same contract test as the real engines.
class MemoryStore : public Store {
 public:
  explicit MemoryStore(const base::Clock& clock);

 protected:
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

 private:
  struct Data {
    std::map<Kind, std::map<Id, Row>> rows;
    std::map<Kind, Id> last_id;
    std::vector<AuditEntry> audit;
    Id last_audit = 0;
  };
  [[nodiscard]] Result<void> check_rivals(const Definition& table, const Row& row) const;
  [[nodiscard]] Result<void> check_references(const Definition& table, const Row& row) const;
  [[nodiscard]] bool is_referred_to(const Definition& table, Id id) const;

  Data data_;
  std::optional<Data> before_;  // the transaction's way back
};

/// Fails the n-th write or commit from now with the given cause, then works again.
class FailingStore final : public MemoryStore {
 public:
  using MemoryStore::MemoryStore;
  void fail_after(unsigned writes, Cause cause) { left_ = writes, cause_ = cause, armed_ = true; }

 protected:
  Result<void> do_begin() override {
    return guarded([this] { return MemoryStore::do_begin(); });
  }
  Result<void> do_commit() override {
    auto result = may_write();
    if (result) return MemoryStore::do_commit();
    MemoryStore::do_rollback();
    return result;
  }
  Result<void> do_insert(const Definition& table, const Row& row) override {
    return guarded([&] { return MemoryStore::do_insert(table, row); });
  }
  Result<void> do_update(const Definition& table, const Row& row) override {
    return guarded([&] { return MemoryStore::do_update(table, row); });
  }
  Result<void> do_remove(const Definition& table, Id id) override {
    return guarded([&] { return MemoryStore::do_remove(table, id); });
  }

 private:
  [[nodiscard]] Result<void> may_write() {
    if (!armed_ || left_-- > 0) return {};
    armed_ = false;
    return error(cause_, "cannot write to the database", "a test said so", "try again");
  }
  template <class Write>
  [[nodiscard]] Result<void> guarded(Write write) {
    auto allowed = may_write();
    return allowed ? write() : allowed;
  }

  unsigned left_ = 0;
  Cause cause_ = Cause::Io;
  bool armed_ = false;
};

}  // namespace ringfence::store
