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
      listeners_{parts.listeners} {
  handle<&Shard::on_send_report>(static_cast<std::uint8_t>(MessageKind::SendFailed), *this);
  handle<&Shard::on_close_report>(static_cast<std::uint8_t>(MessageKind::ConnectionClosed), *this);
}

Shard::~Shard() = default;

void Shard::handle(std::uint8_t kind, void* self, Handler handler) {
  RF_ASSERT(handlers_[kind].handler == nullptr);
  handlers_[kind] = {self, handler};
}

void Shard::plug(PacketSink& sink, Framer& framer, Admission& admission) {
  plugs_ = {&sink, &framer, &admission};
}

void Shard::dispatch(ShardMessage& message) {
  if (message.packet) packets_.adopt(message.packet);
  const Slot& slot = handlers_[message.kind];
  RF_ASSERT(slot.handler != nullptr);
  slot.handler(slot.self, message);
  message.packet.reset();  // the ring slot must not keep it alive
}

void Shard::report_send_failed(const Flow& flow, std::uint64_t tag, ShardId sender) {
  counters_.add(Counter::SendFailed);
  if (tag == 0) return;
  (void)post(sender, ShardMessage::make(MessageKind::SendFailed, SendReport{flow, tag}));
}

void Shard::on_send_report(ShardMessage& message) {
  const auto& report = message.as<SendReport>();
  plugs_.sink->on_send_failed(report.flow, report.tag);
}

void Shard::on_close_report(ShardMessage& message) {
  const auto& report = message.as<CloseReport>();
  plugs_.sink->on_connection_closed(report.connection, report.flow);
}

}  // namespace ringfence::net
