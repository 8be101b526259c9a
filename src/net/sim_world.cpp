// SPDX-License-Identifier: Apache-2.0
// Simulated time, the process with its mailboxes, and datagrams under the weather.
#include "net/sim_world.h"

#include <algorithm>

#include "base/assert.h"
#include "net/sim_shard.h"

namespace ringfence::net {

SimWorld::SimWorld(base::SimClock& clock_of_network, std::uint64_t seed, const SimWeather& weather_at_start)
    : clock{clock_of_network}, random{seed}, weather{weather_at_start} {}

SimWorld::~SimWorld() {
  kill();
}

void SimWorld::at(base::MonoTime when, std::function<void()> run) {
  events_.push({when, order_++, std::move(run)});
}

base::MonoTime SimWorld::next_stop(base::MonoTime end) const {
  base::MonoTime next = end;
  if (!events_.empty()) next = std::min(next, events_.top().when);
  if (const auto due = clock.timers().next_due()) next = std::min(next, *due);
  if (process) {
    for (const auto& shard : process->shards) {
      if (const auto due = shard->next_due()) next = std::min(next, *due);
    }
  }
  return std::max(next, now());
}

bool SimWorld::run_until(const std::function<bool()>& done, base::MonoTime end) {
  bool finished = done();
  while (!finished) {
    const base::MonoTime next = next_stop(end);
    clock.run_for(next - now());
    run_due_shards();
    while (!(finished = done()) && !events_.empty() && events_.top().when <= now()) run_event();
    if (now() == end && next_stop(end) == end && (events_.empty() || events_.top().when > end)) break;
  }
  if (process) {
    for (const auto& shard : process->shards) shard->catch_up_to(*this);
  }
  return finished;
}

void SimWorld::run_event() {
  // Copied, not moved: top() is const, and the event may add others.
  const std::function<void()> run = events_.top().run;
  events_.pop();
  run();
}

void SimWorld::run_due_shards() {
  if (!process) return;
  for (const auto& shard : process->shards) {
    const auto due = shard->next_due();
    if (due && *due <= now()) shard->turn([](Streams&) {});
  }
}

void SimWorld::start() {
  RF_ASSERT(!process && description.shards > 0);
  ++life;
  process = std::make_unique<Process>();
  std::vector<PacketPool*> linked;
  for (unsigned seat = 0; seat <= description.shards; ++seat) {
    process->pools.push_back(std::make_unique<PacketPool>(description.packets));
    linked.push_back(process->pools.back().get());
  }
  PacketPool::link(linked);
  process->sources = std::make_unique<SourceCounts>(base::HashSeed{random.next(), random.next()});
  process->lanes.resize((description.shards + 1UL) * (description.shards + 1UL));
  for (unsigned id = 0; id < description.shards; ++id) {
    process->shards.push_back(SimShard::make(*this, static_cast<ShardId>(id), *process->pools[id]));
  }
}

void SimWorld::kill() {
  if (!process) return;
  for (auto& lane : process->lanes) lane.waiting.clear();
  for (const auto& [number, pipe] : pipes_) {
    if (pipe->process != life || pipe->process_closed) continue;
    pipe->process_closed = true;
    end_towards_agent(*pipe);
  }
  process->shards.clear();
  process.reset();
}

bool SimWorld::post(ShardId from, ShardId to, ShardMessage&& message) {
  RF_ASSERT(!message.packet || message.packet.unique());
  Process::Lane& way = lane(from, to);
  if (way.waiting.size() >= description.inbox) return false;
  way.waiting.push_back(std::move(message));
  way.last = std::max(way.last, now() + upto(weather.post_delay));
  at(way.last, [this, from, to, of = life] {
    if (process && life == of) deliver_post(from, to);
  });
  return true;
}

void SimWorld::deliver_post(ShardId from, ShardId to) {
  ShardMessage message = std::move(lane(from, to).waiting.front());
  lane(from, to).waiting.pop_front();
  if (to < description.shards) {
    SimShard& shard = *process->shards[to];
    shard.turn([&](Streams&) { shard.receive_message(message); });
    return;
  }
  if (message.packet) process->pools[to]->adopt(message.packet);
  if (control) control(message);
  message.packet.reset();
  process->pools[to]->send_home();
}

bool SimWorld::chance(double probability) {
  return probability > 0 && static_cast<double>(random.next() >> 11) * 0x1p-53 < probability;
}

base::Nanos SimWorld::upto(base::Nanos most) {
  return most.count() <= 0 ? base::Nanos{0}
                           : base::Nanos{static_cast<std::int64_t>(
                                 random.below(static_cast<std::uint64_t>(most.count()) + 1))};
}

/// When something sent now arrives, behind what was sent before it the same way.
base::MonoTime SimWorld::arrival(base::MonoTime& last) {
  last = std::max(last, now() + weather.delay + upto(weather.jitter));
  return last;
}

void SimWorld::transmit(const base::Endpoint& from, const base::Endpoint& to, std::string_view bytes) {
  if (chance(weather.loss)) {
    ++lost;
    return;
  }
  const bool twice = chance(weather.duplicate);
  duplicated += twice ? 1 : 0;
  for (int copies = twice ? 2 : 1; copies > 0; --copies) {
    const bool late = chance(weather.reorder);
    base::MonoTime when =
        now() + weather.delay + upto(weather.jitter) + (late ? upto(weather.reorder_by) : base::Nanos{0});
    if (!late) when = arrival(last_arrival_[{from, to}]);
    at(when, [this, from, to, text = std::string{bytes}] { arrive(from, to, text); });
  }
}

bool SimWorld::send_from_process(const Flow& flow, std::string_view bytes) {
  for (const Listener& listener : description.listeners) {
    const bool meant = flow.listener == kNoListener ? listener.bound.family() == flow.remote.family()
                                                    : listener.id == flow.listener;
    if (!meant || is_stream(listener.protocol) || listener.bound.family() != flow.remote.family()) continue;
    base::Endpoint from = listener.bound;
    if (from.address.is_unspecified() && !flow.local.is_unspecified()) from.address = flow.local;
    transmit(from, flow.remote, bytes);
    return true;
  }
  return false;
}

void SimWorld::arrive(const base::Endpoint& from, const base::Endpoint& to, const std::string& bytes) {
  if (blackholes.contains(to)) return;
  if (const auto agent = agents.find(to); agent != agents.end()) {
    agent->second->on_datagram(from, to, bytes);
    return;
  }
  const Heard at = heard(to, false);
  if (at.listener == nullptr) {
    ++undelivered;
    return;
  }
  Flow flow;
  flow.remote = from;
  flow.listener = at.listener->id;
  flow.protocol = at.listener->protocol;
  flow.local = at.local;
  SimShard& shard = *process->shards[shard_of(from, to)];
  shard.turn([&](Streams&) { shard.receive_datagram(flow, bytes); });
}

void SimWorld::detach(const base::Endpoint& at) {
  const auto found = agents.find(at);
  if (found == agents.end()) return;
  for (const auto& [number, pipe] : pipes_) {
    if (pipe->agent == found->second && pipe->agent_end == at) pipe->agent = nullptr;
  }
  agents.erase(found);
}

SimWorld::Heard SimWorld::heard(const base::Endpoint& at, bool stream) const {
  if (!process) return {};
  for (const Listener& listener : description.listeners) {
    if (is_stream(listener.protocol) != stream || listener.bound.port != at.port) continue;
    if (listener.bound.address == at.address) return {&listener, {}};
    const bool wildcard = listener.bound.address.is_unspecified() && listener.bound.family() == at.family();
    if (wildcard) return {&listener, at.address};
  }
  return {};
}

ShardId SimWorld::shard_of(const base::Endpoint& from, const base::Endpoint& to) const {
  // Any hash of the 4-tuple will do; it only has to be the same in each run.
  std::uint64_t hash = 14'695'981'039'346'656'037U;
  const auto mix = [&hash](const base::Endpoint& end) {
    for (const std::uint8_t byte : end.address.raw()) hash = (hash ^ byte) * 1'099'511'628'211U;
    hash = (hash ^ end.port) * 1'099'511'628'211U;
  };
  mix(from);
  mix(to);
  return static_cast<ShardId>((hash >> 32) % description.shards);
}

}  // namespace ringfence::net
