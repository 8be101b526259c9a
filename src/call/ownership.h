// SPDX-License-Identifier: Apache-2.0
// Ownership: which shard a request belongs to (DESIGN: the ownership table).
#pragma once

#include "base/hash.h"
#include "call/token.h"
#include "location/location.h"
#include "transport/transport.h"

namespace ringfence::call {

/// One per shard: it opens tokens with that shard's cipher.
class Ownership final : public transport::Ownership {
 public:
  /// @param seed  the process's; all shards and the call tables share it
  Ownership(const base::HashSeed& seed, const TokenSealer& tokens, const location::Location& location)
      : seed_{seed}, tokens_{tokens}, location_{location} {}

  [[nodiscard]] net::ShardId owner_of_request(const sip::Message& request, transport::Inbound& inbound,
                                              net::Shard& shard) override;

 private:
  [[nodiscard]] std::optional<net::ShardId> owner_by_token(const sip::Message& request,
                                                           transport::Inbound& inbound,
                                                           unsigned shards) const;
  [[nodiscard]] std::optional<net::ShardId> owner_by_aor(const sip::Message& request) const;

  base::HashSeed seed_;
  const TokenSealer& tokens_;
  const location::Location& location_;
};

}  // namespace ringfence::call
