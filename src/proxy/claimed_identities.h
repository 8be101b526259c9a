// SPDX-License-Identifier: Apache-2.0
// Claimed identities: headers in which only neighbours may tell who calls (RFC 3325 §5, RFC 5806, RFC 7044).
#pragma once

#include <array>
#include <string_view>

#include "sip/edits.h"
#include "sip/message.h"

namespace ringfence::proxy {

/// Believed from peers only; whoever else writes them speaks for somebody he is not.
inline constexpr auto kClaimedIdentities = std::to_array<sip::HeaderId>(
    {sip::HeaderId::PAssertedIdentity, sip::HeaderId::PPreferredIdentity, sip::HeaderId::RemotePartyId,
     sip::HeaderId::Diversion, sip::HeaderId::HistoryInfo});

/// Those that no table of ours knows.
inline constexpr auto kClaimedByName = std::to_array<std::string_view>(
    {"P-Asserted-Service", "P-Charging-Vector", "P-Charging-Function-Addresses", "P-Access-Network-Info"});

inline void remove_claimed_identities(const sip::Message& message, sip::Edits& edits) {
  for (const auto id : kClaimedIdentities) {
    if (message.has(id)) edits.remove(id);
  }
  for (const auto name : kClaimedByName) {
    if (message.header(name)) edits.remove(name);
  }
}

}  // namespace ringfence::proxy
