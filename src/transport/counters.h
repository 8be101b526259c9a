// SPDX-License-Identifier: Apache-2.0
// What the transport of one shard counts; the table gives each row its name and help for metrics.
#pragma once

#include <array>
#include <cstdint>

#include "observe/room_counters.h"

namespace ringfence::transport {

enum class Counter : std::uint8_t {
  Parsed,
  HandedOver,
  HandOverRefused,
  Requests,
  Responses,
  KeepAlives,
  Malformed,
  MalformedAnswered,
  MalformedSilent,
  SurplusDiscarded,
  Unframeable,
  ForeignBranch,
  OtherNodeBranch,
  BudgetTooBig,
  BudgetAddressSpent,
  BudgetGlobalSpent,
  BudgetTableFull,
  NotBuilt,
  ProofsSeen,
  kCount,
};

using Counters = observe::RoomCounters<Counter>;

inline constexpr auto kCounters = std::to_array<observe::CounterRow<Counter>>({
    {Counter::Parsed, "parsed_total",
     "Received messages parsed; each exactly once, whatever shard it ends on."},
    {Counter::HandedOver, "handed_over_total", "Parsed messages passed on to the shard that owns them."},
    {Counter::HandOverRefused, "hand_over_refused_total",
     "Messages dropped because their owner's mailbox was full."},
    {Counter::Requests, "requests_total", "Sane requests delivered on this shard."},
    {Counter::Responses, "responses_total", "Responses to branches of ours delivered on this shard."},
    {Counter::KeepAlives, "keep_alives_total",
     "CRLF keep-alives (RFC 5626), answered on streams, ignored on UDP."},
    {Counter::Malformed, "malformed_total", "Messages that are not SIP or break RFC 3261."},
    {Counter::MalformedAnswered, "malformed_answered_total",
     "Malformed requests that got their error response."},
    {Counter::MalformedSilent, "malformed_silent_total",
     "Malformed messages that cannot or may not be answered."},
    {Counter::SurplusDiscarded, "surplus_discarded_total",
     "Datagrams cut to their Content-Length (RFC 3261 18.3)."},
    {Counter::Unframeable, "unframeable_total", "Streams closed because no message could be found in them."},
    {Counter::ForeignBranch, "foreign_branch_total", "Responses dropped: their branch is not one of ours."},
    {Counter::OtherNodeBranch, "other_node_branch_total",
     "Responses dropped: their branch names another node."},
    {Counter::BudgetTooBig, "budget_too_big_total",
     "Answers to unproven sources withheld: too big for the request."},
    {Counter::BudgetAddressSpent, "budget_address_spent_total",
     "Withheld: this address was answered a moment ago."},
    {Counter::BudgetGlobalSpent, "budget_global_spent_total",
     "Withheld: the budget of all strangers is spent."},
    {Counter::BudgetTableFull, "budget_table_full_total",
     "Withheld: too many addresses were answered lately."},
    {Counter::NotBuilt, "not_built_total",
     "Messages of ours not sent: no packet was free or they do not fit one."},
    {Counter::ProofsSeen, "proofs_total", "ACKs that brought back a To-tag only their address was told."},
});
static_assert(observe::rows_follow_enum(kCounters));

}  // namespace ringfence::transport
