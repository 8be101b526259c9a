// SPDX-License-Identifier: Apache-2.0
// Links of the timer chains.
#include "base/timer_chains.h"

#include <bit>
#include <limits>
#include <new>

#include "base/assert.h"

namespace ringfence::base {
namespace {

/// The link an entry lies in: links are aligned to their size.
TimerLink& link_of(TimerChains::Entry entry) {
  return *reinterpret_cast<TimerLink*>(reinterpret_cast<std::uintptr_t>(entry) & ~(kCacheLine - 1));
}

std::uint32_t bit_of(TimerChains::Entry entry) {
  return 1U << (entry - link_of(entry).timers.data());
}

/// Whether the link that `end` is the end of has no more room; true for a chain without links, too.
bool full(TimerChains::Entry end) {
  return reinterpret_cast<std::uintptr_t>(end) % kCacheLine == 0;
}

void fetch_timers(const TimerLink& link) {
  for (unsigned live = link.live; live != 0; live &= live - 1)
    __builtin_prefetch(link.timers[static_cast<unsigned>(std::countr_zero(live))]);
}

}  // namespace

TimerChains::TimerChains(Id count)
    : links_{sizeof(TimerLink), std::numeric_limits<std::size_t>::max()}, chains_(count), used_{count} {}

TimerChains::Entry TimerChains::append(Id chain, Timer& timer) {
  if (full(chains_[chain].end)) add_link(chain);
  const Entry entry = chains_[chain].end++;
  *entry = &timer;
  link_of(entry).live |= bit_of(entry);
  return entry;
}

void TimerChains::add_link(Id chain) {
  void* const block = links_.take();
  RF_ASSERT(block != nullptr);
  auto* const link = ::new (block) TimerLink;  // the timers stay unset
  Chain& ends = chains_[chain];
  link->next = nullptr;
  link->previous = ends.first != nullptr ? &link_of(ends.end - 1) : nullptr;
  link->chain = chain;
  link->live = 0;
  (link->previous != nullptr ? link->previous->next : ends.first) = link;
  ends.end = link->timers.data();
  if (ends.first == link) used_.insert(chain);
}

void TimerChains::drop(TimerLink& link) {
  Chain& ends = chains_[link.chain];
  (link.previous != nullptr ? link.previous->next : ends.first) = link.next;
  if (link.next != nullptr) {
    link.next->previous = link.previous;
  } else {
    ends.end = link.previous != nullptr ? link.previous->timers.end() : nullptr;
  }
  if (ends.first == nullptr) used_.erase(link.chain);
  links_.give(&link);
}

void TimerChains::remove(Entry entry) {
  TimerLink& link = link_of(entry);
  link.live &= ~bit_of(entry);
  if (link.live == 0) drop(link);
}

Timer& TimerChains::front(Id chain) {
  const TimerLink& link = *chains_[chain].first;
  if (&link != warm_) warm_up(link);
  return *link.timers[static_cast<unsigned>(std::countr_zero(link.live))];
}

TimerChains::Taken TimerChains::take_link(Id chain) {
  TimerLink& link = *chains_[chain].first;
  warm_up(link);
  Taken taken{};
  for (unsigned live = link.live; live != 0; live &= live - 1)
    taken.timers[taken.count++] = link.timers[static_cast<unsigned>(std::countr_zero(live))];
  drop(link);
  return taken;
}

/// Asks the cache for the timers of this link and the next, and for the link behind them.
void TimerChains::warm_up(const TimerLink& first) {
  warm_ = &first;
  fetch_timers(first);
  if (first.next == nullptr) return;
  fetch_timers(*first.next);
  __builtin_prefetch(first.next->next);
}

}  // namespace ringfence::base
