// SPDX-License-Identifier: Apache-2.0
// What routing counts, per shard.
#pragma once

#include "observe/room_counters.h"

namespace ringfence::routing {

enum class Counter : std::uint8_t {
  NoToken,
  ForgedToken,
  NoSuchCall,
  NoSuchDialog,
  ForeignSource,
  ForeignTarget,
  Emergency,
  ForeignDomain,
  NotRegistered,
  NoSuchUser,
  ToContacts,
  ToPeer,
  kCount,
};

using Counters = observe::RoomCounters<Counter>;

inline constexpr auto kCounters = std::to_array<observe::CounterRow<Counter>>({
    {Counter::NoToken, "in_dialog_no_token_total", "In-dialog requests refused: no Route token of ours."},
    {Counter::ForgedToken, "in_dialog_forged_token_total",
     "In-dialog requests refused: a token we did not make."},
    {Counter::NoSuchCall, "in_dialog_no_call_total", "In-dialog requests refused: the call is over."},
    {Counter::NoSuchDialog, "in_dialog_no_dialog_total",
     "In-dialog requests refused: Call-ID or tags are not the call's."},
    {Counter::ForeignSource, "in_dialog_foreign_source_total",
     "In-dialog requests refused: not from that party's address."},
    {Counter::ForeignTarget, "in_dialog_foreign_target_total",
     "In-dialog requests refused: the Request-URI is not the other party's target."},
    {Counter::Emergency, "emergency_total", "Emergency calls recognised."},
    {Counter::ForeignDomain, "foreign_domain_total", "Requests refused: the domain is not ours."},
    {Counter::NotRegistered, "not_registered_total",
     "Requests to a subscriber without a registered contact."},
    {Counter::NoSuchUser, "no_such_user_total", "Requests to nobody we know."},
    {Counter::ToContacts, "to_contacts_total", "Requests routed to registered contacts."},
    {Counter::ToPeer, "to_peer_total", "Requests routed to a peer."},
});
static_assert(observe::rows_follow_enum(kCounters));

}  // namespace ringfence::routing
