// SPDX-License-Identifier: Apache-2.0
// The common part of real and simulated shards: who handles which message, and what is plugged in.
#include "net/shard.h"

#include "base/assert.h"

namespace ringfence::net {

Shard::Shard(const Parts& parts)
    : id_{parts.id},
      shards_{parts.shards},
      random_{parts.random},
      timers_{parts.timers},
      packets_{parts.packets},
      listeners_{parts.listeners} {}

Shard::~Shard() = default;

void Shard::handle(std::uint8_t kind, void* self, Handler handler) {
  RF_ASSERT(handlers_[kind].handler == nullptr);
  handlers_[kind] = {self, handler};
}

void Shard::plug(PacketSink& sink, Framer& framer, Admission& admission) {
  sink_ = &sink;
  framer_ = &framer;
  admission_ = &admission;
}

void Shard::dispatch(ShardMessage& message) {
  if (message.packet) packets_.adopt(message.packet);
  const Slot& slot = handlers_[message.kind];
  RF_ASSERT(slot.handler != nullptr);
  slot.handler(slot.self, message);
  message.packet.reset();  // the ring slot must not keep it alive
}

}  // namespace ringfence::net
