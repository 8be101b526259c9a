// SPDX-License-Identifier: Apache-2.0
// How often one thread may log one event.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <string_view>

#include "base/time.h"

namespace ringfence::observe {

/// How many lines of one event one thread may write before the rest is only counted.
struct LogRate {
  unsigned per_second = 10;  ///< 0: no limit
  unsigned burst = 20;
};

/// Token buckets by name of event. One thread asks; another may collect what was suppressed.
class RateLimit {
 public:
  static constexpr std::size_t kEvents = 128;  ///< with a bucket of their own; later ones share one
  static constexpr std::size_t kMaxName = 47;

  struct Verdict {
    bool allowed = true;
    std::uint32_t suppressed = 0;  ///< lines of this event kept back since the last one that was allowed
  };

  /// Owner thread.
  [[nodiscard]] Verdict ask(std::string_view event, base::MonoTime now, const LogRate& rate);
  /// Owner thread: fills every bucket.
  void refill(const LogRate& rate);

  /// Any thread: calls `report(event, count)` for each event with suppressed lines that nothing has reported
  /// yet.
  template <class Report>
  void collect(Report&& report) {
    for (Bucket& bucket : buckets_) {
      const auto size = bucket.name_size.load(std::memory_order_acquire);
      if (size == 0) continue;
      if (const auto count = bucket.suppressed.exchange(0, std::memory_order_relaxed); count > 0) {
        report(std::string_view{bucket.name.data(), size}, count);
      }
    }
  }
  [[nodiscard]] std::uint64_t suppressed() const { return suppressed_.load(std::memory_order_relaxed); }

 private:
  struct Bucket {
    std::array<char, kMaxName> name{};
    std::atomic<std::uint8_t> name_size{0};  ///< 0: free; published after the name
    std::atomic<std::uint32_t> suppressed{0};
    double tokens = 0;
    base::MonoTime filled{};
  };

  Bucket& bucket_of(std::string_view event, base::MonoTime now, const LogRate& rate);
  static Bucket& named(Bucket& bucket, std::string_view event, base::MonoTime now, const LogRate& rate);

  std::array<Bucket, kEvents + 1> buckets_;
  std::atomic<std::uint64_t> suppressed_{0};
};

}  // namespace ringfence::observe
