// SPDX-License-Identifier: Apache-2.0
// Promoting and demoting the flows of peers.
#include "app/serve/peer_flows.h"

#include <utility>

namespace ringfence::app {

void PeerFlows::follow(std::span<const directory::Change> changes) {
  for (const auto& change : changes) {
    if (std::holds_alternative<directory::LoadBegin>(change)) {
      before_ = peers_;
    } else if (const auto* peer = std::get_if<directory::Peer>(&change)) {
      before_.erase(peer->id);
      if (peer->protocol == net::Protocol::Udp)
        set(peer->id, peer->address);
      else
        remove(peer->id);
    } else if (const auto* removal = std::get_if<directory::Removal>(&change)) {
      if (removal->kind == directory::Kind::Peer) remove(removal->id);
    } else if (std::holds_alternative<directory::LoadEnd>(change)) {
      for (const auto& [id, address] : std::exchange(before_, {})) remove(id);
    }
  }
}

void PeerFlows::set(directory::Id id, const base::Endpoint& address) {
  const auto held = peers_.find(id);
  if (held != peers_.end() && held->second == address) return;
  remove(id);
  for (const auto& listener : listeners_.listeners()) {
    if (listener.protocol == net::Protocol::Udp) listeners_.flows().promote(listener.id, address);
  }
  peers_.emplace(id, address);
}

void PeerFlows::remove(directory::Id id) {
  const auto held = peers_.find(id);
  if (held == peers_.end()) return;
  for (const auto& listener : listeners_.listeners()) {
    if (listener.protocol == net::Protocol::Udp) listeners_.flows().demote(listener.id, held->second);
  }
  peers_.erase(held);
}

}  // namespace ringfence::app
