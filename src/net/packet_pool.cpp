// SPDX-License-Identifier: Apache-2.0
// Taking packets, giving them back, and the way home of packets that another shard let go.
#include "net/packet_pool.h"

#include <algorithm>

#include "base/block_pool.h"
#include "base/spsc_ring.h"

namespace ringfence::net {

/// Batches waiting on one way home. More than two are rare: the home collects every turn.
constexpr std::size_t kParcels = 64;

/// Between one pool and each other: a list of foreign packets being filled, and the ring its head travels by.
struct PacketPool::Parcels {
  struct Way {
    PacketPool* home = nullptr;
    Packet* batch = nullptr;                           // ours, being filled
    std::unique_ptr<base::SpscRing<Packet*>> to_home;  // we push, `home` pops
    base::SpscRing<Packet*>* from_there = nullptr;     // `home` pushes what is ours, we pop
  };
  std::vector<Way> ways;
};

PacketPool::PacketPool(const PacketLimits& limits)
    : small_{std::make_unique<base::BlockPool>(sizeof(Packet) + kSmallBytes, limits.small)},
      large_{std::make_unique<base::BlockPool>(sizeof(Packet) + kLargeBytes, limits.large)} {}

PacketPool::~PacketPool() = default;

void PacketPool::link(std::span<PacketPool* const> pools) {
  for (PacketPool* pool : pools) {
    pool->parcels_ = std::make_unique<Parcels>();
    for (PacketPool* home : pools) {
      if (home == pool) continue;
      pool->parcels_->ways.push_back({home, nullptr, std::make_unique<base::SpscRing<Packet*>>(kParcels)});
    }
  }
  for (PacketPool* pool : pools) {
    for (Parcels::Way& way : pool->parcels_->ways) {
      const auto back = std::ranges::find(way.home->parcels_->ways, pool, &Parcels::Way::home);
      way.from_there = back->to_home.get();
    }
  }
}

PacketRef PacketPool::take(std::size_t bytes) {
  const bool small = bytes <= kSmallBytes;
  void* const block = small ? small_->take() : bytes <= kLargeBytes ? large_->take() : nullptr;
  if (block == nullptr) {
    ++refused_;
    return {};
  }
  Packet* const packet = ::new (block) Packet;
  packet->capacity_ = static_cast<std::uint32_t>(small ? kSmallBytes : kLargeBytes);
  packet->home_ = this;
  packet->custodian_ = this;
  return PacketRef{packet};
}

void PacketPool::adopt(const PacketRef& packet) {
  RF_ASSERT(packet.unique());
  packet->custodian_ = this;
}

void PacketPool::release(Packet* packet) {
  if (packet->home_ == this) {
    put_back(packet);
    return;
  }
  const auto way = std::ranges::find(parcels_->ways, packet->home_, &Parcels::Way::home);
  packet->next_ = way->batch;
  way->batch = packet;
}

void PacketPool::put_back(Packet* packet) {
  (packet->capacity_ == kSmallBytes ? small_ : large_)->give(packet);
}

void PacketPool::send_home() {
  if (!parcels_) return;
  for (Parcels::Way& way : parcels_->ways) {
    if (way.batch == nullptr) continue;
    if (way.to_home->push(auto{way.batch})) way.batch = nullptr;
  }
}

void PacketPool::collect() {
  if (!parcels_) return;
  for (Parcels::Way& way : parcels_->ways) {
    Packet* packet = nullptr;
    while (way.from_there->pop(packet)) {
      while (packet != nullptr) put_back(std::exchange(packet, packet->next_));
    }
  }
}

bool PacketPool::scarce(std::size_t bytes) const {
  const base::BlockPool& pool = bytes <= kSmallBytes ? *small_ : *large_;
  return pool.in_use() > pool.capacity() - pool.capacity() / 4;
}

std::size_t PacketPool::in_use() const {
  return small_->in_use() + large_->in_use();
}

void PacketRef::release() {
  packet_->custodian_->release(packet_);
}

}  // namespace ringfence::net
