// SPDX-License-Identifier: Apache-2.0
// The rows of the ownership table, in the order in which they are tried.
#include "call/ownership.h"

#include "call/route_token.h"
#include "location/aor.h"

namespace ringfence::call {

net::ShardId Ownership::owner_of_request(const sip::Message& request, transport::Inbound& inbound,
                                         net::Shard& shard) {
  // A token means something inside a dialog only: elsewhere it would let its bearer choose the shard.
  if (!request.to_tag().empty()) {
    if (const auto owner = owner_by_token(request, inbound, shard.shards())) return *owner;
  }
  if (request.method() == sip::Method::Register || request.method() == sip::Method::Publish) {
    if (const auto owner = owner_by_aor(request)) return *owner;
  }
  // Initial requests, their CANCEL and the ACK to a non-2xx share a Call-ID (RFC 3261 §9.1, §17.1.1.3).
  return static_cast<net::ShardId>(base::hash_text(seed_, request.call_id()) % shard.shards());
}

std::optional<net::ShardId> Ownership::owner_by_token(const sip::Message& request,
                                                      transport::Inbound& inbound, unsigned shards) const {
  const auto token = top_token(request);
  if (!token) return std::nullopt;
  const auto handle = tokens_.open(*token);
  if (!handle) {
    inbound.membership = transport::Membership::Forged;
    return std::nullopt;
  }
  inbound.membership = transport::Membership::Proven;
  inbound.call_handle = handle->value;
  return shard_of(*handle, seed_, shards);
}

std::optional<net::ShardId> Ownership::owner_by_aor(const sip::Message& request) const {
  location::AorBuffer buffer;
  const auto uri = request.to().address();
  if (!uri) return std::nullopt;
  const auto aor = location::canonical_aor(*uri, buffer);
  if (!aor) return std::nullopt;
  return location_.owner_of(*aor);
}

}  // namespace ringfence::call
