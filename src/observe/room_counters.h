// SPDX-License-Identifier: Apache-2.0
// RoomCounters: what one room counts on one shard; a table beside its enum gives each row its name and help.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/cache_line.h"

namespace ringfence::observe {

/// One relaxed cell per enumerator of `Counter` (which ends in kCount): written by its shard only, read by
/// anyone.
template <class Counter>
class RoomCounters {
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
  alignas(base::kCacheLine)
      std::array<std::atomic<std::uint64_t>, static_cast<std::size_t>(Counter::kCount)> cells_{};
};

/// A row of a room's table, in the order of its enum.
template <class Counter>
struct CounterRow {
  Counter counter;
  std::string_view name;  ///< as metrics print it, after "ringfence_" and the room
  std::string_view help;
};

template <class Counter, std::size_t kSize>
[[nodiscard]] constexpr bool rows_follow_enum(const std::array<CounterRow<Counter>, kSize>& rows) {
  for (std::size_t i = 0; i < kSize; ++i) {
    if (static_cast<std::size_t>(rows[i].counter) != i) return false;
  }
  return kSize == static_cast<std::size_t>(Counter::kCount);
}

}  // namespace ringfence::observe
