// SPDX-License-Identifier: Apache-2.0
// What a partition counts: one relaxed cell per row, written by its shard, read by anyone.
#pragma once

#include <array>
#include <cstdint>

#include "observe/room_counters.h"

namespace ringfence::location {

enum class Counter : std::uint8_t {
  Added,
  Refreshed,
  Removed,
  Expired,
  Dropped,
  Reloaded,
  ReloadExpired,
  ReloadUnreadable,
  RefusedTooBrief,
  RefusedOutOfOrder,
  RefusedBadContact,
  RefusedTooLong,
  RefusedTooManyContacts,
  RefusedFull,
  Unjournalled,
  kCount,
};

/// One row per counter, in the order of the enum.
inline constexpr auto kCounters = std::to_array<observe::CounterRow<Counter>>({
    {Counter::Added, "added_total", "Contacts bound"},
    {Counter::Refreshed, "refreshed_total", "Contacts bound again before they expired"},
    {Counter::Removed, "removed_total", "Contacts removed by a REGISTER"},
    {Counter::Expired, "expired_total", "Contacts that nobody refreshed in time"},
    {Counter::Dropped, "dropped_total", "Contacts removed by an operator or with their connection"},
    {Counter::Reloaded, "reloaded_total", "Contacts taken back from the journal"},
    {Counter::ReloadExpired, "reload_expired_total", "Contacts of the journal that had expired by then"},
    {Counter::ReloadUnreadable, "reload_unreadable_total", "Records of the journal that could not be read"},
    {Counter::RefusedTooBrief, "refused_too_brief_total", "REGISTER refused: lifetime too short (423)"},
    {Counter::RefusedOutOfOrder, "refused_out_of_order_total",
     "REGISTER refused: overtaken by a newer one (500)"},
    {Counter::RefusedBadContact, "refused_bad_contact_total",
     "REGISTER refused: contact is no SIP URI (400)"},
    {Counter::RefusedTooLong, "refused_too_long_total", "REGISTER refused: a text over its bound (400)"},
    {Counter::RefusedTooManyContacts, "refused_too_many_contacts_total",
     "REGISTER refused: contact cap (403)"},
    {Counter::RefusedFull, "refused_full_total", "REGISTER refused: table at its bound (503)"},
    {Counter::Unjournalled, "unjournalled_total",
     "Updates made in memory only, since the journal's ring was full"},
});
static_assert(observe::rows_follow_enum(kCounters));

/// The counters of one shard.
using Counters = observe::RoomCounters<Counter>;

}  // namespace ringfence::location
