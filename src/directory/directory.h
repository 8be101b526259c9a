// SPDX-License-Identifier: Apache-2.0
// Directory: the snapshot that is always fresh. One thread applies changes; every shard reads without locks.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <span>

#include "base/failure.h"
#include "base/hash.h"
#include "base/quiescent.h"
#include "directory/change.h"
#include "directory/snapshot.h"

namespace ringfence::directory {

class Draft;

/// Owned by the process that routes calls. Old versions are freed when every reader has ended a turn.
class Directory {
 public:
  /// @param readers  the shards, numbered as in net; outlives the directory
  Directory(base::QuiescentDomain& readers, const base::HashSeed& seed);
  /// No reader may be left.
  ~Directory();
  Directory(const Directory&) = delete;
  Directory& operator=(const Directory&) = delete;

  /// The newest version. Any reader of the domain, valid until its turn ends: keep ids across a wait, not
  /// pointers.
  [[nodiscard]] const Snapshot& snapshot() const { return *current_.load(std::memory_order_acquire); }

  /// Applies the changes as one: a reader sees all of them or none. Between LoadBegin and LoadEnd nothing is
  /// seen until the end comes, in this or a later call; another LoadBegin starts over. Entries must fit(), as
  /// read_change() sees to. One writer thread.
  /// @error LoadEnd without LoadBegin; changes before it have been applied
  [[nodiscard]] base::Result<void> apply(std::span<const Change> changes);
  [[nodiscard]] base::Result<void> apply(const Change& change) { return apply({&change, 1}); }

  /// Frees old versions that no shard can still read; apply() does it too. Writer thread.
  void reclaim() { limbo_.reclaim(); }

 private:
  void publish(std::unique_ptr<Draft> draft);

  base::HashSeed seed_;
  base::QuiescentDomain& readers_;
  base::Limbo limbo_;
  std::uint64_t last_edit_ = 0;
  std::unique_ptr<Draft> load_;  // a full load that has begun and not ended
  std::atomic<const Snapshot*> current_;
};

}  // namespace ringfence::directory
