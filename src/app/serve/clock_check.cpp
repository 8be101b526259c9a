// SPDX-License-Identifier: Apache-2.0
// The day of the build, compiled in, against the clock.
#include "app/serve/clock_check.h"

#include <chrono>

namespace ringfence::app {
namespace {

constexpr base::WallTime build_day(int yyyymmdd) {
  using namespace std::chrono;
  const month in{static_cast<unsigned>(yyyymmdd / 100 % 100)};
  const day on{static_cast<unsigned>(yyyymmdd % 100)};
  return sys_days{year_month_day{year{yyyymmdd / 10'000}, in, on}};
}

}  // namespace

base::Result<void> check_clock(base::WallTime now) {
  if (now >= build_day(RF_BUILD_DAY)) return {};
  return base::fail("the clock of this machine is wrong", "it stands before the day this program was built",
                    "set it, for example with NTP; nonces, registrations and call records need it");
}

}  // namespace ringfence::app
