// SPDX-License-Identifier: Apache-2.0
// What the rows of the timer table come to with the configured T1, T2 and T4.
#include "transaction/timers.h"

#include <algorithm>

namespace ringfence::transaction {

namespace {

constexpr base::Nanos kHold100 = std::chrono::milliseconds{200};  // RFC 3261 §17.2.1
constexpr base::Nanos kShortestD = std::chrono::seconds{32};      // §17.1.1.2

/// When Timer E, started at T1 and doubled at each retransmission, is first set to T2 (3.5 s by default).
base::Nanos when_e_reaches_t2(const TimerTable& table) {
  base::Nanos passed{0};
  for (base::Nanos interval = table.t1; interval < table.t2; interval *= 2) passed += interval;
  return passed;
}

}  // namespace

base::Nanos TimerTable::start(TimerName name, bool reliable) const {
  switch (start_of(name, reliable)) {
    case TimerStart::Never:
    case TimerStart::Zero:
      return base::Nanos{0};
    case TimerStart::T1:
      return t1;
    case TimerStart::T4:
      return t4;
    case TimerStart::SixtyFourT1:
      return 64 * t1;
    case TimerStart::AtLeast32s:
      return std::max(kShortestD, 64 * t1);
    case TimerStart::Hold100:
      return kHold100;
    case TimerStart::WhenEReachesT2:
      return when_e_reaches_t2(*this);
  }
  return base::Nanos{0};
}

base::Nanos TimerTable::next(TimerName name, base::Nanos last) const {
  return row_of(name).growth == TimerGrowth::DoubleToT2 ? std::min(2 * last, t2) : 2 * last;
}

}  // namespace ringfence::transaction
