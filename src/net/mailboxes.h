// SPDX-License-Identifier: Apache-2.0
// Mailboxes: the rings between all shards and the control thread, and how a sleeping one is woken.
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <vector>

#include "base/cache_line.h"
#include "base/spsc_ring.h"
#include "net/flow.h"
#include "net/message.h"

namespace ringfence::net {

/// One ring per ordered pair of participants: shards 0 to n-1, and n, the control thread. No locks; a post
/// costs no system call. A turn's posts wake each sleeping destination at most once, in `wake()`.
class Mailboxes {
 public:
  /// @param capacity  messages waiting from one participant to another; a power of two
  Mailboxes(unsigned shards, std::size_t capacity);
  ~Mailboxes();
  Mailboxes(const Mailboxes&) = delete;
  Mailboxes& operator=(const Mailboxes&) = delete;

  /// Called by `from`. False when the ring is full; the message is untouched then.
  [[nodiscard]] bool post(ShardId from, ShardId to, ShardMessage&& message);
  /// Called by `from` after its posts: wakes those that sleep. Returns how many.
  unsigned wake(ShardId from);

  /// Called by `to`: hands at most `most` messages per sender to `take(ShardMessage&)`.
  /// @return how many were taken; `more` tells whether a sender had that many, so that more may be waiting
  template <class Take>
  std::size_t drain(ShardId to, std::size_t most, Take&& take, bool* more = nullptr) {
    std::size_t taken = 0;
    bool limited = false;
    for (unsigned from = 0; from < count_; ++from) {
      const std::size_t of_one = ring(from, to).drain(take, most);
      taken += of_one;
      limited = limited || of_one == most;
    }
    if (more != nullptr) *more = limited;
    return taken;
  }

  /// Called by `self` before it sleeps. False when there is mail: do not sleep.
  [[nodiscard]] bool may_sleep(ShardId self);
  /// Called by `self` after it slept.
  /// @param poked  the descriptor was readable: take the wake-up off it
  void woke(ShardId self, bool poked);
  /// Readable when `self` should wake up. Also `poke()` makes it so, from any thread.
  [[nodiscard]] int descriptor(ShardId self) const { return seats_[self].event; }
  void poke(ShardId self);

 private:
  struct alignas(base::kCacheLine) Seat {
    std::atomic<bool> asleep{false};
    int event = -1;
    bool posted = false;        // since the last wake(); this and the next are this participant's alone
    std::vector<char> to_wake;  // by destination
  };
  using Ring = base::SpscRing<ShardMessage>;
  [[nodiscard]] Ring& ring(unsigned from, unsigned to) { return *rings_[from * count_ + to]; }

  unsigned count_;
  std::unique_ptr<Seat[]> seats_;
  std::vector<std::unique_ptr<Ring>> rings_;
};

}  // namespace ringfence::net
