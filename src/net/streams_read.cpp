// SPDX-License-Identifier: Apache-2.0
// From bytes to messages: frames found in the shard's buffer, or collected in a packet while incomplete.
#include <algorithm>
#include <cstring>
#include <utility>

#include "net/streams.h"

namespace ringfence::net {

using Frame = Framer::Frame;

void Streams::ready(base::SlotId id, Readiness what) {
  Connection* const connection = connections_.get(id);
  if (connection == nullptr || connection->state == Connection::State::Closed) return;
  if (connection->state == Connection::State::Connecting) {
    if (what.writable || what.lost) finish_connect(*connection);
    return;  // if it opened, its readiness is told again
  }
  if (what.readable && connection->state == Connection::State::Open) read(*connection);
  if (what.writable && connection->state != Connection::State::Closed) flush(*connection);
  // While something can be read, reading finds the end by itself, after the last message.
  if (what.lost && !what.readable) drop(*connection);
}

void Streams::read(Connection& connection) {
  const Wire::Io io = wire_.read(connection.handle, {buffer_.get(), PacketPool::kLargeBytes});
  switch (io.what) {
    case Wire::Io::Again:
      return;
    case Wire::Io::End:
      return half_close(connection);
    case Wire::Io::Broken:
      return drop(connection);
    case Wire::Io::Done:
      break;
  }
  connection.last_bytes = shard_.now();
  feed(connection, {buffer_.get(), io.bytes});
}

void Streams::feed(Connection& connection, std::string_view bytes) {
  const auto open = [&] { return connection.state == Connection::State::Open; };
  while (connection.partial && !bytes.empty() && open()) bytes = feed_partial(connection, bytes);
  while (!bytes.empty() && open()) {
    const Frame frame = plugs_.framer->frame(bytes, 0);
    const std::size_t size = std::min(frame.size, bytes.size());
    switch (frame.what) {
      case Frame::NeedMore:
        return keep(connection, bytes, frame);
      case Frame::Broken:
        return broken(connection, bytes, Counter::StreamBroken);
      case Frame::Skip:
        plugs_.sink->on_skipped(connection.flow, bytes.substr(0, size));
        break;
      case Frame::Message:
        if (size > limits_.message_bytes) return broken(connection, bytes, Counter::StreamTooLarge);
        deliver_copy(connection, bytes.substr(0, size));
        break;
    }
    if (size == 0) return broken(connection, bytes, Counter::StreamBroken);  // a frame of nothing never ends
    bytes.remove_prefix(size);
  }
}

/// Begins to collect an incomplete message.
void Streams::keep(Connection& connection, std::string_view bytes, const Framer::Frame& frame) {
  const std::size_t expected = frame.size;
  if (std::max(bytes.size(), expected) > limits_.message_bytes) {
    return broken(connection, bytes, Counter::StreamTooLarge);
  }
  connection.expected = expected;
  connection.begun = frame.begun;
  connection.partial_since = shard_.now();
  if (!make_partial_room(connection, std::max(bytes.size(), expected))) return;
  std::memcpy(connection.partial->data(), bytes.data(), bytes.size());
  connection.partial->size = static_cast<std::uint32_t>(bytes.size());
  arm(connection);
}

/// Adds bytes to the incomplete message; returns what belongs behind it.
std::string_view Streams::feed_partial(Connection& connection, std::string_view bytes) {
  const std::size_t before = connection.partial->size;
  // With the size known nothing behind the message is taken; without it, all that may still belong to it.
  const std::size_t most = connection.expected != 0 ? connection.expected : limits_.message_bytes;
  const std::size_t added = std::min(bytes.size(), most - before);
  if (added == 0) {
    broken(connection, connection.partial.text(), Counter::StreamTooLarge);
    return {};
  }
  if (!make_partial_room(connection, before + added)) return {};
  std::memcpy(connection.partial->data() + before, bytes.data(), added);
  connection.partial->size = static_cast<std::uint32_t>(before + added);
  if (connection.expected > before + added) return {};

  const Frame frame = plugs_.framer->frame(connection.partial.text(), connection.expected != 0 ? 0 : before);
  if (frame.what == Frame::NeedMore) {
    if (frame.size > limits_.message_bytes || (frame.size != 0 && frame.size <= before + added)) {
      broken(connection, connection.partial.text(), Counter::StreamTooLarge);
      return {};
    }
    connection.expected = frame.size;
    if (frame.begun && !std::exchange(connection.begun, true)) {
      connection.partial_since = shard_.now();
      arm(connection);
    }
    return bytes.substr(added);
  }
  const bool ends_earlier = frame.size < before && frame.what != Frame::Skip;
  if (frame.what == Frame::Broken || ends_earlier || frame.size > before + added || frame.size == 0) {
    broken(connection, connection.partial.text(), Counter::StreamBroken);
    return {};
  }
  PacketRef whole = std::move(connection.partial);
  drop_partial(connection);
  if (frame.what == Frame::Skip) {
    const std::string_view text = whole.text();
    plugs_.sink->on_skipped(connection.flow, text.substr(0, frame.size));
    if (frame.size >= before) return bytes.substr(frame.size - before);
    // "CR LF CR" turned out to be a line break and something else: begin again with the something.
    feed(connection, text.substr(frame.size));
    return bytes.substr(added);
  }
  whole->size = static_cast<std::uint32_t>(frame.size);
  deliver(connection, std::move(whole));
  return bytes.substr(frame.size - before);
}

/// Sees to it that the connection has a packet of at least `bytes`; closes it when there is none to be had.
bool Streams::make_partial_room(Connection& connection, std::size_t bytes) {
  PacketRef& partial = connection.partial;
  if (partial && partial->capacity() >= bytes) return true;
  const bool large = bytes > PacketPool::kSmallBytes;
  if (large && connection.counted) {
    // Large packets are few. Strangers that collect slowly make way for those that come after them.
    if (by_partial_.size() >= limits_.partial_large) {
      counters_.add(Counter::Evicted);
      drop(*by_partial_.oldest());
    }
    by_partial_.add(connection);
  }
  PacketRef roomier = shard_.packets().take(bytes);
  if (!roomier) {
    counters_.add(Counter::NoPacket);
    drop(connection);
    return false;
  }
  if (partial) {
    std::memcpy(roomier->data(), partial->data(), partial->size);
    roomier->size = partial->size;
  }
  partial = std::move(roomier);
  return true;
}

void Streams::drop_partial(Connection& connection) {
  connection.partial.reset();
  connection.expected = 0;
  by_partial_.remove(connection);
}

void Streams::deliver_copy(Connection& connection, std::string_view message) {
  PacketRef packet = shard_.packets().take(message.size());
  if (!packet) {
    // Dropping one message of a stream in silence would leave its sender waiting for nothing.
    counters_.add(Counter::NoPacket);
    return drop(connection);
  }
  std::memcpy(packet->data(), message.data(), message.size());
  packet->size = static_cast<std::uint32_t>(message.size());
  deliver(connection, std::move(packet));
}

void Streams::deliver(Connection& connection, PacketRef packet) {
  const SourceClass source = plugs_.admission->admit(connection.flow, packet->size);
  if (source == SourceClass::Denied) {
    counters_.add(Counter::Denied);
    return drop(connection);
  }
  // The connection itself is a proof of two-way reachability (docs/threat-model.md).
  packet->source = std::max(source, SourceClass::Validated);
  packet->flow = connection.flow;
  packet->arrived = shard_.now();
  connection.spoke = true;
  connection.last_message = shard_.now();
  ++connection.owed;
  connection.source = std::max(connection.source, source);
  if (connection.source >= SourceClass::Known) uncount(connection);
  counters_.add(Counter::PacketsIn);
  counters_.add(Counter::BytesIn, packet->size);
  plugs_.sink->on_packet(std::move(packet));
}

void Streams::broken(Connection& connection, std::string_view bytes, Counter why) {
  counters_.add(why);
  plugs_.sink->on_broken(connection.flow, bytes);
  if (connection.state == Connection::State::Open) drain(connection);
}

/// Tells of a message whose rest will not come. What is answered to it pays for no whole message that came
/// before.
/// @return false when the connection ended meanwhile: an answer may have met an error
bool Streams::break_off(Connection& connection) {
  const auto owed = connection.owed++;
  plugs_.sink->on_broken(connection.flow, connection.partial.text());
  if (connection.state != Connection::State::Open) return false;
  connection.owed = std::min(connection.owed, owed);
  return true;
}

void Streams::half_close(Connection& connection) {
  connection.half_closed = true;
  connection.ending_since = shard_.now();
  if (connection.has_begun() && !break_off(connection)) return;
  drop_partial(connection);
  // Someone who asks and then closes his side may still read the answer; nobody else has anything to wait
  // for.
  if (connection.owed == 0 && connection.queue.empty()) return drop(connection);
  watch(connection);
  arm(connection);
}

}  // namespace ringfence::net
