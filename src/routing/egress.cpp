// SPDX-License-Identifier: Apache-2.0
// Choosing a listener and asking the kernel for our address on a route.
#include "routing/egress.h"

#include <cstring>

#include "net/source_address.h"

namespace ringfence::routing {
namespace {

bool reaches(const net::Listener& listener, const base::Endpoint& place, net::Protocol protocol) {
  const auto& bound = listener.bound.address;
  return listener.protocol == protocol && bound.is_v4() == place.address.is_v4() &&
         (bound.is_unspecified() || bound.is_loopback() == place.address.is_loopback());
}

}  // namespace

std::size_t Egress::Hash::operator()(const Key& key) const {
  std::uint64_t words[2];
  std::memcpy(words, key.place.address.raw().data(), sizeof words);
  return std::hash<std::uint64_t>{}(words[0] ^ (words[1] * 31) ^ key.place.port) +
         static_cast<std::size_t>(key.protocol);
}

std::optional<net::Flow> Egress::to(const base::Endpoint& place, net::Protocol protocol) {
  const Key key{place, protocol};
  const auto held = known_.find(key);
  if (held != known_.end() && shard_.now() < held->second.ask_again) return held->second.flow;
  auto flow = find(place, protocol);
  if (flow && known_.size() < kMost) known_.insert_or_assign(key, Way{*flow, shard_.now() + kRemembered});
  return flow;
}

std::optional<net::Flow> Egress::find(const base::Endpoint& place, net::Protocol protocol) const {
  for (const auto& listener : shard_.listeners()) {
    if (!reaches(listener, place, protocol)) continue;
    net::Flow flow;
    flow.remote = place;
    flow.listener = listener.id;
    flow.protocol = protocol;
    if (listener.bound.address.is_unspecified()) {
      const auto source = net::source_towards(place);
      if (!source) continue;
      flow.local = *source;
    }
    return flow;
  }
  return std::nullopt;
}

}  // namespace ringfence::routing
