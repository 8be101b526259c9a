// SPDX-License-Identifier: Apache-2.0
// TimerChains: lists of timers that are read without touching the timers.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/block_pool.h"
#include "base/cache_line.h"
#include "base/number_set.h"

namespace ringfence::base {

class Timer;

/// A piece of a chain: one cache line with up to five timers.
struct alignas(kCacheLine) TimerLink {
  static constexpr unsigned kTimers = 5;

  TimerLink* next;
  TimerLink* previous;
  std::uint32_t chain;
  std::uint32_t live;  ///< a bit for each timer that has not been removed; zero only until the first is set
  std::array<Timer*, kTimers> timers;
};
static_assert(sizeof(TimerLink) == kCacheLine);

/// Chains by number, each in the order of appending. Two million timers inside larger objects are two million
/// cache misses apart; because a chain names its timers in arrays, the next ones are fetched while one is
/// being dealt with, and a removal touches one line of the chain and none of its neighbours.
///
/// A link goes back to the pool with its last timer, so there are never more links than timers: at worst 64
/// bytes for each, 13 when chains are long. The pool grows by 256 KB at a new peak, and shrinks not at all.
/// One thread.
class TimerChains {
 public:
  using Id = std::uint32_t;
  /// The place of one timer in its chain. It stays the same until remove().
  using Entry = Timer**;

  explicit TimerChains(Id count);
  TimerChains(const TimerChains&) = delete;
  TimerChains& operator=(const TimerChains&) = delete;

  /// Asks the cache for the place where append() will write.
  void fetch_end(Id chain) const { __builtin_prefetch(static_cast<const void*>(chains_[chain].end)); }
  [[nodiscard]] Entry append(Id chain, Timer& timer);
  void remove(Entry entry);

  [[nodiscard]] bool empty(Id chain) const { return chains_[chain].first == nullptr; }
  [[nodiscard]] std::size_t links() const { return links_.in_use(); }
  /// The least chain from `from` on that has a timer.
  [[nodiscard]] std::optional<Id> first_used(Id from) const { return used_.first_from(from); }

  /// The first timer of a chain that is not empty.
  [[nodiscard]] Timer& front(Id chain);

  struct Taken {
    std::array<Timer*, TimerLink::kTimers> timers;
    std::size_t count;
  };
  /// Removes the timers of the first link of a chain that is not empty.
  [[nodiscard]] Taken take_link(Id chain);

 private:
  /// Only the last link has room, and `end` tells how much: appending waits for no link to be read.
  struct Chain {
    TimerLink* first = nullptr;
    Entry end = nullptr;  ///< behind the last entry; a multiple of 64 when the last link is full, or none
  };

  void add_link(Id chain);
  void drop(TimerLink& link);
  void warm_up(const TimerLink& first);

  BlockPool links_;
  std::vector<Chain> chains_;
  NumberSet used_;
  const TimerLink* warm_ = nullptr;  ///< its timers and the next link's have been asked for
};

}  // namespace ringfence::base
