// SPDX-License-Identifier: Apache-2.0
// What the guard counts, per shard.
#pragma once

#include "observe/room_counters.h"

namespace ringfence::guard {

enum class Counter : std::uint8_t {
  Trusted,
  Known,
  Validated,
  Unknown,
  Promoted,
  Demoted,
  NotPromoted,
  Evicted,
  kCount
};

using Counters = observe::RoomCounters<Counter>;

inline constexpr auto kCounters = std::to_array<observe::CounterRow<Counter>>({
    {Counter::Trusted, "trusted_total", "Messages from peers and trusted sources."},
    {Counter::Known, "known_total", "Messages of flows that registered or are in a call."},
    {Counter::Validated, "validated_total",
     "Messages of streams and of sources that have shown where they are."},
    {Counter::Unknown, "unknown_total", "Messages of strangers."},
    {Counter::Promoted, "promoted_total", "Flows moved to the known sockets."},
    {Counter::Demoted, "demoted_total", "Flows moved back."},
    {Counter::NotPromoted, "not_promoted_total",
     "Known flows left on the stranger sockets: no selector, or a bound."},
    {Counter::Evicted, "evicted_total",
     "Flows forgotten early because their line of the source table was full."},
});
static_assert(observe::rows_follow_enum(kCounters));

}  // namespace ringfence::guard
