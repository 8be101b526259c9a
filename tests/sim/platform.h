// SPDX-License-Identifier: Apache-2.0
// Platform: the sip role on simulated shards, with a domain, subscribers and peers put straight into its
// directory.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "app/serve/node.h"
#include "app/serve/shard_parts.h"
#include "config/configuration.h"
#include "net/sim_network.h"

namespace ringfence::sim {

inline constexpr std::string_view kDomain = "example.test";
inline constexpr directory::Id kDomainId = 1;
inline constexpr directory::Id kTenant = 1;

/// Listeners of the platform: 0 UDP and 1 TCP on 192.0.2.1, 2 UDP on 2001:db8::1; all port 5060.
class Platform {
 public:
  explicit Platform(net::SimNetwork& network, unsigned shards = 2, std::vector<std::string> settings = {});
  ~Platform();

  void add_subscriber(std::string_view user, std::string_view password, std::string_view number = {},
                      directory::State state = directory::State::Active);
  void add_peer(const base::Endpoint& address, net::Protocol protocol, bool is_default, bool transit = false);

  /// Whatever else the directory holds.
  void apply(const directory::Change& change);

  /// kill -9 and start again: all memory is lost but the directory, which its owner sends again.
  void restart();

  [[nodiscard]] net::SimNetwork& network() { return network_; }
  [[nodiscard]] app::Node& node() { return *node_; }
  [[nodiscard]] app::ShardParts& parts(unsigned shard) { return *parts_[shard]; }
  [[nodiscard]] unsigned shards() const { return process_.shards; }
  [[nodiscard]] base::Endpoint udp() const { return process_.listeners[0].bound; }
  [[nodiscard]] base::Endpoint tcp() const { return process_.listeners[1].bound; }
  [[nodiscard]] base::Endpoint udp6() const { return process_.listeners[2].bound; }

  /// One counter over all shards: `total([](const app::ShardParts& parts) { return
  /// parts.core.counters().value(...); })`.
  template <class Read>
  [[nodiscard]] std::uint64_t total(Read read) const {
    std::uint64_t sum = 0;
    for (const auto& parts : parts_) sum += read(*parts);
    return sum;
  }
  [[nodiscard]] std::size_t calls() const {
    return total([](const app::ShardParts& parts) { return parts.calls.live(); });
  }
  [[nodiscard]] std::size_t transactions() const {
    return total([](const app::ShardParts& parts) { return parts.layer.servers() + parts.layer.clients(); });
  }

 private:
  void start();
  void stop();

  net::SimNetwork& network_;
  config::Configuration configuration_;
  net::SimProcess process_;
  std::vector<directory::Change> directory_;
  std::unique_ptr<app::Node> node_;
  std::vector<std::unique_ptr<app::ShardParts>> parts_;
};

}  // namespace ringfence::sim
