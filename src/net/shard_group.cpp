// SPDX-License-Identifier: Apache-2.0
// Building shards, starting and ending their threads.
#include "net/shard_group.h"

#include <pthread.h>
#include <sched.h>

#include "base/random.h"
#include "base/thread_name.h"
#include "observe/log.h"

namespace ringfence::net {
namespace {

base::HashSeed draw_seed() {
  base::SystemRandom random;
  return {random.next(), random.next()};
}

/// Binds this thread to the `index`-th of the processors we may run on; without effect when there are fewer.
void pin_thread(unsigned index) {
  cpu_set_t allowed;
  if (sched_getaffinity(0, sizeof allowed, &allowed) != 0) return;
  for (std::size_t processor = 0; processor < CPU_SETSIZE; ++processor) {
    if (!CPU_ISSET(processor, &allowed) || index-- > 0) continue;
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(processor, &one);
    pthread_setaffinity_np(pthread_self(), sizeof one, &one);
    return;
  }
}

}  // namespace

ControlPort::ControlPort(unsigned shards, Mailboxes& mailboxes, PacketPool& packets)
    : seat_{static_cast<ShardId>(shards)}, mailboxes_{mailboxes}, packets_{packets} {
  // It sleeps elsewhere, on its own loop, from the beginning.
  (void)mailboxes_.may_sleep(seat_);
}

bool ControlPort::post(ShardId to, ShardMessage&& message) {
  const bool posted = mailboxes_.post(seat_, to, std::move(message));
  mailboxes_.wake(seat_);
  return posted;
}

ShardGroup::ShardGroup(ListenerSet& listeners, const base::Clock& clock, const ShardGroupOptions& options,
                       base::QuiescentDomain* quiescent)
    : mailboxes_{listeners.shards(), options.inbox}, sources_{draw_seed()}, pin_{options.pin} {
  const unsigned shards = listeners.shards();
  std::vector<PacketPool*> linked;
  for (unsigned seat = 0; seat <= shards; ++seat) {
    const bool control = seat == shards;
    pools_.push_back(
        std::make_unique<PacketPool>(control ? PacketLimits{.small = 0, .large = 0} : options.packets));
    linked.push_back(pools_.back().get());
  }
  PacketPool::link(linked);

  const ShardSurroundings surroundings{listeners, mailboxes_, sources_, clock, quiescent};
  for (unsigned id = 0; id < shards; ++id) {
    shards_.push_back(
        std::make_unique<EpollShard>(static_cast<ShardId>(id), surroundings, *pools_[id], options.streams));
  }
  control_ = std::make_unique<ControlPort>(shards, mailboxes_, *pools_[shards]);
}

ShardGroup::~ShardGroup() {
  stop();
}

void ShardGroup::start() {
  for (const auto& shard : shards_) {
    threads_.emplace_back([this, &shard = *shard] {
      base::name_this_thread("shard", shard.id());
      if (pin_) pin_thread(shard.id());
      observe::Log::attach_thread();
      shard.run(stop_);
    });
  }
}

void ShardGroup::stop() {
  stop_.store(true, std::memory_order_relaxed);
  for (const auto& shard : shards_) mailboxes_.poke(shard->id());
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
  stop_.store(false, std::memory_order_relaxed);
}

}  // namespace ringfence::net
