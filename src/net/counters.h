// SPDX-License-Identifier: Apache-2.0
// What a shard counts: one relaxed cell per row, written by its shard only, read by anyone.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace ringfence::net {

enum class Counter : std::uint8_t {
  PacketsIn,
  PacketsOut,
  BytesIn,
  BytesOut,
  Denied,
  NoPacket,
  SendFailed,
  SendQueueFull,
  HandOvers,
  InboxFull,
  Wakeups,
  SlowTurns,
  StrangerDrains,
  Accepted,
  AcceptRefused,
  Connected,
  ConnectFailed,
  Evicted,
  DeadlineFirstMessage,
  DeadlineCompletion,
  DeadlineIdle,
  DeadlineWrite,
  StreamBroken,
  StreamTooLarge,
  WriteQueueFull,
  Closed,
  kCount,
};

struct CounterInfo {
  Counter counter;
  std::string_view name;  ///< as metrics print it, after "ringfence_net_"
  std::string_view help;
};

/// One row per counter, in the order of the enum.
extern const std::array<CounterInfo, static_cast<std::size_t>(Counter::kCount)> kCounters;

/// The counters of one shard.
class Counters {
 public:
  void add(Counter counter, std::uint64_t by = 1) {
    auto& cell = cells_[static_cast<std::size_t>(counter)];
    // One writer: a load and a store are enough, and cheaper than a locked add.
    cell.store(cell.load(std::memory_order_relaxed) + by, std::memory_order_relaxed);
  }
  [[nodiscard]] std::uint64_t value(Counter counter) const {
    return cells_[static_cast<std::size_t>(counter)].load(std::memory_order_relaxed);
  }

 private:
  alignas(64) std::array<std::atomic<std::uint64_t>, static_cast<std::size_t>(Counter::kCount)> cells_{};
};

}  // namespace ringfence::net
