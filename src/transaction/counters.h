// SPDX-License-Identifier: Apache-2.0
// What the transactions of one shard count; the table gives each row its name and help for metrics.
#pragma once

#include "observe/room_counters.h"

namespace ringfence::transaction {

enum class Counter : std::uint8_t {
  ServersOpened,
  ServersRefused,
  ServersNoAck,
  ServersNotSent,
  ClientsOpened,
  ClientsRefused,
  ClientsTimedOut,
  ClientsNotSent,
  ClientsCancelled,
  RequestsAbsorbed,
  ResponsesAbsorbed,
  RequestsRepeated,
  ResponsesRepeated,
  AcksAbsorbed,
  StrayResponses,
  ForgedSource,
  CancelsMatched,
  CancelsUnmatched,
  CancelsIgnored,
  ResponsesForbidden,
  LateResponses,
  TryingSent,
  NotKept,
  NotBuilt,
  kCount,
};

using Counters = observe::RoomCounters<Counter>;

inline constexpr auto kCounters = std::to_array<observe::CounterRow<Counter>>({
    {Counter::ServersOpened, "servers_opened_total", "Server transactions opened."},
    {Counter::ServersRefused, "servers_refused_total", "Server transactions refused: the bound is reached."},
    {Counter::ServersNoAck, "servers_no_ack_total",
     "INVITEs whose final response was never acknowledged (Timer H)."},
    {Counter::ServersNotSent, "servers_not_sent_total", "Responses the transport could not send."},
    {Counter::ClientsOpened, "clients_opened_total", "Client transactions opened."},
    {Counter::ClientsRefused, "clients_refused_total", "Client transactions refused: the bound is reached."},
    {Counter::ClientsTimedOut, "clients_timed_out_total", "Requests that were never answered (Timer B, F)."},
    {Counter::ClientsNotSent, "clients_not_sent_total", "Requests the transport could not send."},
    {Counter::ClientsCancelled, "clients_cancelled_total",
     "Cancelled INVITEs that never got a final response (9.1)."},
    {Counter::RequestsAbsorbed, "requests_absorbed_total",
     "Retransmitted requests that met their transaction."},
    {Counter::ResponsesAbsorbed, "responses_absorbed_total",
     "Retransmitted responses that met their transaction."},
    {Counter::RequestsRepeated, "requests_repeated_total", "Requests we sent again (Timer A, E)."},
    {Counter::ResponsesRepeated, "responses_repeated_total",
     "Responses we sent again (Timer G or a retransmission)."},
    {Counter::AcksAbsorbed, "acks_absorbed_total", "ACKs to final responses other than 2xx."},
    {Counter::StrayResponses, "stray_responses_total", "Responses dropped: their transaction is over."},
    {Counter::ForgedSource, "forged_source_total", "Responses dropped: not from where the request went."},
    {Counter::CancelsMatched, "cancels_matched_total", "CANCELs that met their INVITE."},
    {Counter::CancelsUnmatched, "cancels_unmatched_total", "CANCELs without an INVITE, answered 481."},
    {Counter::CancelsIgnored, "cancels_ignored_total", "CANCELs of strangers without an INVITE: silence."},
    {Counter::ResponsesForbidden, "responses_forbidden_total",
     "Responses of ours that RFC 4320 does not let out."},
    {Counter::LateResponses, "late_responses_total", "Responses of ours after the final one or the end."},
    {Counter::TryingSent, "trying_sent_total", "100 Trying sent because the user had not answered in time."},
    {Counter::NotKept, "not_kept_total",
     "Messages that cannot be sent again: no memory was left to keep them."},
    {Counter::NotBuilt, "not_built_total", "Messages not sent: no packet was free or they do not fit one."},
});
static_assert(observe::rows_follow_enum(kCounters));

}  // namespace ringfence::transaction
