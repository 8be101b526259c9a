// SPDX-License-Identifier: Apache-2.0
// Selector and FlowMap: the kernel puts known flows into their own sockets and drops denied sources.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/address.h"
#include "net/flow.h"
#include "net/sockets.h"

namespace ringfence::net {

/// Whether the kernel chooses sockets.
struct SelectorState {
  bool active = false;
  std::string reason;  ///< when not active: what was refused by whom, and what is lost
};

/// Tells the kernel which UDP flows are known and which sources are denied. One per process; any thread.
/// Each call is one system call of about a microsecond that never waits. Without a selector all calls return
/// false.
class FlowMap {
 public:
  FlowMap() = default;  ///< no selector
  FlowMap(Descriptor flows, Descriptor denied);
  FlowMap(const FlowMap&) = delete;
  FlowMap& operator=(const FlowMap&) = delete;

  /// From now on datagrams of this flow arrive in known sockets. Shards read what is left of it in their
  /// stranger sockets before they go on reading the known ones, so the flow stays in order.
  /// @return false: no selector, or the map is full (counted in `refused`); the flow stays where it is
  bool promote(ListenerId listener, const base::Endpoint& remote);
  /// @return false when the flow was not promoted
  bool demote(ListenerId listener, const base::Endpoint& remote);

  /// Drops the datagrams of strangers from this address (IPv6: from its /64) in the kernel, on all listeners,
  /// in silence. Promoted flows of the address stay: a ban that strangers earned must not reach them
  /// (docs/threat-model.md).
  bool deny(const base::IpAddress& address);
  /// @return false when it was not denied
  bool undeny(const base::IpAddress& address);
  /// Datagrams dropped since `deny`; nothing when the address is not denied.
  [[nodiscard]] std::optional<std::uint64_t> denied_hits(const base::IpAddress& address) const;

  /// Forgets all flows and denials: they belonged to the process that was here before. Not for a shard.
  void clear();

  [[nodiscard]] bool active() const { return static_cast<bool>(flows_); }
  [[nodiscard]] std::uint64_t refused() const { return refused_.load(std::memory_order_relaxed); }

  /// Grows with every promotion, before the kernel knows of it: a shard that has read a known socket and sees
  /// it changed drains its strangers first.
  [[nodiscard]] std::uint64_t promotions() const { return promotions_.load(std::memory_order_seq_cst); }

  /// For inheritance.
  [[nodiscard]] int flows_descriptor() const { return flows_.get(); }
  [[nodiscard]] int denied_descriptor() const { return denied_.get(); }

 private:
  Descriptor flows_;
  Descriptor denied_;
  std::atomic<std::uint64_t> promotions_{0};
  std::atomic<std::uint64_t> refused_{0};
};

/// Makes maps and programs while listeners are opened.
class Selector {
 public:
  /// A refusal tells what was tried and the kernel's error.
  [[nodiscard]] static std::expected<Selector, std::string> create(std::size_t max_flows,
                                                                   std::size_t max_denied);

  /// Puts the program before the sockets of one listener, all in one reuseport group.
  /// @return the kernel's refusal, or nothing
  [[nodiscard]] std::optional<std::string> attach(ListenerId listener, std::span<const Descriptor> strangers,
                                                  std::span<const Descriptor> known, const Descriptor& pit);

  [[nodiscard]] Descriptor take_flows() { return std::move(flows_); }
  [[nodiscard]] Descriptor take_denied() { return std::move(denied_); }

 private:
  Descriptor flows_;
  Descriptor denied_;
};

/// A socket of the group that takes nothing: datagrams sent there vanish without a trace. Error text or
/// nothing.
[[nodiscard]] std::optional<std::string> make_pit(const Descriptor& socket);

}  // namespace ringfence::net
