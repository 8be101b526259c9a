// SPDX-License-Identifier: Apache-2.0
// What authentication counts, per shard.
#pragma once

#include "observe/room_counters.h"

namespace ringfence::auth {

enum class Counter : std::uint8_t {
  Challenged,
  Accepted,
  WrongPassword,
  Stale,
  Replayed,
  WrongUri,
  ForeignIdentity,
  ForeignDomain,
  CountedHere,
  CountedElsewhere,
  CountRefused,
  Exempt,
  kCount,
};

using Counters = observe::RoomCounters<Counter>;

inline constexpr auto kCounters = std::to_array<observe::CounterRow<Counter>>({
    {Counter::Challenged, "challenged_total", "Requests without usable credentials that were challenged."},
    {Counter::Accepted, "accepted_total", "Requests whose sender proved to know the password."},
    {Counter::WrongPassword, "wrong_password_total",
     "Wrong responses on a good nonce, unknown users included."},
    {Counter::Stale, "stale_total", "Credentials on an old or foreign nonce."},
    {Counter::Replayed, "replayed_total", "Credentials that were used before, or whose uses were forgotten."},
    {Counter::WrongUri, "wrong_uri_total", "Credentials for another target than the request's."},
    {Counter::ForeignIdentity, "foreign_identity_total",
     "Good credentials under a name that is not the account's."},
    {Counter::ForeignDomain, "foreign_domain_total", "Requests of no domain of ours."},
    {Counter::CountedHere, "nonce_counted_here_total", "Nonce uses counted on this shard."},
    {Counter::CountedElsewhere, "nonce_counted_elsewhere_total", "Nonce uses asked of the account's shard."},
    {Counter::CountRefused, "nonce_count_refused_total",
     "Requests refused because the account's shard was too busy."},
    {Counter::Exempt, "exempt_total",
     "Requests of peers, trusted sources and emergency calls, not authenticated."},
});
static_assert(observe::rows_follow_enum(kCounters));

}  // namespace ringfence::auth
