// SPDX-License-Identifier: Apache-2.0
// Placement, cascades and firing of the timer wheel.
//
// A timer lies on the level of the highest 6-bit group in which its due tick differs from the current tick,
// in the slot that group of the due tick names. So every occupied slot lies ahead of the current tick, the
// lowest occupied level holds the earliest timers, and empty stretches of time are skipped by looking at one
// bit map.
#include "base/timer_wheel.h"

#include <bit>
#include <functional>

#include "base/assert.h"

namespace ringfence::base {
namespace detail {

void TimerLink::insert_before(TimerLink& where) {
  next = &where;
  previous = where.previous;
  where.previous->next = this;
  where.previous = this;
}

void TimerLink::unlink() {
  next->previous = previous;
  previous->next = next;
  next = previous = this;
}

void TimerLink::take_all(TimerLink& from) {
  if (from.alone()) return;
  from.next->previous = previous;
  previous->next = from.next;
  from.previous->next = this;
  previous = from.previous;
  from.next = from.previous = &from;
}

}  // namespace detail

namespace {

std::int64_t tick_reached(MonoTime time) {
  return std::chrono::floor<std::chrono::milliseconds>(time.time_since_epoch()).count();
}

/// Rounded up: a timer never fires before its time.
std::int64_t tick_of_due(MonoTime time) {
  return std::chrono::ceil<std::chrono::milliseconds>(time.time_since_epoch()).count();
}

}  // namespace

void Timer::cancel() {
  if (wheel_ != nullptr) wheel_->remove(*this);
}

TimerWheel::TimerWheel(MonoTime start) : now_{tick_reached(start)} {}

TimerWheel::~TimerWheel() {
  RF_ASSERT(!advancing_);
  for (auto& list : heads_) overdue_.take_all(list);
  while (!overdue_.alone()) {
    auto& timer = static_cast<Timer&>(*overdue_.next);
    timer.unlink();
    timer.wheel_ = nullptr;
  }
}

void TimerWheel::arm(Timer& timer, MonoTime due) {
  timer.cancel();
  timer.due_ = due;
  timer.wheel_ = this;
  ++armed_;
  if (tick_of_due(due) <= now_) {
    timer.insert_before(overdue_);
  } else {
    place(timer);
  }
}

/// Links a timer whose due tick is the current one or lies ahead.
void TimerWheel::place(Timer& timer) {
  const Tick due = tick_of_due(timer.due_);
  const auto difference = static_cast<std::uint64_t>(due ^ now_);
  const unsigned level = (static_cast<unsigned>(std::bit_width(difference | 1U)) - 1) / kBits;
  const unsigned slot = static_cast<unsigned>(due >> (level * kBits)) & (kSlots - 1);
  timer.insert_before(head(level, slot));
  occupied_[level] |= std::uint64_t{1} << slot;
}

void TimerWheel::remove(Timer& timer) {
  detail::TimerLink* const neighbour = timer.next;
  timer.unlink();
  timer.wheel_ = nullptr;
  --armed_;
  // The last timer of a slot leaves its list head behind; the head's place in the array names the bit to
  // clear.
  constexpr std::less<> kBefore;  // a total order, also for a neighbour that lies elsewhere
  if (!neighbour->alone() || kBefore(neighbour, heads_.begin()) || !kBefore(neighbour, heads_.end())) return;
  const auto place = static_cast<unsigned>(neighbour - heads_.begin());
  occupied_[place / kSlots] &= ~(std::uint64_t{1} << (place % kSlots));
}

std::optional<TimerWheel::Position> TimerWheel::first_slot() const {
  for (unsigned level = 0; level < kLevels; ++level) {
    if (occupied_[level] == 0) continue;
    const auto slot = static_cast<unsigned>(std::countr_zero(occupied_[level]));
    const unsigned above = (level + 1) * kBits;
    const Tick begins = ((now_ >> above) << above) | (Tick{slot} << (level * kBits));
    return Position{level, slot, begins};
  }
  return std::nullopt;
}

std::optional<MonoTime> TimerWheel::next_due() const {
  if (!overdue_.alone() || !firing_.alone()) return MonoTime{std::chrono::milliseconds{now_}};
  const auto first = first_slot();
  if (!first) return std::nullopt;
  return MonoTime{std::chrono::milliseconds{first->begins}};
}

void TimerWheel::advance(MonoTime now) {
  RF_ASSERT(!advancing_);
  advancing_ = true;
  const Tick target = tick_reached(now);
  fire(overdue_);
  for (auto first = first_slot(); first && first->begins <= target; first = first_slot()) {
    now_ = first->begins;
    if (first->level > 0) {
      cascade(first->level, first->slot);
    } else {
      occupied_[0] &= ~(std::uint64_t{1} << first->slot);
      fire(head(0, first->slot));
    }
  }
  if (target > now_) now_ = target;
  advancing_ = false;
}

/// Spreads a slot whose time has come over the levels below.
void TimerWheel::cascade(unsigned level, unsigned slot) {
  detail::TimerLink list;
  list.take_all(head(level, slot));
  occupied_[level] &= ~(std::uint64_t{1} << slot);
  while (!list.alone()) {
    auto& timer = static_cast<Timer&>(*list.next);
    timer.unlink();
    place(timer);
  }
}

void TimerWheel::fire(detail::TimerLink& list) {
  firing_.take_all(list);
  while (!firing_.alone()) {
    auto& timer = static_cast<Timer&>(*firing_.next);
    remove(timer);
    timer.fire_(timer.owner_);  // the timer may be gone when this returns
  }
}

}  // namespace ringfence::base
