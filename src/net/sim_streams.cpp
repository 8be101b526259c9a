// SPDX-License-Identifier: Apache-2.0
// Simulated streams: bytes in order, windows, closing and breaking.
#include <algorithm>

#include "base/assert.h"
#include "net/sim_shard.h"
#include "net/sim_world.h"
#include "net/streams.h"

namespace ringfence::net {

SimPipe& SimWorld::add_pipe(const base::Endpoint& agent_end, const base::Endpoint& process_end,
                            SimAgent* agent) {
  const std::uint32_t number = next_pipe_++;
  auto& slot = pipes_[number];
  slot = std::make_unique<SimPipe>();
  slot->stream = {number};
  slot->agent_end = agent_end;
  slot->process_end = process_end;
  slot->agent = agent;
  slot->process = life;
  return *slot;
}

SimPipe* SimWorld::pipe(std::uint32_t number) {
  const auto found = pipes_.find(number);
  return found == pipes_.end() ? nullptr : found->second.get();
}

void SimWorld::connect_from_agent(SimPipe& pipe) {
  at(arrival(pipe.last_to_process), [this, &pipe] {
    const Heard at = heard(pipe.process_end, true);
    if (at.listener == nullptr) return end_towards_agent(pipe);
    Flow flow;
    flow.remote = pipe.agent_end;
    flow.listener = at.listener->id;
    flow.protocol = at.listener->protocol;
    flow.local = at.local;
    pipe.process = life;
    pipe.shard = shard_of(pipe.agent_end, pipe.process_end);
    pipe.established = true;
    process->shards[pipe.shard]->turn([&](Streams& streams) {
      pipe.connection = streams.accept(static_cast<Wire::Handle>(pipe.stream.number), flow);
    });
    if (!pipe.connection) return;  // refused: the wire has closed it
    this->at(arrival(pipe.last_to_agent), [&pipe] {
      if (pipe.agent != nullptr && !pipe.gone) pipe.agent->on_stream_open(pipe.stream, pipe.process_end);
    });
  });
}

void SimWorld::connect_from_process(SimPipe& pipe) {
  at(arrival(pipe.last_to_agent), [this, &pipe] {
    if (blackholes.contains(pipe.agent_end)) return;
    const auto agent = agents.find(pipe.agent_end);
    pipe.broken = agent == agents.end();
    pipe.established = !pipe.broken;
    if (pipe.established) {
      pipe.agent = agent->second;
      pipe.agent->on_stream_open(pipe.stream, pipe.process_end);
    }
    poke(pipe);
  });
}

base::Endpoint SimWorld::outgoing_end(const Flow& flow) {
  base::Endpoint end;
  if (flow.listener < description.listeners.size()) end = description.listeners[flow.listener].bound;
  if (!flow.local.is_unspecified()) end.address = flow.local;
  end.port = next_port_++;
  return end;
}

void SimWorld::send_from_agent(SimPipe& pipe, std::string_view bytes, bool close) {
  at(arrival(pipe.last_to_process), [this, &pipe, text = std::string{bytes}, close] {
    pipe.arrived += text;
    pipe.agent_closed = pipe.agent_closed || close;
    poke(pipe);
  });
}

void SimWorld::deliver_to_agent(SimPipe& pipe, std::string bytes) {
  at(arrival(pipe.last_to_agent), [this, &pipe, text = std::move(bytes)] {
    if (pipe.stalled) {
      pipe.held += text;
      return;
    }
    read_by_agent(pipe, text);
  });
}

void SimWorld::read_by_agent(SimPipe& pipe, std::string_view bytes) {
  pipe.unread -= bytes.size();
  if (pipe.agent != nullptr && !pipe.gone && !bytes.empty()) pipe.agent->on_stream_bytes(pipe.stream, bytes);
  poke(pipe);
}

void SimWorld::end_towards_agent(SimPipe& pipe) {
  at(arrival(pipe.last_to_agent), [&pipe] {
    if (std::exchange(pipe.gone, true) || pipe.agent == nullptr) return;
    pipe.agent->on_stream_closed(pipe.stream);
  });
}

void SimWorld::break_pipe(SimPipe& pipe) {
  pipe.broken = true;
  pipe.arrived.clear();
  poke(pipe);
  end_towards_agent(pipe);
}

/// Tells the process that a pipe is ready for what it watches, as a level-triggered poll does.
void SimWorld::poke(SimPipe& pipe) {
  const auto readable = [&pipe] {
    return pipe.wants_read && (!pipe.arrived.empty() || pipe.agent_closed || pipe.broken);
  };
  const auto writable = [&pipe] {
    return pipe.wants_write && (pipe.broken || (pipe.established && pipe.unread < SimPipe::kWindow));
  };
  const auto alive = [this, &pipe] {
    return process && pipe.process == life && !pipe.process_closed && pipe.connection;
  };
  if (pipe.poked || !alive() || (!readable() && !writable() && !pipe.broken)) return;
  pipe.poked = true;
  at(now(), [this, &pipe, readable, writable, alive] {
    pipe.poked = false;
    if (!alive()) return;
    process->shards[pipe.shard]->turn(
        [&](Streams& streams) { streams.ready(pipe.connection, {readable(), writable(), pipe.broken}); });
    poke(pipe);
  });
}

Wire::Io SimWire::read(Handle handle, std::span<char> into) {
  SimPipe& pipe = at(handle);
  if (pipe.broken) return {Io::Broken, 0};
  if (pipe.arrived.empty()) return {pipe.agent_closed ? Io::End : Io::Again, 0};
  const std::size_t bytes = std::min(into.size(), pipe.arrived.size());
  std::copy_n(pipe.arrived.begin(), bytes, into.begin());
  pipe.arrived.erase(0, bytes);
  return {Io::Done, bytes};
}

Wire::Io SimWire::write(Handle handle, std::span<const std::string_view> pieces) {
  SimPipe& pipe = at(handle);
  if (pipe.broken) return {Io::Broken, 0};
  std::string taken;
  for (const std::string_view piece : pieces) {
    taken += piece.substr(0, SimPipe::kWindow - std::min(SimPipe::kWindow, pipe.unread + taken.size()));
  }
  if (taken.empty()) return {Io::Again, 0};
  pipe.unread += taken.size();
  const std::size_t bytes = taken.size();
  world_.deliver_to_agent(pipe, std::move(taken));
  return {Io::Done, bytes};
}

std::optional<Wire::Handle> SimWire::connect(const Flow& flow, base::SlotId connection) {
  SimPipe& pipe = world_.add_pipe(flow.remote, world_.outgoing_end(flow), nullptr);
  pipe.shard = shard_;
  pipe.connection = connection;
  world_.connect_from_process(pipe);
  return static_cast<Handle>(pipe.stream.number);
}

bool SimWire::connected(Handle handle) {
  return at(handle).established;
}

void SimWire::watch(Handle handle, base::SlotId connection, bool readable, bool writable) {
  SimPipe& pipe = at(handle);
  pipe.connection = connection;
  pipe.wants_read = readable;
  pipe.wants_write = writable;
  world_.poke(pipe);
}

void SimWire::close(Handle handle) {
  SimPipe& pipe = at(handle);
  if (std::exchange(pipe.process_closed, true)) return;
  world_.end_towards_agent(pipe);
}

}  // namespace ringfence::net
