// SPDX-License-Identifier: Apache-2.0
// Writer: a shard's end of its ring. An append is a copy and a check: no system call, no lock, no wait.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <vector>

#include "base/bytes.h"
#include "base/cache_line.h"
#include "journal/frame.h"
#include "journal/ring.h"
#include "journal/stream_set.h"

namespace ringfence::journal {

enum class AppendError : std::uint8_t {
  Full,     ///< the disk does not keep up, or takes nothing: counted; the owner decides what that means
  TooLong,  ///< more than kMaxPayload
};

class Writer;

/// State that can be written down again as a whole, so that older records may go
/// (docs/decisions/0005-journal.md).
class SnapshotSource {
 public:
  virtual ~SnapshotSource() = default;
  /// The stream whose records this source replaces.
  [[nodiscard]] virtual Stream stream() const = 0;
  /// A snapshot begins, or begins anew.
  virtual void begin_snapshot() = 0;
  /// Appends the next few records: a few microseconds' work.
  /// @return true when everything that was there at begin_snapshot() has been appended, or has been since
  virtual bool emit_snapshot(Writer& writer) = 0;
};

/// One thread: the shard's.
class Writer {
 public:
  Writer(Ring ring, std::uint16_t index, std::uint64_t first_sequence);

  /// When this returns a sequence the record survives the death of the process, and is on disk soon.
  std::expected<std::uint64_t, AppendError> append(Stream stream, base::Bytes payload);

  /// Adds a source; before the shard runs. Snapshots happen only when every stream in use has its source on
  /// each writer.
  void plug(SnapshotSource& source);
  /// Lets the sources write a slice when a snapshot is wanted; one load when none is. Call it now and then.
  /// @return true when there is more to write: call again soon, once the shard has done its other work
  bool work() {
    return wanted_.load(std::memory_order_acquire) != done_.load(std::memory_order_relaxed) &&
           snapshot_slice();
  }

  /// Bytes that may still be appended before the ring is full. The shard's view: never too high.
  [[nodiscard]] std::size_t room();

  // Figures, for any thread.
  [[nodiscard]] std::uint64_t records() const { return records_.load(std::memory_order_relaxed); }
  [[nodiscard]] std::uint64_t refused() const { return refused_.load(std::memory_order_relaxed); }
  /// Bytes that are not on disk yet.
  [[nodiscard]] std::uint64_t waiting() const {
    const std::uint64_t tail = ring_.header().tail.load(std::memory_order_relaxed);
    return ring_.header().head.load(std::memory_order_acquire) - tail;
  }

 private:
  friend class Copier;

  bool snapshot_slice();
  static void count(std::atomic<std::uint64_t>& cell) {
    cell.store(cell.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  }

  Ring ring_;
  std::uint16_t index_;
  std::uint64_t first_sequence_;
  std::uint64_t next_sequence_;
  std::uint64_t head_ = 0;
  std::uint64_t known_tail_ = 0;  ///< what we last saw of the copier's progress
  std::vector<SnapshotSource*> sources_;
  std::size_t source_ = 0;     ///< the one that is emitting
  std::uint32_t running_ = 0;  ///< the snapshot that the sources have begun

  // Read by the copier.
  alignas(base::kCacheLine) std::atomic<std::uint32_t> done_{0};
  std::atomic<std::uint64_t> done_at_{0};  ///< the ring's head when snapshot `done_` was complete
  std::atomic<std::uint64_t> records_{0};
  StreamSet used_;     ///< streams appended to
  StreamSet sourced_;  ///< streams with a source
  std::atomic<std::uint64_t> refused_{0};
  // Written by the copier.
  alignas(base::kCacheLine) std::atomic<std::uint32_t> wanted_{0};
};

}  // namespace ringfence::journal
