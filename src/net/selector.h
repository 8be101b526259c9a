// SPDX-License-Identifier: Apache-2.0
// Selector and FlowMap: the kernel puts known flows into their own sockets and drops denied sources.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>

#include "base/address.h"
#include "net/flow.h"

namespace ringfence::net {

/// Whether the kernel chooses sockets.
struct SelectorState {
  bool active = false;
  std::string reason;  ///< when not active: what the kernel refused, and what is lost
};

/// Tells the kernel which UDP flows are known and which sources are denied. One per process; any thread.
/// Each call is one system call of about a microsecond that never waits. Without a selector all calls return
/// false.
class FlowMap {
 public:
  FlowMap() = default;
  ~FlowMap();
  FlowMap(const FlowMap&) = delete;
  FlowMap& operator=(const FlowMap&) = delete;

  /// From now on datagrams of this flow arrive in known sockets. Shards read what is left of it in their
  /// stranger sockets before they read on in the known ones, so the flow stays in order.
  /// @return false: no selector, or the map is full (counted); the flow stays where it is
  bool promote(ListenerId listener, const base::Endpoint& remote);
  /// @return false when the flow was not promoted
  bool demote(ListenerId listener, const base::Endpoint& remote);

  /// Drops the datagrams of strangers from this address (IPv6: from its /64) in the kernel, on all listeners.
  /// Promoted flows of the address stay: a ban earned by strangers must not reach them (DESIGN.md §4).
  bool deny(const base::IpAddress& address);
  bool undeny(const base::IpAddress& address);

  /// Forgets all flows and denials: they belong to the process that made them.
  void clear();

  [[nodiscard]] bool active() const { return flows_ >= 0; }
  [[nodiscard]] std::uint64_t refused() const { return refused_.load(std::memory_order_relaxed); }

  /// Grows with every promotion, before the kernel knows of it: a shard that sees it change drains its
  /// strangers.
  [[nodiscard]] std::uint64_t promotions() const { return promotions_.load(std::memory_order_seq_cst); }

 private:
  friend class Selector;
  int flows_ = -1;  // descriptors of the maps; owned
  int denied_ = -1;
  std::atomic<std::uint64_t> promotions_{0};
  std::atomic<std::uint64_t> refused_{0};
};

}  // namespace ringfence::net
