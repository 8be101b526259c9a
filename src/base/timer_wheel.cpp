// SPDX-License-Identifier: Apache-2.0
// Placement, moving and firing of the timer wheel.
//
// A timer lies on the lowest level whose ring reaches its due tick, in the slot that spans it. A ring turns
// with the current tick: its slots are the next ones ahead. So that no advance() has to move a whole slot at
// once, the first slot of an upper level is emptied link by link from the moment on when all of it fits the
// ring below; that is half a minute before it begins on the first level and 52 minutes on the second.
#include "base/timer_wheel.h"

#include <algorithm>
#include <utility>

#include "base/assert.h"

namespace ringfence::base {
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
  while (const auto chain = chains_.first_used(0)) {
    const auto taken = chains_.take_link(*chain);
    for (std::size_t i = 0; i < taken.count; ++i) taken.timers[i]->wheel_ = nullptr;
  }
}

void TimerWheel::arm(Timer& timer, MonoTime due) {
  const Tick tick = tick_of_due(due);
  const TimerChains::Id chain = tick <= now_ ? overdue_ : chain_for(tick);
  chains_.fetch_end(chain);
  timer.cancel();
  timer.due_ = due;
  timer.wheel_ = this;
  timer.entry_ = chains_.append(chain, timer);
  ++armed_;
}

void TimerWheel::remove(Timer& timer) {
  chains_.remove(timer.entry_);
  timer.wheel_ = nullptr;
  --armed_;
}

/// The slot of a tick that is the current one or lies ahead.
TimerChains::Id TimerWheel::chain_for(Tick due) const {
  for (const Level& level : kLevels) {
    const Tick slot = due >> level.shift;
    if (slot - (now_ >> level.shift) < level.slots()) return level.chain_of(slot);
  }
  const Level& top = kLevels.back();
  return top.chain_of((now_ >> top.shift) + top.slots() - 1);
}

/// The first slot of a ring that holds a timer. The ring begins at the slot of the current tick.
std::optional<TimerWheel::Slot> TimerWheel::first_slot(const Level& level) const {
  const Tick current = now_ >> level.shift;
  const TimerChains::Id here = level.chain_of(current);
  const auto used_within = [&](TimerChains::Id from, Tick end) {
    const auto chain = chains_.first_used(from);
    return chain && *chain < end ? chain : std::nullopt;
  };
  auto chain = used_within(here, level.chains + level.slots());
  if (!chain) chain = used_within(level.chains, here);
  if (!chain) return std::nullopt;
  const Tick ahead = (Tick{*chain} - Tick{here}) & (level.slots() - 1);
  return Slot{&level, *chain, (current + ahead) << level.shift};
}

std::optional<TimerWheel::Slot> TimerWheel::earliest_slot() const {
  std::optional<Slot> earliest;
  for (const Level& level : kLevels) {
    const auto slot = first_slot(level);
    if (slot && (!earliest || slot->begins < earliest->begins)) earliest = slot;
  }
  return earliest;
}

/// The tick from which on all that lies in a slot has a place on the level below.
TimerWheel::Tick TimerWheel::opens(const Slot& slot) {
  const Level& below = slot.level[-1];
  return slot.begins + (Tick{1} << slot.level->shift) - ((below.slots() - 1) << below.shift);
}

std::optional<MonoTime> TimerWheel::next_due() const {
  std::optional<Tick> next;
  const auto sooner = [&next](Tick tick) { next = std::min(tick, next.value_or(tick)); };
  if (!chains_.empty(overdue_) || !chains_.empty(firing_)) sooner(now_);
  for (const Level& level : kLevels) {
    const auto slot = first_slot(level);
    if (!slot) continue;
    // What an upper level has left over from the last advance() waits for the next tick.
    sooner(level.shift == 0 ? slot->begins : std::max(opens(*slot), now_ + 1));
  }
  if (!next) return std::nullopt;
  return MonoTime{std::chrono::milliseconds{*next}};
}

void TimerWheel::advance(MonoTime now) {
  RF_ASSERT(!advancing_);
  advancing_ = true;
  std::swap(overdue_, firing_);
  fire(firing_);
  walk_to(tick_reached(now));
  for (const Level& level : kLevels) bring_nearer(level);
  advancing_ = false;
}

/// Stops at each slot on the way. One of an upper level has timers only if time leapt or there were too many.
void TimerWheel::walk_to(Tick target) {
  for (auto slot = earliest_slot(); slot && slot->begins <= target; slot = earliest_slot()) {
    now_ = slot->begins;
    if (slot->level->shift == 0) {
      fire(slot->chain);
    } else {
      while (!chains_.empty(slot->chain)) move_link(slot->chain);
    }
  }
  now_ = std::max(now_, target);
}

void TimerWheel::bring_nearer(const Level& level) {
  if (level.shift == 0) return;
  for (int links = kLinksPerAdvance; links > 0; --links) {
    const auto slot = first_slot(level);
    if (!slot || opens(*slot) > now_) return;
    move_link(slot->chain);
  }
}

void TimerWheel::move_link(TimerChains::Id chain) {
  const auto link = chains_.take_link(chain);
  for (std::size_t i = 0; i < link.count; ++i) {
    Timer& timer = *link.timers[i];
    timer.entry_ = chains_.append(chain_for(tick_of_due(timer.due_)), timer);
  }
}

void TimerWheel::fire(TimerChains::Id chain) {
  while (!chains_.empty(chain)) {
    Timer& timer = chains_.front(chain);
    remove(timer);
    timer.fire_(timer.owner_);  // the timer may be gone when this returns
  }
}

}  // namespace ringfence::base
