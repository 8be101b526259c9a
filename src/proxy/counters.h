// SPDX-License-Identifier: Apache-2.0
// What the proxy counts, per shard.
#pragma once

#include "observe/room_counters.h"

namespace ringfence::proxy {

enum class Counter : std::uint8_t {
  Forwarded,
  Branches,
  AcksForwarded,
  CallsStarted,
  CallsAnswered,
  CallsRefused,
  CallsEnded,
  Cancelled,
  TimerC,
  ChallengesHidden,
  NotForwarded,
  AtBound,
  kCount,
};

using Counters = observe::RoomCounters<Counter>;

inline constexpr auto kCounters = std::to_array<observe::CounterRow<Counter>>({
    {Counter::Forwarded, "forwarded_total", "Requests forwarded statefully."},
    {Counter::Branches, "branches_total", "Copies of requests sent to targets."},
    {Counter::AcksForwarded, "acks_forwarded_total", "ACKs to 2xx forwarded."},
    {Counter::CallsStarted, "calls_started_total", "Calls a record was opened for."},
    {Counter::CallsAnswered, "calls_answered_total", "Calls answered with a 2xx."},
    {Counter::CallsRefused, "calls_refused_total", "Calls that ended without a 2xx."},
    {Counter::CallsEnded, "calls_ended_total", "Answered calls whose last dialog ended."},
    {Counter::Cancelled, "cancelled_total", "Requests their sender cancelled."},
    {Counter::TimerC, "timer_c_total", "Branches given up by Timer C (RFC 3261 16.8)."},
    {Counter::ChallengesHidden, "challenges_hidden_total",
     "401 and 407 from phones that were not passed to the caller."},
    {Counter::NotForwarded, "not_forwarded_total", "Requests or responses that could not be built or sent."},
    {Counter::AtBound, "at_bound_total", "Requests refused because a table was full."},
});
static_assert(observe::rows_follow_enum(kCounters));

}  // namespace ringfence::proxy
