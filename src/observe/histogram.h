// SPDX-License-Identifier: Apache-2.0
// Histogram: how often a value occurred, over eleven decades, within 3.2 % of the value.
#pragma once

#include <array>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace ringfence::observe {

/// A log-linear histogram (HDR type): 32 equal buckets for each doubling, exact below 64. One thread records,
/// any thread reads; a reader may see a value in `count()` that is not yet in its bucket.
class Histogram {
 public:
  static constexpr unsigned kSubBits = 5;
  static constexpr unsigned kValueBits =
      42;  ///< in nanoseconds: 73 minutes; higher values count as the highest
  static constexpr std::size_t kBuckets = (kValueBits - kSubBits + 1) << kSubBits;
  static constexpr std::uint64_t kMaxValue = (std::uint64_t{1} << kValueBits) - 1;

  void record(std::uint64_t value) {
    bump(buckets_[bucket_of(value)], 1);
    bump(count_, 1);
    bump(sum_, value);
  }

  [[nodiscard]] std::uint64_t count() const { return count_.load(std::memory_order_relaxed); }
  [[nodiscard]] std::uint64_t sum() const { return sum_.load(std::memory_order_relaxed); }
  [[nodiscard]] std::uint64_t in_bucket(std::size_t bucket) const {
    return buckets_[bucket].load(std::memory_order_relaxed);
  }

  /// The value that `share` of all recorded values do not exceed, as the upper end of its bucket; 0 when
  /// empty.
  /// @param share  0 to 1: 0.99 for the 99th percentile
  [[nodiscard]] std::uint64_t quantile(double share) const;
  /// Adds another's counts; the caller is the recording thread of this one.
  void merge(const Histogram& other);

  [[nodiscard]] static constexpr std::size_t bucket_of(std::uint64_t value) {
    if (value > kMaxValue) return kBuckets - 1;
    const auto width = static_cast<unsigned>(std::bit_width(value));
    const unsigned shift = width > kSubBits ? width - kSubBits - 1 : 0;
    return (std::size_t{shift} << kSubBits) + static_cast<std::size_t>(value >> shift);
  }
  /// The smallest and the largest value of a bucket.
  [[nodiscard]] static constexpr std::uint64_t lowest_in(std::size_t bucket) {
    const std::size_t group = bucket >> kSubBits;
    if (group < 2) return bucket;
    return ((bucket & ((1U << kSubBits) - 1)) | (1U << kSubBits)) << (group - 1);
  }
  [[nodiscard]] static constexpr std::uint64_t highest_in(std::size_t bucket) {
    return lowest_in(bucket + 1) - 1;
  }

 private:
  using Cell = std::atomic<std::uint64_t>;
  static void bump(Cell& cell, std::uint64_t by) {
    cell.store(cell.load(std::memory_order_relaxed) + by, std::memory_order_relaxed);
  }

  std::array<Cell, kBuckets> buckets_{};
  Cell count_{0};
  Cell sum_{0};
};

}  // namespace ringfence::observe
