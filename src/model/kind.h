// SPDX-License-Identifier: Apache-2.0
// Kind: what a platform holds, by name. And the ids of its rows.
#pragma once

#include <cstddef>
#include <cstdint>

namespace ringfence::model {

/// Names a row for ever; given once and never again. 0: no row.
using Id = std::uint64_t;

/// The reseller that every platform has: rows of nobody else are its own.
inline constexpr Id kMainTenant = 1;

/// Those that are referred to come first, so that a database is written and loaded in this order.
enum class Kind : std::uint8_t {
  Reseller,
  Contact,
  BillingProfile,
  Zone,
  Fee,
  OffPeak,
  Contract,
  Customer,
  Domain,
  Subscriber,
  Number,
  FixedContact,
  TrustedSource,
  SpeedDial,
  Reminder,
  RewriteSet,
  RewriteRule,
  TimeSet,
  Period,
  NcosLevel,
  NcosPattern,
  PeerGroup,
  Peer,
  PeerRule,
  InboundRule,
  DestinationSet,
  Destination,
  SourceSet,
  Source,
  NumberSet,
  NumberPattern,
  Forward,
  Preference,
  Ban,
  Admin,
  None,  ///< no kind at all; the last
};
inline constexpr std::size_t kKinds = static_cast<std::size_t>(Kind::None);

}  // namespace ringfence::model
