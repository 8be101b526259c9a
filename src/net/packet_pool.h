// SPDX-License-Identifier: Apache-2.0
// PacketPool: a shard's packets in two sizes, bounded; blocks of other shards go home in batches.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "net/packet.h"

namespace ringfence::base {
class BlockPool;
}

namespace ringfence::net {

/// Bounds of one pool. A packet of the small class costs about 4.2 KB with its annex, a large one about 70
/// KB.
struct PacketLimits {
  std::size_t small = 32'768;  ///< packets with kSmallBytes of room
  std::size_t large = 512;     ///< packets with kLargeBytes of room
};

/// One pool per shard. Memory is taken from the system slab by slab as it is first needed and kept.
///
/// A packet released by a shard that is not its home joins that shard's batch for the home; `send_home()`
/// passes each batch on with one ring entry at the end of a turn, `collect()` takes in what came back.
/// Neither blocks.
class PacketPool {
 public:
  static constexpr std::size_t kSmallBytes = 2048;
  static constexpr std::size_t kLargeBytes =
      std::size_t{68} * 1024;  ///< the largest UDP payload, and slack for what we add

  /// A pool that shares packets with nobody: tests, tools.
  explicit PacketPool(const PacketLimits& limits = {});
  ~PacketPool();
  PacketPool(const PacketPool&) = delete;
  PacketPool& operator=(const PacketPool&) = delete;

  /// Connects pools of one process so that packets may travel between them. Call once, before any thread
  /// starts; all pools must be destroyed together, after the last packet handle.
  static void link(std::span<PacketPool* const> pools);

  /// A packet with room for at least `bytes`, size 0, empty flow. An empty handle when the class is used up
  /// (counted in `refused()`) or `bytes` exceeds kLargeBytes.
  [[nodiscard]] PacketRef take(std::size_t bytes = kSmallBytes);

  /// Makes this pool the custodian of a packet that was handed over. The handle must be the only one.
  void adopt(const PacketRef& packet);

  /// Passes packets of other pools on to their homes. A full ring keeps the batch for the next turn.
  void send_home();
  /// Takes in packets that other shards have passed back.
  void collect();

  /// Less than a quarter of the class for `bytes` is left: new work should wait for running work to end.
  [[nodiscard]] bool scarce(std::size_t bytes) const;

  [[nodiscard]] std::size_t in_use() const;  ///< packets of this pool not in its free lists
  [[nodiscard]] std::uint64_t refused() const { return refused_; }

 private:
  friend class PacketRef;
  struct Parcels;

  void release(Packet* packet);
  void put_back(Packet* packet);

  std::unique_ptr<base::BlockPool> small_;
  std::unique_ptr<base::BlockPool> large_;
  std::unique_ptr<Parcels> parcels_;  // null until linked
  std::uint64_t refused_ = 0;
};

}  // namespace ringfence::net
