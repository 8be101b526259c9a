// SPDX-License-Identifier: Apache-2.0
// Clockwork: the two running timers of one transaction, set by the table of states.
#pragma once

#include "base/timer_wheel.h"
#include "transaction/machine.h"

namespace ringfence::transaction {

/// A state has at most one timer that repeats and one that ends it (machine.h).
class Clockwork {
 public:
  Clockwork(base::Timer::Fire on_repeat, base::Timer::Fire on_limit, void* owner)
      : repeat_{on_repeat, owner}, limit_{on_limit, owner} {}

  /// Sets the timers of `to`; one that `from` has too goes on running.
  void enter(base::TimerWheel& wheel, base::MonoTime now, const TimerTable& table, Machine machine,
             State from, State to, bool reliable) {
    const StateTimers before = timers_of(machine, from);
    const StateTimers after = timers_of(machine, to);
    if (before.repeat != after.repeat) set(wheel, now, table, repeat_, after.repeat, reliable);
    if (before.limit != after.limit) set(wheel, now, table, limit_, after.limit, reliable);
    if (before.repeat != after.repeat) interval_ = table.start(after.repeat, reliable);
  }

  /// After the repeating timer fired: sets it again, for the time its row tells (§17.1.1.2, §17.1.2.2,
  /// §17.2.1).
  void again(base::TimerWheel& wheel, base::MonoTime now, const TimerTable& table, Machine machine,
             State state) {
    const TimerName name = timers_of(machine, state).repeat;
    // Timer E is T2 from the first provisional response on (§17.1.2.2).
    const bool at_t2 = machine == Machine::ClientOther && state == State::Proceeding;
    interval_ = at_t2 ? table.t2 : table.next(name, interval_);
    wheel.arm(repeat_, now + interval_);
  }

  /// Ends the state after `span`, though its row has no limit: a cancelled INVITE (§9.1).
  void limit_to(base::TimerWheel& wheel, base::MonoTime due) { wheel.arm(limit_, due); }

  void stop() {
    repeat_.cancel();
    limit_.cancel();
  }
  void stop_repeating() { repeat_.cancel(); }

 private:
  static void set(base::TimerWheel& wheel, base::MonoTime now, const TimerTable& table, base::Timer& timer,
                  TimerName name, bool reliable) {
    timer.cancel();
    if (TimerTable::used(name, reliable)) wheel.arm(timer, now + table.start(name, reliable));
  }

  base::Timer repeat_;
  base::Timer limit_;
  base::Nanos interval_{0};
};

}  // namespace ringfence::transaction
