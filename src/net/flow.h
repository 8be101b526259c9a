// SPDX-License-Identifier: Apache-2.0
// Flow: between which two ends a message travels, over what, and on which connection.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/address.h"

namespace ringfence::net {

enum class Protocol : std::uint8_t { Udp, Tcp, Tls, Ws, Wss };

/// The transport as a Via writes it: "UDP", "TCP", "TLS", "WS", "WSS" (RFC 3261 §20.42, RFC 7118 §5.2).
[[nodiscard]] std::string_view name_of(Protocol protocol);
[[nodiscard]] constexpr bool is_stream(Protocol protocol) {
  return protocol != Protocol::Udp;
}

/// What a source has shown so far, weakest first (docs/threat-model.md). Each class has its own budget.
enum class SourceClass : std::uint8_t { Denied, Unknown, Validated, Known, Trusted };
[[nodiscard]] std::string_view name_of(SourceClass source);

/// A participant of the shard group: 0 to shards-1 are shards, `Shard::control()` is the control thread.
using ShardId = std::uint16_t;
using ListenerId = std::uint8_t;
inline constexpr ListenerId kNoListener = 0xff;

/// Names a stream connection, also after it is gone: generations are never used twice (2^32 per slot).
struct ConnectionId {
  std::uint32_t slot = 0;
  std::uint32_t generation = 0;  ///< 0: no connection
  ShardId shard = 0;             ///< the shard that owns the descriptor and does all writing

  explicit operator bool() const { return generation != 0; }
  friend bool operator==(const ConnectionId&, const ConnectionId&) = default;
};

/// Where a message came from, and therefore where an answer goes. Plain bytes: stored in bindings and
/// messages.
struct Flow {
  base::Endpoint remote{};
  ConnectionId connection{};  ///< empty for UDP, and for a stream that is still to be opened
  ListenerId listener = kNoListener;
  Protocol protocol = Protocol::Udp;
  /// The address of ours that the remote end talks to. Set only where the listener is bound to a wildcard;
  /// unspecified means: the address the socket is bound to.
  base::IpAddress local{};

  friend bool operator==(const Flow&, const Flow&) = default;
};

}  // namespace ringfence::net
