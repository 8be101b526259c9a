// SPDX-License-Identifier: Apache-2.0
// Walking through simulated time from one due tick to the next.
#include "base/sim_clock.h"

#include <algorithm>

namespace ringfence::base {

void SimClock::run_for(Nanos span) {
  const MonoTime end = now() + span;
  for (auto due = timers_.next_due(); due && *due <= end; due = timers_.next_due()) {
    set(std::max(now(), *due));
    timers_.advance(now());
  }
  set(end);
  timers_.advance(end);
}

}  // namespace ringfence::base
