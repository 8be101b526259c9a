// SPDX-License-Identifier: Apache-2.0
// SpscRing<T>: a bounded queue from one thread to one other, without locks.
#pragma once

#include <algorithm>
#include <atomic>
#include <bit>
#include <cstddef>
#include <memory>
#include <utility>

#include "base/assert.h"
#include "base/cache_line.h"

namespace ringfence::base {

/// One thread pushes, one thread pops. Each side keeps its last view of the other's index and looks again
/// only when that view says full or empty, so that a busy queue moves few cache lines.
template <class T>
class SpscRing {
 public:
  /// @param capacity  a power of two; as many elements fit
  explicit SpscRing(std::size_t capacity) : mask_{capacity - 1}, slots_{std::make_unique<T[]>(capacity)} {
    RF_ASSERT(std::has_single_bit(capacity));
  }
  SpscRing(const SpscRing&) = delete;
  SpscRing& operator=(const SpscRing&) = delete;

  /// Producer. False when full: `value` is untouched then.
  [[nodiscard]] bool push(T&& value) {
    T* const place = claim();
    if (place == nullptr) return false;
    *place = std::move(value);
    publish();
    return true;
  }

  /// Producer. The element to fill in next, with what it held a round ago; nullptr when full. Then publish()
  /// it.
  [[nodiscard]] T* claim() {
    const std::size_t tail = producer_.tail.load(std::memory_order_relaxed);
    if (tail - producer_.head_seen > mask_) {
      producer_.head_seen = consumer_.head.load(std::memory_order_acquire);
      if (tail - producer_.head_seen > mask_) return nullptr;
    }
    return &slots_[tail & mask_];
  }
  void publish() {
    producer_.tail.store(producer_.tail.load(std::memory_order_relaxed) + 1, std::memory_order_release);
  }

  /// Consumer. False when empty.
  [[nodiscard]] bool pop(T& value) {
    return drain([&value](T& from) { value = std::move(from); }, 1) == 1;
  }

  /// Consumer. Hands up to `most` elements to `take(T&)` and gives their room back at the end, all at once.
  template <class Take>
  std::size_t drain(Take&& take, std::size_t most) {
    const std::size_t head = consumer_.head.load(std::memory_order_relaxed);
    if (consumer_.tail_seen - head < most)
      consumer_.tail_seen = producer_.tail.load(std::memory_order_acquire);
    const std::size_t count = std::min(most, consumer_.tail_seen - head);
    if (count == 0) return 0;
    for (std::size_t i = 0; i < count; ++i) take(slots_[(head + i) & mask_]);
    consumer_.head.store(head + count, std::memory_order_release);
    return count;
  }

  /// Consumer. The oldest element, left in its place; nullptr when empty.
  [[nodiscard]] T* front() {
    const std::size_t head = consumer_.head.load(std::memory_order_relaxed);
    if (consumer_.tail_seen == head) consumer_.tail_seen = producer_.tail.load(std::memory_order_acquire);
    return consumer_.tail_seen == head ? nullptr : &slots_[head & mask_];
  }

  /// Exact on neither side while the other works; never more than capacity().
  [[nodiscard]] std::size_t size() const {
    const std::size_t head = consumer_.head.load(std::memory_order_acquire);
    const std::size_t tail = producer_.tail.load(std::memory_order_acquire);
    return std::min(tail - head, capacity());
  }
  [[nodiscard]] std::size_t capacity() const { return mask_ + 1; }

 private:
  struct alignas(kCacheLine) Producer {
    std::atomic<std::size_t> tail{0};
    std::size_t head_seen = 0;
  };
  struct alignas(kCacheLine) Consumer {
    std::atomic<std::size_t> head{0};
    std::size_t tail_seen = 0;
  };

  const std::size_t mask_;
  const std::unique_ptr<T[]> slots_;
  Producer producer_;
  Consumer consumer_;
};

}  // namespace ringfence::base
