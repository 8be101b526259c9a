// SPDX-License-Identifier: Apache-2.0
// The test's view of the simulated world.
#include "net/sim_network.h"

#include <algorithm>

#include "net/sim_world.h"

namespace ringfence::net {

SimNetwork::SimNetwork(std::uint64_t seed, SimWeather weather)
    : world_{std::make_unique<SimWorld>(clock_, seed, weather)} {}
SimNetwork::~SimNetwork() = default;

base::Random& SimNetwork::random() {
  return world_->random;
}
SimWeather& SimNetwork::weather() {
  return world_->weather;
}

void SimNetwork::start(SimProcess process) {
  for (Listener& listener : process.listeners) {
    listener.id = static_cast<ListenerId>(&listener - process.listeners.data());
    if (listener.advertised == base::Endpoint{}) listener.advertised = listener.bound;
  }
  world_->description = std::move(process);
  world_->start();
}

void SimNetwork::kill() {
  world_->kill();
}

void SimNetwork::restart() {
  world_->kill();
  world_->start();
}

bool SimNetwork::running() const {
  return world_->process != nullptr;
}
SimShard& SimNetwork::shard(ShardId id) {
  return *world_->process->shards[id];
}
unsigned SimNetwork::shards() const {
  return world_->description.shards;
}

void SimNetwork::on_control(std::function<void(ShardMessage&)> handler) {
  world_->control = std::move(handler);
}
bool SimNetwork::post_from_control(ShardId to, ShardMessage&& message) {
  return world_->post(static_cast<ShardId>(shards()), to, std::move(message));
}

void SimNetwork::attach(const base::Endpoint& at, SimAgent& agent) {
  world_->agents[at] = &agent;
}

void SimNetwork::detach(const base::Endpoint& at) {
  world_->detach(at);
}

void SimNetwork::blackhole(const base::Endpoint& at, bool on) {
  if (on) {
    world_->blackholes.insert(at);
  } else {
    world_->blackholes.erase(at);
  }
}

void SimNetwork::send_datagram(const base::Endpoint& from, const base::Endpoint& to, std::string_view bytes) {
  world_->transmit(from, to, bytes);
}

SimStream SimNetwork::connect(const base::Endpoint& from, const base::Endpoint& to) {
  const auto agent = world_->agents.find(from);
  SimPipe& pipe = world_->add_pipe(from, to, agent == world_->agents.end() ? nullptr : agent->second);
  world_->connect_from_agent(pipe);
  return pipe.stream;
}

void SimNetwork::stream_send(SimStream stream, std::string_view bytes) {
  if (SimPipe* const pipe = world_->pipe(stream.number)) world_->send_from_agent(*pipe, bytes, false);
}

void SimNetwork::stream_close(SimStream stream) {
  if (SimPipe* const pipe = world_->pipe(stream.number)) world_->send_from_agent(*pipe, {}, true);
}

void SimNetwork::stream_break(SimStream stream) {
  if (SimPipe* const pipe = world_->pipe(stream.number)) world_->break_pipe(*pipe);
}

void SimNetwork::stream_stall(SimStream stream, bool stalled) {
  SimPipe* const pipe = world_->pipe(stream.number);
  if (pipe == nullptr) return;
  pipe->stalled = stalled;
  if (!stalled) world_->read_by_agent(*pipe, std::exchange(pipe->held, {}));
}

void SimNetwork::run_for(base::Nanos span) {
  world_->run_until([] { return false; }, clock_.now() + span);
}

bool SimNetwork::run_until(const std::function<bool()>& done, base::Nanos limit) {
  return world_->run_until(done, clock_.now() + limit);
}

std::uint64_t SimNetwork::lost() const {
  return world_->lost;
}
std::uint64_t SimNetwork::duplicated() const {
  return world_->duplicated;
}
std::uint64_t SimNetwork::undelivered() const {
  return world_->undelivered;
}

}  // namespace ringfence::net
