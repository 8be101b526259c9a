// SPDX-License-Identifier: Apache-2.0
// Partition: the addresses of record of one shard, and all that changes them.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <string_view>
#include <vector>

#include "base/hash.h"
#include "base/quiescent.h"
#include "base/random.h"
#include "base/time.h"
#include "base/timer_wheel.h"
#include "journal/writer.h"
#include "location/aor_index.h"
#include "location/bind_rules.h"
#include "location/binding.h"
#include "location/binding_record.h"
#include "location/counters.h"
#include "location/options.h"
#include "location/record_arena.h"
#include "location/register_update.h"

namespace ringfence::net {
class Shard;
}

namespace ringfence::location {

/// Runs on its shard only, apart from find(), visit_page() and the figures.
class Partition final : public journal::SnapshotSource {
 public:
  Partition(const Options& options, base::QuiescentDomain& readers);
  ~Partition() override;
  Partition(const Partition&) = delete;
  Partition& operator=(const Partition&) = delete;

  /// Connects the shard: its time, its luck, and its timers, which remove what has expired and write the
  /// journal's snapshots. Once, before the first update. All of them outlive the partition's use.
  void attach(net::Shard& shard);
  void attach(const base::Clock& clock, base::Random& random, base::TimerWheel& timers);
  /// Connects the journal, so that what was granted survives; without it bindings live in memory only. Once.
  void plug(journal::Writer& writer);

  /// Does what a REGISTER asks for, for all its contacts or for none (RFC 3261 §10.3 steps 6 to 8).
  /// Journalled before it returns; a full journal is counted, does not refuse the phone, and heals by a
  /// snapshot. The record of the result lives until the turn ends, or until the next call of this partition.
  [[nodiscard]] std::expected<BindResult, BindError> apply(const RegisterUpdate& update);
  /// Removes all bindings of an address of record, as an operator may (`reg drop`); false when there were
  /// none.
  bool drop(std::string_view aor);
  /// Takes one record of the journal back; before the shard runs. See Location::reload().
  bool restore(const BindingRecord& record, base::MonoTime now);

  [[nodiscard]] const Policy& policy() const { return policy_; }
  /// A reload of the configuration changes how later updates are judged.
  void set_policy(const Policy& policy) { policy_ = policy; }

  // Any reader of the domain.
  [[nodiscard]] const AorRecord* find(std::uint64_t hash, std::string_view aor) const {
    return index_.find(hash, aor);
  }
  [[nodiscard]] const AorIndex& index() const { return index_; }
  // Any thread.
  [[nodiscard]] const Counters& counters() const { return counters_; }
  [[nodiscard]] std::uint64_t bindings() const { return bindings_.load(std::memory_order_relaxed); }
  [[nodiscard]] std::uint64_t aors() const { return aors_.load(std::memory_order_relaxed); }

  // --- journal::SnapshotSource ---
  [[nodiscard]] journal::Stream stream() const override { return journal::Stream::Bindings; }
  void begin_snapshot() override { snapshot_at_ = 0; }
  [[nodiscard]] bool emit_snapshot(journal::Writer& writer) override;

 private:
  static constexpr base::Nanos kWorkEvery = std::chrono::seconds{1};
  static constexpr base::Nanos kWorkAgain = std::chrono::milliseconds{1};  // while there is more of it
  static constexpr unsigned kPagesPerSweep = 32;                           // of up to 48 records: some 100 us
  static constexpr unsigned kPagesPerSlice = 4;                            // of a snapshot: about 50 us

  [[nodiscard]] std::uint64_t hash_of(std::string_view aor) const { return base::hash_text(seed_, aor); }
  [[nodiscard]] bool store_draft(std::uint64_t hash, std::string_view aor, const AorRecord* old);
  void unlink(std::uint64_t hash, const AorRecord* old);
  void retire(const AorRecord* old);
  void write_down(std::string_view aor, std::span<const Binding> bindings);
  [[nodiscard]] base::Bytes encoded(std::string_view aor, std::span<const Binding> bindings) const;
  void work();
  bool sweep(base::MonoTime now);
  void sweep_page(std::uint64_t place, base::MonoTime now);
  void remove_expired(const AorRecord* record, base::MonoTime now);
  static void set(std::atomic<std::uint64_t>& cell, std::uint64_t value) {
    cell.store(value, std::memory_order_relaxed);
  }

  base::HashSeed seed_;
  std::size_t max_bindings_;
  Policy policy_;
  base::QuiescentDomain& readers_;
  RecordArena arena_;
  base::Limbo limbo_;  // before the arena in going: what it holds returns there
  AorIndex index_;
  BindingDraft draft_;
  std::unique_ptr<std::byte[]> payload_;  // where records of the journal are written

  std::unique_ptr<base::Clock> shard_clock_;
  const base::Clock* clock_ = nullptr;
  base::Random* random_ = nullptr;
  base::TimerWheel* timers_ = nullptr;
  journal::Writer* journal_ = nullptr;
  base::Timer work_timer_;
  std::uint64_t sweep_from_ = 0;
  std::vector<const AorRecord*> expired_;  // of the page that is being swept
  std::uint64_t snapshot_at_ = 0;

  Counters counters_;
  std::atomic<std::uint64_t> bindings_{0};
  std::atomic<std::uint64_t> aors_{0};
};

}  // namespace ringfence::location
