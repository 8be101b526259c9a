// SPDX-License-Identifier: Apache-2.0
// Choosing a listener and asking the kernel for our address on a route.
#include "routing/egress.h"

#include <sys/socket.h>
#include <unistd.h>

#include <cstring>

namespace ringfence::routing {
namespace {

/// The address the kernel would send from. Connecting a UDP socket sends nothing and does not wait.
std::optional<base::IpAddress> source_towards(const base::Endpoint& place) {
  sockaddr_storage address{};
  const auto size = place.to(address, place.family());
  const int probe = ::socket(place.family(), SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (probe < 0) return std::nullopt;
  std::optional<base::IpAddress> source;
  if (::connect(probe, reinterpret_cast<const sockaddr*>(&address), size) == 0) {
    sockaddr_storage own{};
    socklen_t own_size = sizeof own;
    if (::getsockname(probe, reinterpret_cast<sockaddr*>(&own), &own_size) == 0) {
      source = base::Endpoint::from(own).address;
    }
  }
  ::close(probe);
  return source;
}

bool reaches(const net::Listener& listener, const base::Endpoint& place, net::Protocol protocol) {
  const auto& bound = listener.bound.address;
  return listener.protocol == protocol && bound.is_v4() == place.address.is_v4() &&
         (bound.is_unspecified() || bound.is_loopback() == place.address.is_loopback());
}

}  // namespace

std::size_t Egress::Hash::operator()(const base::Endpoint& place) const {
  std::uint64_t words[2];
  std::memcpy(words, place.address.raw().data(), sizeof words);
  return std::hash<std::uint64_t>{}(words[0] ^ (words[1] * 31) ^ place.port);
}

std::optional<net::Flow> Egress::to(const base::Endpoint& place, net::Protocol protocol) {
  const auto held = known_.find(place);
  if (held != known_.end() && held->second.protocol == protocol) return held->second;
  auto flow = find(place, protocol);
  if (flow && known_.size() < kMost) known_.insert_or_assign(place, *flow);
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
      const auto source = source_towards(place);
      if (!source) continue;
      flow.local = *source;
    }
    return flow;
  }
  return std::nullopt;
}

}  // namespace ringfence::routing
