// SPDX-License-Identifier: Apache-2.0
// SourceTable: which flows have proven themselves. The one structure all shards share (DESIGN: source
// classes).
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "base/hash.h"
#include "base/time.h"
#include "net/flow.h"

namespace ringfence::guard {

/// Fixed size, process-wide, relaxed atomics; any shard reads and writes.
///
/// A flow is remembered by a seeded 64-bit fingerprint of its remote address, port, listener and protocol: a
/// stranger does not know the seed and cannot aim at another flow's entry. One cache line holds the four
/// candidates of a fingerprint; when all four are live a Validated one gives way before a Known one, and the
/// one that ends first.
class SourceTable {
 public:
  /// @param flows room for that many known flows, rounded up to a power of two; 16 bytes each
  SourceTable(const base::HashSeed& seed, std::size_t flows);

  /// Remembers what a flow has shown, Validated or Known, until `until`. A stronger class or a later end is
  /// kept. A Validated flow finds no place where four Known ones live.
  /// @return true when something was lost, for the counters: a live entry of another flow, or this proof
  bool remember(const net::Flow& flow, net::SourceClass shown, base::MonoTime until, base::MonoTime now);
  void forget(const net::Flow& flow);
  /// Known, Validated or Unknown.
  [[nodiscard]] net::SourceClass class_of(const net::Flow& flow, base::MonoTime now) const;

  /// When the flow ceases to be Known; the beginning of time when it is not.
  [[nodiscard]] base::MonoTime known_until(const net::Flow& flow) const;

  [[nodiscard]] std::size_t bytes() const { return lines_ * sizeof(Line); }

 private:
  static constexpr std::size_t kCandidates = 4;
  struct Entry {
    std::atomic<std::uint64_t> fingerprint{0};  // 0: free
    std::atomic<std::int64_t> until{0};         // nanoseconds, monotonic; the lowest bit says Known
  };
  struct alignas(64) Line {
    Entry entries[kCandidates];
  };

  [[nodiscard]] std::uint64_t fingerprint_of(const net::Flow& flow) const;
  /// The entry's end with its Known bit; 0 when there is none.
  [[nodiscard]] std::int64_t until_of(const net::Flow& flow) const;
  [[nodiscard]] Line& line_of(std::uint64_t fingerprint) const { return table_[fingerprint & (lines_ - 1)]; }

  base::HashSeed seed_;
  std::size_t lines_;
  std::unique_ptr<Line[]> table_;
};

}  // namespace ringfence::guard
