// SPDX-License-Identifier: Apache-2.0
// Listeners: the sockets a node answers on, opened once by the supervisor and inherited by the serving
// process.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/address.h"
#include "base/failure.h"
#include "net/flow.h"

namespace ringfence::net {

/// An open listener, as every shard sees it.
struct Listener {
  ListenerId id = kNoListener;
  Protocol protocol = Protocol::Udp;
  base::Endpoint bound{};       ///< with the real port
  base::Endpoint advertised{};  ///< what Via and Contact show; `bound` unless configured
};

/// A listener to open.
struct ListenerSpec {
  Protocol protocol = Protocol::Udp;
  base::Endpoint bind;                ///< port 0: the kernel chooses one, all shards share it
  base::Endpoint advertised;          ///< unspecified address: as bound; port 0: the bound port
  std::string option = "sip.listen";  ///< who asked for it; named in failures
};

struct SocketOptions {
  unsigned shards = 1;
  int receive_buffer = 4 << 20;     ///< bytes per UDP socket; above net.core.rmem_max only with CAP_NET_ADMIN
  int backlog = 1024;               ///< connections waiting to be accepted, per shard
  bool selector = true;             ///< try the kernel's socket selection (known and stranger sockets)
  std::size_t max_flows = 262'144;  ///< entries of the selector's flow map, 24 bytes of key and value each
  std::size_t max_denied = 131'072;  ///< entries of its deny map
};

class FlowMap;
struct SelectorState;

/// The open sockets of all listeners: for UDP one stranger and, with the selector, one known socket per
/// shard; for streams one listening socket per shard. Owns the descriptors.
class ListenerSet {
 public:
  ListenerSet(ListenerSet&&) noexcept;
  ListenerSet& operator=(ListenerSet&&) noexcept;
  ~ListenerSet();

  /// Rebuilds the set in a process that inherited the descriptors.
  /// @param descriptors  in the order of `descriptors()` of the set they come from; owned from now on
  /// @param table        what `table()` of that set returned
  [[nodiscard]] static base::Result<ListenerSet> adopt(std::span<const int> descriptors,
                                                       std::string_view table);

  [[nodiscard]] std::span<const Listener> listeners() const;
  [[nodiscard]] unsigned shards() const;
  /// Descriptors; -1 where there is none.
  [[nodiscard]] int stranger_socket(ListenerId listener, ShardId shard) const;
  [[nodiscard]] int known_socket(ListenerId listener, ShardId shard) const;
  [[nodiscard]] int listening_socket(ListenerId listener, ShardId shard) const;

  /// Promotion of flows and denial of sources in the kernel; does nothing when there is no selector.
  [[nodiscard]] FlowMap& flows();
  /// Whether the kernel chooses sockets, and if not, why: for `doctor`.
  [[nodiscard]] const SelectorState& selector() const;
  /// What an operator should know though everything opened: a receive buffer smaller than asked for, and the
  /// like.
  [[nodiscard]] std::span<const std::string> notes() const;

  /// All descriptors, and a text that tells `adopt` which is which. The descriptors stay ours and are
  /// close-on-exec.
  [[nodiscard]] std::vector<int> descriptors() const;
  [[nodiscard]] std::string table() const;

 private:
  friend base::Result<ListenerSet> open_listeners(std::span<const ListenerSpec>, const SocketOptions&);
  struct Body;
  explicit ListenerSet(std::unique_ptr<Body> body);
  std::unique_ptr<Body> body_;
};

/// Opens every listener or none. A Failure names the listener, the option and what to do (address in use, no
/// permission below port 1024, no such address). Not for a shard.
[[nodiscard]] base::Result<ListenerSet> open_listeners(std::span<const ListenerSpec> specs,
                                                       const SocketOptions& options);

}  // namespace ringfence::net
