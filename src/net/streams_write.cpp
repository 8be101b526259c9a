// SPDX-License-Identifier: Apache-2.0
// From packets to bytes: which connection, opening it, queues, and reports about what did not leave.
#include <array>
#include <cstring>

#include "base/bytes.h"
#include "net/streams.h"

namespace ringfence::net {
namespace {

constexpr std::size_t kPieces = 32;                     // packets per write
constexpr std::size_t kEager = std::size_t{16} * 1024;  // queued bytes that are written before the turn ends

}  // namespace

void Streams::send(PacketRef packet, std::uint64_t tag) {
  const Flow flow = packet->flow;
  if (flow.connection && flow.connection.shard != shard_.id()) return send_away(std::move(packet), tag);

  Connection* const connection = flow.connection ? find(flow.connection) : outbound(flow);
  if (connection == nullptr) {
    return shard_.report_send_failed(flow, tag, shard_.id());
  }
  write(*connection, std::move(packet), tag, shard_.id());
}

/// Hands the packet to the shard of its connection.
void Streams::send_away(PacketRef packet, std::uint64_t tag) {
  const Flow flow = packet->flow;
  if (!packet.unique()) {
    // Someone here keeps it, for retransmission: only a copy may leave the shard.
    PacketRef copy = shard_.packets().take(packet->size);
    if (copy) {
      copy->flow = flow;
      copy->size = packet->size;
      std::memcpy(copy->data(), packet->data(), packet->size);
    }
    packet = std::move(copy);
  }
  ShardMessage order =
      ShardMessage::make(MessageKind::StreamSend, SendOrder{tag, shard_.id()}, std::move(packet));
  if (order.packet && flow.connection.shard < shard_.shards() &&
      shard_.post(flow.connection.shard, std::move(order))) {
    return;
  }
  shard_.report_send_failed(flow, tag, shard_.id());
}

void Streams::on_send_order(ShardMessage& message) {
  const SendOrder order = message.as<SendOrder>();
  const Flow flow = message.packet->flow;
  if (Connection* const connection = find(flow.connection)) {
    write(*connection, std::move(message.packet), order.tag, order.origin);
    return;
  }
  shard_.report_send_failed(flow, order.tag, order.origin);
}

std::uint64_t Streams::outbound_hash(const Flow& flow) const {
  std::array<std::uint8_t, 20> key{};
  std::memcpy(key.data(), flow.remote.address.raw().data(), 16);
  std::memcpy(key.data() + 16, &flow.remote.port, 2);
  key[18] = static_cast<std::uint8_t>(flow.protocol);
  key[19] = flow.listener;
  return base::hash_bytes(seed_, std::as_bytes(std::span{key}));
}

/// The connection that we have opened to this remote end, or a new one; nullptr when it cannot be opened.
Connection* Streams::outbound(const Flow& flow) {
  const auto same = [&](std::uint32_t slot) {
    const Connection* const other = connections_.get(connections_.live_at(slot));
    return other->flow.remote == flow.remote && other->flow.protocol == flow.protocol &&
           other->flow.listener == flow.listener;
  };
  if (const auto slot = outbound_.find(outbound_hash(flow), same))
    return connections_.get(connections_.live_at(*slot));
  return connect(flow);
}

Connection* Streams::connect(const Flow& flow) {
  Connection* const connection = make_room(false) ? add(-1, flow) : nullptr;
  if (connection == nullptr) {
    counters_.add(Counter::ConnectFailed);
    return nullptr;
  }
  connection->outbound = true;
  connection->state = Connection::State::Connecting;
  connection->source = SourceClass::Known;
  const auto handle = wire_.connect(connection->flow, connection->id);
  if (!handle) {
    counters_.add(Counter::ConnectFailed);
    --open_;
    connections_.erase(connection->id);
    return nullptr;
  }
  connection->handle = *handle;
  outbound_.insert(outbound_hash(connection->flow), connection->id.slot);
  watch(*connection);
  arm(*connection);
  return connection;
}

void Streams::finish_connect(Connection& connection) {
  if (!wire_.connected(connection.handle)) {
    counters_.add(Counter::ConnectFailed);
    return drop(connection);
  }
  counters_.add(Counter::Connected);
  connection.state = Connection::State::Open;
  connection.progress = connection.last_bytes = shard_.now();
  flush(connection);
}

void Streams::write(Connection& connection, PacketRef packet, std::uint64_t tag, ShardId origin) {
  const Flow flow = packet->flow;
  const auto full = [&] {
    return !connection.queue.empty() &&
           connection.queue.cost() + WriteQueue::cost(*packet) > limits_.write_queue_bytes;
  };
  if (full() && connection.state == Connection::State::Open) flush(connection);  // the socket may be free
  const bool takes =
      connection.state == Connection::State::Open || connection.state == Connection::State::Connecting;
  if (connection.queue.empty()) connection.progress = shard_.now();
  if (!takes || full() || !connection.queue.push(entries_, std::move(packet), tag, origin)) {
    if (takes) counters_.add(Counter::WriteQueueFull);
    return shard_.report_send_failed(flow, tag, origin);
  }
  if (connection.owed > 0) --connection.owed;
  if (connection.state == Connection::State::Connecting) return;
  if (connection.queue.cost() >= kEager && !connection.watched_write) return flush(connection);
  mark_dirty(connection);
}

void Streams::mark_dirty(Connection& connection) {
  // While the socket is known to be full, its writability flushes.
  if (connection.dirty || connection.watched_write) return;
  connection.dirty = true;
  dirty_.push_back(connection.id);
}

void Streams::flush(Connection& connection) {
  while (!connection.queue.empty()) {
    std::array<std::string_view, kPieces> pieces;
    const std::size_t count = connection.queue.pieces(pieces);
    const Wire::Io io = wire_.write(connection.handle, std::span{pieces}.first(count));
    if (io.what == Wire::Io::Broken) return drop(connection);
    if (io.what != Wire::Io::Done) break;
    connection.progress = connection.last_bytes = shard_.now();
    connection.queue.written(entries_, io.bytes, [this](const Packet& packet) {
      counters_.add(Counter::PacketsOut);
      counters_.add(Counter::BytesOut, packet.size);
    });
  }
  const bool empty = connection.queue.empty();
  if (empty && connection.state == Connection::State::Draining) return drop(connection);
  if (empty && connection.half_closed && connection.owed == 0) return drop(connection);
  // Who does not read our answers is not asked for more questions.
  connection.paused = connection.queue.cost() > limits_.write_queue_bytes / 2;
  watch(connection);
  if (!empty) arm(connection);
}

}  // namespace ringfence::net
