// SPDX-License-Identifier: Apache-2.0
// The life of connections: caps, deadlines, closing, and what other shards ask for.
#include "net/streams.h"

#include <algorithm>

#include "base/assert.h"
#include "base/random.h"

namespace ringfence::net {
namespace {

/// Room for connections that are closed but not yet told about: at most so many are accepted in a turn.
constexpr std::size_t kClosedSlack = 256;
/// Of all connections this share, in percent, may be unauthenticated; the rest is kept for the known.
constexpr std::size_t kUnknownShare = 80;

constexpr std::uint8_t kind_of(MessageKind kind) {
  return static_cast<std::uint8_t>(kind);
}

}  // namespace

Streams::Streams(Shard& shard, const Plugs& plugs, Wire& wire, SourceCounts& sources,
                 const StreamLimits& limits)
    : shard_{shard},
      plugs_{plugs},
      wire_{wire},
      sources_{sources},
      limits_{limits},
      counters_{shard.counters()},
      connections_{limits.connections + kClosedSlack},
      entries_{sizeof(WriteQueue::Entry), limits.queued_packets},
      seed_{shard.random().next(), shard.random().next()},
      buffer_{std::make_unique_for_overwrite<char[]>(PacketPool::kLargeBytes)} {
  RF_ASSERT(limits.message_bytes <= PacketPool::kLargeBytes);
  dirty_.reserve(limits.connections + kClosedSlack);
  closed_.reserve(limits.connections + kClosedSlack);
  reaping_.reserve(limits.connections + kClosedSlack);
  shard.handle<&Streams::on_send_order>(kind_of(MessageKind::StreamSend), *this);
  shard.handle<&Streams::on_close_order>(kind_of(MessageKind::StreamClose), *this);
  shard.handle<&Streams::on_classify_order>(kind_of(MessageKind::StreamClassify), *this);
}

Streams::~Streams() {
  connections_.for_each([this](base::SlotId, Connection& connection) {
    if (connection.state == Connection::State::Closed) return;
    connection.queue.abandon(entries_, [](const WriteQueue::Entry&) {});
    uncount(connection);
    wire_.close(connection.handle);
  });
}

base::SlotId Streams::accept(Wire::Handle handle, const Flow& flow) {
  const auto refuse = [&](Counter why) {
    counters_.add(why);
    wire_.close(handle);
    return base::SlotId{};
  };
  const SourceClass source = plugs_.admission->admit(flow, 0);
  if (source == SourceClass::Denied) return refuse(Counter::Denied);

  const bool unknown = source < SourceClass::Known;
  if (unknown && sources_.count(flow.remote.address) >= limits_.unknown_per_source) {
    return refuse(Counter::AcceptRefused);
  }
  if (!make_room(unknown)) return refuse(Counter::AcceptRefused);
  Connection* const connection = add(handle, flow);
  if (connection == nullptr) return refuse(Counter::AcceptRefused);

  connection->source = source;
  if (unknown) count(*connection);
  counters_.add(Counter::Accepted);
  watch(*connection);
  arm(*connection);
  return connection->id;
}

bool Streams::evict_oldest() {
  if (by_age_.oldest() == nullptr) return false;
  counters_.add(Counter::Evicted);
  drop(*by_age_.oldest());
  return true;
}

bool Streams::make_room(bool unauthenticated) {
  const bool share_used = unauthenticated && by_age_.size() >= limits_.connections * kUnknownShare / 100;
  if (open_ < limits_.connections && !share_used) return true;
  return evict_oldest();
}

Connection* Streams::add(Wire::Handle handle, const Flow& flow) {
  base::SlotId id;
  Connection* const connection = connections_.emplace(id, *this, [](void* self) {
    auto& expired = *static_cast<Connection*>(self);
    expired.streams.on_deadline(expired);
  });
  if (connection == nullptr) return nullptr;
  connection->id = id;
  connection->handle = handle;
  connection->flow = flow;
  connection->flow.connection = {id.slot, id.generation, shard_.id()};
  connection->opened = connection->last_message = connection->last_bytes = shard_.now();
  ++open_;
  return connection;
}

Connection* Streams::find(ConnectionId connection) {
  Connection* const found = connections_.get({connection.slot, connection.generation});
  return found != nullptr && found->state != Connection::State::Closed ? found : nullptr;
}

void Streams::count(Connection& connection) {
  if (connection.counted) return;
  connection.counted = true;
  sources_.enter(connection.flow.remote.address);
  by_age_.add(connection);
}

void Streams::uncount(Connection& connection) {
  by_partial_.remove(connection);
  if (!connection.counted) return;
  connection.counted = false;
  sources_.leave(connection.flow.remote.address);
  by_age_.remove(connection);
}

void Streams::close(ConnectionId connection) {
  if (connection.shard != shard_.id()) {
    // A refused order is counted by post(); the connection then ends by its deadline.
    (void)shard_.post(connection.shard, ShardMessage::make(MessageKind::StreamClose, connection));
    return;
  }
  if (Connection* const found = find(connection)) drain(*found);
}

void Streams::classify(ConnectionId connection, SourceClass source) {
  if (connection.shard != shard_.id()) {
    (void)shard_.post(connection.shard,
                      ShardMessage::make(MessageKind::StreamClassify, ClassifyOrder{connection, source}));
    return;
  }
  Connection* const found = find(connection);
  if (found == nullptr) return;
  found->source = source;
  if (source == SourceClass::Denied) return drop(*found);
  if (source >= SourceClass::Known) return uncount(*found);
  if (found->outbound) return;
  // Demoted: it has the lifetime of an unauthenticated one from now.
  found->last_message = shard_.now();
  count(*found);
  arm(*found);
}

void Streams::drain(Connection& connection) {
  if (connection.queue.empty()) return drop(connection);
  connection.state = Connection::State::Draining;
  connection.ending_since = shard_.now();
  drop_partial(connection);
  mark_dirty(connection);
  watch(connection);
  arm(connection);
}

void Streams::drop(Connection& connection) {
  if (connection.state == Connection::State::Closed) return;
  if (connection.outbound) outbound_.erase(outbound_hash(connection.flow), connection.id.slot);
  connection.state = Connection::State::Closed;
  connection.deadline.cancel();
  uncount(connection);
  drop_partial(connection);
  connection.queue.abandon(entries_, [this](const WriteQueue::Entry& entry) {
    shard_.report_send_failed(entry.packet->flow, entry.tag, entry.origin);
  });
  wire_.close(connection.handle);
  --open_;
  counters_.add(Counter::Closed);
  closed_.push_back(connection.id);
}

void Streams::end_turn() {
  for (std::size_t i = 0; i < dirty_.size(); ++i) {
    Connection* const connection = connections_.get(dirty_[i]);
    if (connection == nullptr || connection->state == Connection::State::Closed) continue;
    connection->dirty = false;
    flush(*connection);
  }
  dirty_.clear();
  reap();
}

void Streams::reap() {
  // The sink may close further connections while it is told; those wait for the next turn.
  reaping_.swap(closed_);
  for (const base::SlotId id : reaping_) {
    const Connection& gone = *connections_.get(id);
    const CloseReport report{gone.flow.connection, gone.flow};
    const bool told = gone.spoke || gone.outbound;
    connections_.erase(id);
    if (!told) continue;
    for (unsigned other = 0; other < shard_.shards(); ++other) {
      if (other == shard_.id()) continue;
      (void)shard_.post(static_cast<ShardId>(other),
                        ShardMessage::make(MessageKind::ConnectionClosed, report));
    }
    plugs_.sink->on_connection_closed(report.connection, report.flow);
  }
  reaping_.clear();
}

void Streams::watch(Connection& connection) {
  using State = Connection::State;
  const bool connecting = connection.state == State::Connecting;
  const bool read = connection.state == State::Open && !connection.half_closed && !connection.paused;
  const bool write = connecting || (!connection.queue.empty() && !connection.dirty);
  if (read == connection.watched_read && write == connection.watched_write) return;
  connection.watched_read = read;
  connection.watched_write = write;
  wire_.watch(connection.handle, connection.id, read, write);
}

Streams::Deadline Streams::deadline(const Connection& c) const {
  using State = Connection::State;
  Deadline next{c.last_bytes + limits_.known_idle, Counter::DeadlineIdle};
  const auto limit = [&next](bool applies, base::MonoTime since, base::Nanos span, Counter counter) {
    if (applies && since + span < next.at) next = {since + span, counter};
  };
  limit(c.counted, c.last_message, limits_.unknown_idle, Counter::DeadlineIdle);
  limit(c.counted && !c.spoke, c.opened, limits_.first_message, Counter::DeadlineFirstMessage);
  limit(c.partial && c.begun, c.partial_since, limits_.completion, Counter::DeadlineCompletion);
  limit(c.state == State::Connecting, c.opened, limits_.connect, Counter::ConnectFailed);
  limit(!c.queue.empty(), c.progress, limits_.stalled, Counter::DeadlineWrite);
  limit(c.half_closed || c.state == State::Draining, c.ending_since, limits_.stalled, Counter::DeadlineIdle);
  return next;
}

void Streams::arm(Connection& connection) {
  // Deadlines that move away are left alone: the timer finds out when it fires.
  const base::MonoTime due = deadline(connection).at;
  if (!connection.deadline.armed() || due < connection.deadline.due())
    shard_.timers().arm(connection.deadline, due);
}

void Streams::on_deadline(Connection& connection) {
  const Deadline passed = deadline(connection);
  if (passed.at > shard_.now()) return arm(connection);
  const bool message_late =
      passed.counter == Counter::DeadlineCompletion || passed.counter == Counter::DeadlineFirstMessage;
  if (message_late && connection.has_begun()) {
    return broken(connection, connection.partial.text(), passed.counter);
  }
  counters_.add(passed.counter);
  drop(connection);
}

void Streams::on_close_order(ShardMessage& message) {
  close(message.as<ConnectionId>());
}

void Streams::on_classify_order(ShardMessage& message) {
  const auto& order = message.as<ClassifyOrder>();
  classify(order.connection, order.source);
}

}  // namespace ringfence::net
