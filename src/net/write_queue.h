// SPDX-License-Identifier: Apache-2.0
// WriteQueue: packets that wait to be written on one connection.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>

#include "base/block_pool.h"
#include "net/packet.h"

namespace ringfence::net {

/// First in, first out; the first may be half written. Entries come from a pool that all connections of a
/// shard share.
class WriteQueue {
 public:
  struct Entry {
    PacketRef packet;
    std::uint64_t tag = 0;
    ShardId origin = 0;  ///< who is told when it does not leave
    Entry* next = nullptr;
  };
  /// What a packet counts at least: it occupies a block however few bytes it has.
  static constexpr std::size_t kLeastCost = 512;
  [[nodiscard]] static std::size_t cost(const Packet& packet) {
    return packet.size > kLeastCost ? packet.size : kLeastCost;
  }

  WriteQueue() = default;
  WriteQueue(const WriteQueue&) = delete;
  WriteQueue& operator=(const WriteQueue&) = delete;

  [[nodiscard]] bool empty() const { return first_ == nullptr; }
  /// The sum of `cost` over what waits.
  [[nodiscard]] std::size_t cost() const { return cost_; }

  /// False when the pool of entries is used up; the packet is untouched then.
  [[nodiscard]] bool push(base::BlockPool& entries, PacketRef&& packet, std::uint64_t tag, ShardId origin);

  /// The next bytes to write, piece by piece; returns how many pieces were filled in.
  [[nodiscard]] std::size_t pieces(std::span<std::string_view> out) const;

  /// Removes `bytes` written bytes; `done(const Packet&)` is told about each packet that is complete.
  template <class Done>
  void written(base::BlockPool& entries, std::size_t bytes, Done&& done) {
    while (bytes > 0) {
      const std::size_t left = first_->packet->size - offset_;
      if (bytes < left) {
        offset_ += bytes;
        return;
      }
      bytes -= left;
      done(*first_->packet);
      pop(entries);
    }
  }

  /// Empties the queue; `failed(const Entry&)` is told about each packet.
  template <class Failed>
  void abandon(base::BlockPool& entries, Failed&& failed) {
    while (!empty()) {
      failed(*first_);
      pop(entries);
    }
  }

 private:
  void pop(base::BlockPool& entries);

  Entry* first_ = nullptr;
  Entry* last_ = nullptr;
  std::size_t offset_ = 0;  // bytes of the first packet that are written
  std::size_t cost_ = 0;
};

}  // namespace ringfence::net
