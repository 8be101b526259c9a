// SPDX-License-Identifier: Apache-2.0
// StreamWorld: a simulated shard behind a TCP listener, and a phone that connects to it.
#pragma once

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "net/sim_network.h"
#include "net/sim_world.h"
#include "net/test_layers.h"

namespace ringfence::net::testing {

inline const base::Endpoint kServer{base::IpAddress::v4(192, 0, 2, 1), 5060};

inline base::Endpoint phone_at(std::uint8_t host, std::uint16_t port = 40'000) {
  return {base::IpAddress::v4(198, 51, 100, host), port};
}

/// Remembers what came, and what was closed.
struct StreamPhone final : SimAgent {
  void on_datagram(const base::Endpoint&, const base::Endpoint&, std::string_view) override {}
  void on_stream_open(SimStream stream, const base::Endpoint& peer) override {
    opened.push_back(stream);
    peers.push_back(peer);
  }
  void on_stream_bytes(SimStream stream, std::string_view bytes) override {
    received[stream.number] += bytes;
  }
  void on_stream_closed(SimStream stream) override { closed.push_back(stream); }

  [[nodiscard]] bool is_closed(SimStream stream) const { return std::ranges::count(closed, stream) > 0; }
  std::vector<SimStream> opened;
  std::vector<base::Endpoint> peers;
  std::map<std::uint32_t, std::string> received;
  std::vector<SimStream> closed;
};

/// One shard behind one TCP listener, and a phone.
struct StreamWorld {
  explicit StreamWorld(StreamLimits limits = {}, unsigned shards = 1) {
    SimProcess process;
    process.shards = shards;
    process.streams = limits;
    process.listeners = {{.protocol = Protocol::Tcp, .bound = kServer}};
    network.start(process);
    for (const ShardId id : shard_ids(shards)) layers.push_back(std::make_unique<Layers>(network.shard(id)));
    network.attach(phone_at(1), phone);
  }
  /// An open stream from the phone.
  SimStream open(const base::Endpoint& from = phone_at(1)) {
    const SimStream stream = network.connect(from, kServer);
    network.run_for(std::chrono::milliseconds{2});
    return stream;
  }
  [[nodiscard]] RecordingSink& sink(ShardId id = 0) { return layers[id]->sink; }
  [[nodiscard]] std::uint64_t counted(Counter counter) { return network.shard(0).counters().value(counter); }
  [[nodiscard]] SimShard& shard() { return network.shard(0); }

  SimNetwork network{1};
  StreamPhone phone;
  std::vector<std::unique_ptr<Layers>> layers;
};

inline Flow flow_to(const base::Endpoint& remote) {
  Flow flow;
  flow.remote = remote;
  flow.listener = 0;
  flow.protocol = Protocol::Tcp;
  return flow;
}

}  // namespace ringfence::net::testing
