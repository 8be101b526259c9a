// SPDX-License-Identifier: Apache-2.0
// SimClock: simulated time with a timer wheel on it, for tests and simulations.
#pragma once

#include "base/time.h"
#include "base/timer_wheel.h"

namespace ringfence::base {

/// Stands still between calls of run_for(). One thread.
class SimClock final : public ManualClock {
 public:
  [[nodiscard]] TimerWheel& timers() { return timers_; }

  /// Moves on by `span` and stops at each due tick on the way, so that a callback reads the time it was armed
  /// for.
  void run_for(Nanos span);

 private:
  TimerWheel timers_{MonoTime{}};
};

}  // namespace ringfence::base
