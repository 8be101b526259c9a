// SPDX-License-Identifier: Apache-2.0
// StreamSet: which streams are in use, told by one thread to another.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "journal/stream.h"

namespace ringfence::journal {

/// A set of streams that one thread adds to and another reads.
class StreamSet {
 public:
  void add(Stream stream) {
    auto& word = words_[static_cast<std::size_t>(stream) / 64];
    const std::uint64_t bit = std::uint64_t{1} << (static_cast<unsigned>(stream) % 64);
    const std::uint64_t before = word.load(std::memory_order_relaxed);
    if ((before & bit) == 0) word.store(before | bit, std::memory_order_relaxed);
  }
  [[nodiscard]] bool covers(const StreamSet& other) const {
    for (std::size_t i = 0; i < words_.size(); ++i) {
      const std::uint64_t wanted = other.words_[i].load(std::memory_order_relaxed);
      if ((wanted & ~words_[i].load(std::memory_order_relaxed)) != 0) return false;
    }
    return true;
  }

 private:
  std::array<std::atomic<std::uint64_t>, 4> words_{};
};

}  // namespace ringfence::journal
