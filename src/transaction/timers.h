// SPDX-License-Identifier: Apache-2.0
// The timers of RFC 3261 Table 4 as one table, with L and M of RFC 6026 and the two that hold back a 100.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <string_view>

#include "base/time.h"

namespace ringfence::transaction {

enum class TimerName : std::uint8_t {
  None,
  A,
  B,
  D,
  E,
  F,
  G,
  H,
  I,
  J,
  K,
  L,
  M,
  Trying,
  LateTrying,
  Cancelled
};

/// What a timer starts with.
enum class TimerStart : std::uint8_t {
  Never,
  Zero,
  T1,
  T4,
  SixtyFourT1,
  AtLeast32s,      ///< 64*T1, but never below 32 s: the server's Timer H may use the default T1
  Hold100,         ///< 200 ms (§17.2.1)
  WhenEReachesT2,  ///< after so long a client's Timer E has grown to T2 (RFC 4320 §4.1)
};

/// How a timer that repeats grows.
enum class TimerGrowth : std::uint8_t { Once, Double, DoubleToT2 };

struct TimerRow {
  TimerName name;
  TimerStart unreliable;
  TimerStart reliable;
  TimerGrowth growth;
  std::string_view defined;
};

inline constexpr auto kTimers = std::to_array<TimerRow>({
    {TimerName::None, TimerStart::Never, TimerStart::Never, TimerGrowth::Once, ""},
    {TimerName::A, TimerStart::T1, TimerStart::Never, TimerGrowth::Double,
     "RFC 3261 §17.1.1.2: INVITE again"},
    {TimerName::B, TimerStart::SixtyFourT1, TimerStart::SixtyFourT1, TimerGrowth::Once,
     "§17.1.1.2: no answer to INVITE"},
    {TimerName::D, TimerStart::AtLeast32s, TimerStart::Zero, TimerGrowth::Once,
     "§17.1.1.2: absorb responses"},
    {TimerName::E, TimerStart::T1, TimerStart::Never, TimerGrowth::DoubleToT2, "§17.1.2.2: request again"},
    {TimerName::F, TimerStart::SixtyFourT1, TimerStart::SixtyFourT1, TimerGrowth::Once,
     "§17.1.2.2: no answer"},
    {TimerName::G, TimerStart::T1, TimerStart::Never, TimerGrowth::DoubleToT2, "§17.2.1: response again"},
    {TimerName::H, TimerStart::SixtyFourT1, TimerStart::SixtyFourT1, TimerGrowth::Once, "§17.2.1: no ACK"},
    {TimerName::I, TimerStart::T4, TimerStart::Zero, TimerGrowth::Once, "§17.2.1: absorb ACKs"},
    {TimerName::J, TimerStart::SixtyFourT1, TimerStart::Zero, TimerGrowth::Once, "§17.2.2: absorb requests"},
    {TimerName::K, TimerStart::T4, TimerStart::Zero, TimerGrowth::Once, "§17.1.2.2: absorb responses"},
    {TimerName::L, TimerStart::SixtyFourT1, TimerStart::SixtyFourT1, TimerGrowth::Once,
     "RFC 6026 §7.1: absorb INVITEs"},
    {TimerName::M, TimerStart::SixtyFourT1, TimerStart::SixtyFourT1, TimerGrowth::Once,
     "RFC 6026 §7.2: further 2xx"},
    {TimerName::Trying, TimerStart::Hold100, TimerStart::Hold100, TimerGrowth::Once, "RFC 3261 §17.2.1"},
    {TimerName::LateTrying, TimerStart::WhenEReachesT2, TimerStart::WhenEReachesT2, TimerGrowth::Once,
     "RFC 4320 §4.1"},
    {TimerName::Cancelled, TimerStart::SixtyFourT1, TimerStart::SixtyFourT1, TimerGrowth::Once,
     "RFC 3261 §9.1"},
});

[[nodiscard]] constexpr bool timer_rows_follow_enum() {
  for (std::size_t i = 0; i < kTimers.size(); ++i) {
    if (static_cast<std::size_t>(kTimers[i].name) != i) return false;
  }
  return true;
}
static_assert(timer_rows_follow_enum());

[[nodiscard]] constexpr const TimerRow& row_of(TimerName name) {
  return kTimers[static_cast<std::size_t>(name)];
}

/// T1, T2, T4 of `transaction.t1` … and what follows from them.
struct TimerTable {
  base::Nanos t1 = std::chrono::milliseconds{500};  ///< estimated round trip
  base::Nanos t2 = std::chrono::seconds{4};         ///< longest interval of retransmissions outside INVITE
  base::Nanos t4 = std::chrono::seconds{5};         ///< longest life of a message in the network

  [[nodiscard]] static constexpr TimerStart start_of(TimerName name, bool reliable) {
    const TimerRow& row = row_of(name);
    return reliable ? row.reliable : row.unreliable;
  }
  /// True when the timer is used at all on such a transport.
  [[nodiscard]] static constexpr bool used(TimerName name, bool reliable) {
    return start_of(name, reliable) != TimerStart::Never;
  }
  /// True when it fires at once there.
  [[nodiscard]] static constexpr bool zero(TimerName name, bool reliable) {
    return start_of(name, reliable) == TimerStart::Zero;
  }
  /// The first value; zero means that the timer fires at once.
  [[nodiscard]] base::Nanos start(TimerName name, bool reliable) const;
  /// The value after `last`, for timers that repeat.
  [[nodiscard]] base::Nanos next(TimerName name, base::Nanos last) const;
};

}  // namespace ringfence::transaction
