// SPDX-License-Identifier: Apache-2.0
// Moment: one instant on both clocks, and so the bridge between them across a restart.
#pragma once

#include <chrono>

#include "base/time.h"

namespace ringfence::location {

/// Lifetimes run on the monotonic clock, which begins anew with the machine; the journal keeps them on the
/// wall clock.
struct Moment {
  base::MonoTime mono;
  base::WallTime wall;

  [[nodiscard]] static Moment of(const base::Clock& clock) { return {clock.now(), clock.wall()}; }
  [[nodiscard]] base::WallTime to_wall(base::MonoTime time) const {
    return wall + std::chrono::ceil<std::chrono::milliseconds>(time - mono);
  }
  [[nodiscard]] base::MonoTime to_mono(base::WallTime time) const { return mono + (time - wall); }
};

}  // namespace ringfence::location
