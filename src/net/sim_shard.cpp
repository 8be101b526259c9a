// SPDX-License-Identifier: Apache-2.0
// The turns of a simulated shard.
#include "net/sim_shard.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/random.h"
#include "base/timer_wheel.h"
#include "net/sim_world.h"
#include "net/streams.h"

namespace ringfence::net {

struct SimShard::Body {
  Body(std::uint64_t seed, base::MonoTime start) : random{seed}, timers{start} {}

  base::SeededRandom random;
  base::TimerWheel timers;
  SimWorld* world = nullptr;
  std::unique_ptr<SimWire> wire;
  std::unique_ptr<Streams> streams;
  bool in_turn = false;
  bool turn_wanted = false;
};

std::unique_ptr<SimShard> SimShard::make(SimWorld& world, ShardId id, PacketPool& packets) {
  auto body = std::make_unique<Body>(world.random.next(), world.now());
  const Parts parts{id,      world.description.shards,   body->random, body->timers,
                    packets, world.description.listeners};
  return std::unique_ptr<SimShard>{new SimShard{parts, std::move(body), world}};
}

SimShard::SimShard(const Parts& parts, std::unique_ptr<Body> body, SimWorld& world)
    : Shard{parts}, body_{std::move(body)} {
  catch_up_to(world);
  body_->world = &world;
  body_->wire = std::make_unique<SimWire>(world, id());
  body_->streams = std::make_unique<Streams>(*this, plugs(), *body_->wire, *world.process->sources,
                                             world.description.streams);
}

SimShard::~SimShard() = default;

void SimShard::catch_up_to(const SimWorld& world) {
  set_time(world.clock.now(), world.clock.wall());
}

void SimShard::send(PacketRef packet, std::uint64_t tag) {
  if (!is_stream(packet->flow.protocol)) {
    counters().add(Counter::PacketsOut);
    counters().add(Counter::BytesOut, packet->size);
    if (!body_->world->send_from_process(packet->flow, packet.text()))
      report_send_failed(packet->flow, tag, id());
    return;
  }
  body_->streams->send(std::move(packet), tag);
  want_turn();
}

bool SimShard::post(ShardId to, ShardMessage&& message) {
  if (!body_->world->post(id(), to, std::move(message))) {
    counters().add(Counter::InboxFull);
    return false;
  }
  if (to != id()) counters().add(Counter::HandOvers);
  return true;
}

void SimShard::close(ConnectionId connection) {
  body_->streams->close(connection);
  want_turn();
}

void SimShard::classify(ConnectionId connection, SourceClass source) {
  body_->streams->classify(connection, source);
  want_turn();
}

std::size_t SimShard::connections() const {
  return body_->streams->size();
}

/// Whoever asks for something from outside a turn (a test) gets one.
void SimShard::want_turn() {
  if (body_->in_turn || std::exchange(body_->turn_wanted, true)) return;
  SimWorld& world = *body_->world;
  world.at(world.now(), [this, &world, life = world.life] {
    if (world.life == life && world.process) turn([](Streams&) {});
  });
}

void SimShard::turn(const std::function<void(Streams&)>& work) {
  catch_up_to(*body_->world);
  body_->in_turn = true;
  body_->turn_wanted = false;
  work(*body_->streams);
  body_->timers.advance(now());
  plugs().sink->on_turn_end();
  do {
    body_->streams->end_turn();
  } while (body_->streams->pending());
  packets().send_home();
  packets().collect();
  body_->in_turn = false;
}

void SimShard::receive_datagram(const Flow& flow, std::string_view bytes) {
  const SourceClass source = plugs().admission->admit(flow, bytes.size());
  if (source == SourceClass::Denied) return counters().add(Counter::Denied);
  PacketRef packet = packets().take(bytes.size());
  if (!packet) return counters().add(Counter::NoPacket);
  std::memcpy(packet->data(), bytes.data(), bytes.size());
  packet->size = static_cast<std::uint32_t>(bytes.size());
  packet->flow = flow;
  packet->arrived = now();
  packet->source = source;
  counters().add(Counter::PacketsIn);
  counters().add(Counter::BytesIn, bytes.size());
  plugs().sink->on_packet(std::move(packet));
}

std::optional<base::MonoTime> SimShard::next_due() const {
  return body_->timers.next_due();
}

}  // namespace ringfence::net
