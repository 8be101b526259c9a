// SPDX-License-Identifier: Apache-2.0
// What a shard counts: one relaxed cell per row, written by its shard only, read by anyone.
#pragma once

#include <array>
#include <cstdint>

#include "observe/room_counters.h"

namespace ringfence::net {

enum class Counter : std::uint8_t {
  PacketsIn,
  PacketsOut,
  BytesIn,
  BytesOut,
  Denied,
  NoPacket,
  SendFailed,
  SendQueueFull,
  HandOvers,
  InboxFull,
  Wakeups,
  SlowTurns,
  StrangerDrains,
  Accepted,
  AcceptRefused,
  Connected,
  ConnectFailed,
  Evicted,
  DeadlineFirstMessage,
  DeadlineCompletion,
  DeadlineIdle,
  DeadlineWrite,
  StreamBroken,
  StreamTooLarge,
  WriteQueueFull,
  Closed,
  kCount,
};

inline constexpr auto kCounters = std::to_array<observe::CounterRow<Counter>>({
    {Counter::PacketsIn, "packets_in_total", "datagrams and framed stream messages received"},
    {Counter::PacketsOut, "packets_out_total", "datagrams and stream messages handed to the kernel"},
    {Counter::BytesIn, "bytes_in_total", "bytes of received messages"},
    {Counter::BytesOut, "bytes_out_total", "bytes of sent messages"},
    {Counter::Denied, "denied_total", "datagrams, messages and connections of denied sources"},
    {Counter::NoPacket, "no_packet_total", "messages dropped because the packet pool was used up"},
    {Counter::SendFailed, "send_failed_total", "messages that did not leave"},
    {Counter::SendQueueFull, "send_queue_full_total", "datagrams dropped behind a full socket"},
    {Counter::HandOvers, "handovers_total", "messages posted to other shards"},
    {Counter::InboxFull, "inbox_full_total", "messages refused by the full mailbox of another shard"},
    {Counter::Wakeups, "wakeups_total", "sleeping shards woken"},
    {Counter::SlowTurns, "slow_turns_total", "turns of the loop longer than a millisecond"},
    {Counter::StrangerDrains, "stranger_drains_total", "stranger sockets drained early after a promotion"},
    {Counter::Accepted, "streams_accepted_total", "stream connections accepted"},
    {Counter::AcceptRefused, "streams_refused_total", "stream connections refused by a cap"},
    {Counter::Connected, "streams_connected_total", "stream connections opened by us"},
    {Counter::ConnectFailed, "streams_connect_failed_total", "stream connections that could not be opened"},
    {Counter::Evicted, "streams_evicted_total", "unauthenticated connections closed to make room"},
    {Counter::DeadlineFirstMessage, "streams_deadline_first_message_total", "no first message in time"},
    {Counter::DeadlineCompletion, "streams_deadline_completion_total", "a message not completed in time"},
    {Counter::DeadlineIdle, "streams_deadline_idle_total", "idle or unauthenticated for too long"},
    {Counter::DeadlineWrite, "streams_deadline_write_total", "a peer that stopped reading"},
    {Counter::StreamBroken, "streams_broken_total", "streams in which no message could be found"},
    {Counter::StreamTooLarge, "streams_too_large_total", "messages above the size limit"},
    {Counter::WriteQueueFull, "streams_write_queue_full_total", "messages refused by a full write queue"},
    {Counter::Closed, "streams_closed_total", "stream connections closed for any reason"},
});
static_assert(observe::rows_follow_enum(kCounters));

/// The counters of one shard.
using Counters = observe::RoomCounters<Counter>;

}  // namespace ringfence::net
