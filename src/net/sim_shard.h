// SPDX-License-Identifier: Apache-2.0
// SimShard: a shard whose sockets are a SimNetwork.
#pragma once

#include <memory>

#include "net/shard.h"

namespace ringfence::net {

/// Behaves as an EpollShard does, one turn per event: deliver, timers, `on_turn_end`. Made by SimNetwork
/// only.
class SimShard final : public Shard {
 public:
  ~SimShard() override;

  void send(PacketRef packet, std::uint64_t tag = 0) override;
  [[nodiscard]] bool post(ShardId to, ShardMessage&& message) override;
  void close(ConnectionId connection) override;
  void classify(ConnectionId connection, SourceClass source) override;

  /// Connections open on this shard.
  [[nodiscard]] std::size_t connections() const;

 private:
  friend class SimNetwork;
  struct Body;
  SimShard(const Parts& parts, std::unique_ptr<Body> body);
  std::unique_ptr<Body> body_;
};

}  // namespace ringfence::net
