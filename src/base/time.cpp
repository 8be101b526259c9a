// SPDX-License-Identifier: Apache-2.0
// The machine's clocks.
#include "base/time.h"

#include <ctime>

namespace ringfence::base {
namespace {

Nanos read(clockid_t which) {
  timespec value{};
  (void)::clock_gettime(which, &value);
  return std::chrono::seconds{value.tv_sec} + Nanos{value.tv_nsec};
}

}  // namespace

MonoTime SystemClock::now() const {
  return MonoTime{read(CLOCK_MONOTONIC)};
}

WallTime SystemClock::wall() const {
  return WallTime{std::chrono::floor<std::chrono::milliseconds>(read(CLOCK_REALTIME))};
}

}  // namespace ringfence::base
