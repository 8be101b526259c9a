// SPDX-License-Identifier: Apache-2.0
// StreamLimits: the bounds and deadlines of stream connections, against slow and hoarding peers.
#pragma once

#include <chrono>
#include <cstddef>

#include "base/time.h"

namespace ringfence::net {

/// Defaults are safe on the open Internet. All counts are per shard, except where noted.
struct StreamLimits {
  base::Nanos first_message = std::chrono::seconds{10};  ///< from accept to the first complete message
  base::Nanos completion = std::chrono::seconds{10};     ///< from the first byte of a message to its last
  base::Nanos unknown_idle =
      std::chrono::seconds{60};  ///< lifetime of a connection that has proven no identity
  base::Nanos known_idle = std::chrono::seconds{3600};  ///< silence allowed to Known and Trusted ones
  base::Nanos connect = std::chrono::seconds{5};        ///< to open an outbound connection
  base::Nanos stalled = std::chrono::seconds{10};       ///< a peer that takes no byte we want to write
  std::size_t connections = 16'384;
  std::size_t unknown_per_source = 64;                 ///< unauthenticated, per IPv4 address or IPv6 /64
  std::size_t message_bytes = std::size_t{64} * 1024;  ///< largest message; at most PacketPool::kLargeBytes
  std::size_t write_queue_bytes = std::size_t{64} * 1024;  ///< waiting behind a full socket, per connection
  std::size_t queued_packets = 65'536;                     ///< waiting in all write queues together
  std::size_t partial_large = 256;  ///< incomplete messages of strangers above PacketPool::kSmallBytes
};

}  // namespace ringfence::net
