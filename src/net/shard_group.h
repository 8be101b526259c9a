// SPDX-License-Identifier: Apache-2.0
// ShardGroup: the shards of a process with their threads, and the control thread's way to them.
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <thread>
#include <vector>

#include "base/quiescent.h"
#include "base/time.h"
#include "net/epoll_shard.h"
#include "net/listener.h"
#include "net/mailboxes.h"
#include "net/packet_pool.h"
#include "net/source_counts.h"
#include "net/stream_limits.h"

namespace ringfence::net {

struct ShardGroupOptions {
  PacketLimits packets;  ///< of each shard
  StreamLimits streams;
  std::size_t inbox = 2048;  ///< messages waiting from one participant to another; a power of two
  bool pin = false;          ///< bind shard i to the i-th processor this process may use
};

/// The control thread's seat: one thread at a time.
class ControlPort {
 public:
  ControlPort(unsigned shards, Mailboxes& mailboxes, PacketPool& packets);

  /// Wakes the shard at once. False when its mailbox is full; the message is untouched then.
  [[nodiscard]] bool post(ShardId to, ShardMessage&& message);
  /// Readable when `receive` has something to do.
  [[nodiscard]] int descriptor() const { return mailboxes_.descriptor(seat_); }
  /// Hands what shards have posted to `Shard::control()` to `take(ShardMessage&)`. A packet may be read until
  /// `take` returns.
  template <class Take>
  std::size_t receive(Take&& take) {
    mailboxes_.woke(seat_, true);
    std::size_t taken = 0;
    do {
      taken += mailboxes_.drain(seat_, kAtOnce, [&](ShardMessage& message) {
        if (message.packet) packets_.adopt(message.packet);
        take(message);
        message.packet.reset();
      });
    } while (!mailboxes_.may_sleep(seat_));
    packets_.send_home();
    return taken;
  }

 private:
  static constexpr std::size_t kAtOnce = 256;
  ShardId seat_;
  Mailboxes& mailboxes_;
  PacketPool& packets_;
};

/// Owns shards, pools and mailboxes. The layers above must be gone before it is destroyed: their packets and
/// timers live in here.
class ShardGroup {
 public:
  /// @param listeners  opened or adopted; outlive the group
  /// @param quiescent  announced to by every shard under its id; may be absent
  ShardGroup(ListenerSet& listeners, const base::Clock& clock, const ShardGroupOptions& options,
             base::QuiescentDomain* quiescent = nullptr);
  ~ShardGroup();
  ShardGroup(const ShardGroup&) = delete;
  ShardGroup& operator=(const ShardGroup&) = delete;

  [[nodiscard]] unsigned size() const { return static_cast<unsigned>(shards_.size()); }
  [[nodiscard]] EpollShard& shard(ShardId id) { return *shards_[id]; }
  [[nodiscard]] ControlPort& control() { return *control_; }

  /// Starts one thread per shard; everything must be plugged before.
  void start();
  /// Ends the threads after their present turn. What waits in mailboxes and queues is dropped.
  void stop();

 private:
  // Pools last longest: packets come home from everything below.
  std::vector<std::unique_ptr<PacketPool>> pools_;  // one per shard, and an empty one for the control thread
  Mailboxes mailboxes_;
  SourceCounts sources_;
  std::unique_ptr<ControlPort> control_;
  std::vector<std::unique_ptr<EpollShard>> shards_;
  std::vector<std::thread> threads_;
  std::atomic<bool> stop_{false};
  bool pin_;
};

}  // namespace ringfence::net
