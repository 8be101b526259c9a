// SPDX-License-Identifier: Apache-2.0
// Which server transaction a request belongs to (RFC 3261 §17.2.3), as a fingerprint that outlives the
// request.
#pragma once

#include <cstdint>

#include "base/hash.h"
#include "net/flow.h"
#include "sip/message.h"

namespace ringfence::transaction {

/// 128 bits under a secret of the node: nobody can make two of them meet, so they stand for what they were
/// made from.
struct Fingerprint {
  std::uint64_t high = 0;
  std::uint64_t low = 0;

  friend bool operator==(const Fingerprint&, const Fingerprint&) = default;
};

struct ServerKey {
  /// Top branch, sent-by and method (ACK and CANCEL count as INVITE), and the source address. Without the
  /// magic cookie: Request-URI, From tag, Call-ID, CSeq number and the whole top Via value instead.
  ///
  /// The source address makes the match narrower than §17.2.3: behind NATs two phones may well share
  /// "10.0.0.2" and a weak branch, and nobody but its sender may acknowledge or cancel a request (reference
  ///
  Fingerprint fingerprint;
  bool rfc2543 = false;  ///< no magic cookie: To tags must match as well

  friend bool operator==(const ServerKey&, const ServerKey&) = default;
};

/// The key that `request` is looked up by. A CANCEL yields the key of the INVITE it cancels (§9.2).
[[nodiscard]] ServerKey server_key_of(const sip::Message& request, const net::Flow& source,
                                      const base::HashSeed& seed);

/// A tag as it is compared in RFC 2543 matching; an absent one is 0.
[[nodiscard]] std::uint64_t tag_hash(std::string_view tag, const base::HashSeed& seed);

}  // namespace ringfence::transaction
