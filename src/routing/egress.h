// SPDX-License-Identifier: Apache-2.0
// Egress: through which listener, and from which address of ours, a place is reached that never talked to us
// first.
#pragma once

#include <cstddef>
#include <optional>
#include <unordered_map>

#include "base/address.h"
#include "base/time.h"
#include "net/flow.h"
#include "net/shard.h"

namespace ringfence::routing {

/// One per shard. Answers are kept, for at most kMost places: there are as many as peers.
class Egress {
 public:
  static constexpr std::size_t kMost = 4096;
  /// Routes change: the kernel is asked again after so long.
  static constexpr base::Nanos kRemembered = std::chrono::minutes{1};

  explicit Egress(net::Shard& shard) : shard_{shard} {}

  /// The way to a place: the first listener of that transport that can reach its family. For a wildcard
  /// listener the kernel's routes tell the source address, which Via and Record-Route must name.
  /// @return nullopt: no listener of ours, or no route
  [[nodiscard]] std::optional<net::Flow> to(const base::Endpoint& place, net::Protocol protocol);

 private:
  [[nodiscard]] std::optional<net::Flow> find(const base::Endpoint& place, net::Protocol protocol) const;

  net::Shard& shard_;
  struct Key {
    base::Endpoint place;
    net::Protocol protocol;
    friend bool operator==(const Key&, const Key&) = default;
  };
  struct Hash {
    std::size_t operator()(const Key& key) const;
  };
  struct Way {
    net::Flow flow;
    base::MonoTime ask_again;
  };
  std::unordered_map<Key, Way, Hash> known_;  // of operators' peers, never of strangers
};

}  // namespace ringfence::routing
