// SPDX-License-Identifier: Apache-2.0
// Posting, waking and sleeping.
#include "net/mailboxes.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cstdint>
#include <utility>

#include "base/assert.h"

namespace ringfence::net {

Mailboxes::Mailboxes(unsigned shards, std::size_t capacity)
    : count_{shards + 1}, seats_{std::make_unique<Seat[]>(shards + 1)} {
  rings_.reserve(std::size_t{count_} * count_);
  for (unsigned pair = 0; pair < count_ * count_; ++pair) rings_.push_back(std::make_unique<Ring>(capacity));
  for (unsigned self = 0; self < count_; ++self) {
    seats_[self].event = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    RF_ASSERT(seats_[self].event >= 0);
    seats_[self].to_wake.assign(count_, 0);
  }
}

Mailboxes::~Mailboxes() {
  for (unsigned self = 0; self < count_; ++self) close(seats_[self].event);
}

bool Mailboxes::post(ShardId from, ShardId to, ShardMessage&& message) {
  RF_ASSERT(!message.packet || message.packet.unique());
  if (!ring(from, to).push(std::move(message))) return false;
  seats_[from].to_wake[to] = 1;
  seats_[from].posted = true;
  return true;
}

unsigned Mailboxes::wake(ShardId from) {
  if (!std::exchange(seats_[from].posted, false)) return 0;
  // Either the destination sees our messages when it looks before sleeping, or we see that it sleeps: the
  // fence here and the one in may_sleep() rule out that both look too early.
  std::atomic_thread_fence(std::memory_order_seq_cst);
  unsigned woken = 0;
  for (unsigned to = 0; to < count_; ++to) {
    char& wanted = seats_[from].to_wake[to];
    if (wanted == 0) continue;
    wanted = 0;
    if (to == from || !seats_[to].asleep.load(std::memory_order_relaxed)) continue;
    // Of several that find it asleep one is enough to wake it.
    if (seats_[to].asleep.exchange(false, std::memory_order_relaxed)) {
      poke(static_cast<ShardId>(to));
      ++woken;
    }
  }
  return woken;
}

bool Mailboxes::may_sleep(ShardId self) {
  seats_[self].asleep.store(true, std::memory_order_relaxed);
  std::atomic_thread_fence(std::memory_order_seq_cst);
  for (unsigned from = 0; from < count_; ++from) {
    if (ring(from, self).size() == 0) continue;
    seats_[self].asleep.store(false, std::memory_order_relaxed);
    return false;
  }
  return true;
}

void Mailboxes::woke(ShardId self, bool poked) {
  seats_[self].asleep.store(false, std::memory_order_relaxed);
  if (!poked) return;
  std::uint64_t pokes = 0;
  [[maybe_unused]] const auto taken = read(seats_[self].event, &pokes, sizeof pokes);
}

void Mailboxes::poke(ShardId self) {
  const std::uint64_t one = 1;
  // The only error of an eventfd is a full counter, and then it is readable anyway.
  [[maybe_unused]] const auto written = write(seats_[self].event, &one, sizeof one);
}

}  // namespace ringfence::net
