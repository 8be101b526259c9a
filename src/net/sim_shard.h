// SPDX-License-Identifier: Apache-2.0
// SimShard: a shard whose sockets are a SimNetwork.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string_view>

#include "net/shard.h"

namespace ringfence::net {

class SimWorld;
class Streams;

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
  friend class SimWorld;
  struct Body;
  [[nodiscard]] static std::unique_ptr<SimShard> make(SimWorld& world, ShardId id, PacketPool& packets);
  SimShard(const Parts& parts, std::unique_ptr<Body> body, SimWorld& world);

  /// Runs `work` as the deliveries of one turn, then timers and the end of the turn.
  void turn(const std::function<void(Streams&)>& work);
  void receive_datagram(const Flow& flow, std::string_view bytes);
  void receive_message(ShardMessage& message) { dispatch(message); }
  void catch_up_to(const SimWorld& world);  ///< takes the world's time without a turn
  void want_turn();
  [[nodiscard]] std::optional<base::MonoTime> next_due() const;

  std::unique_ptr<Body> body_;
};

}  // namespace ringfence::net
