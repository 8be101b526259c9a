// SPDX-License-Identifier: Apache-2.0
// Counters, gauges and histograms of each shard, and the registry that holds them.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <type_traits>
#include <vector>

#include "base/cache_line.h"
#include "base/time.h"
#include "observe/histogram.h"
#include "observe/metric_table.h"

namespace ringfence::observe {

/// One time series: a metric, and the place of each label value in its table, as a number or as the enum of
/// the table. A place beyond the table counts as its last value: a metric never stops a call.
class Series {
 public:
  constexpr Series(Metric metric)
      : metric_{metric} {}  // NOLINT(google-explicit-constructor): most have no labels
  template <class First>
  constexpr Series(Metric metric, First first) : metric_{metric}, first_{place(first)} {}
  template <class First, class Second>
  constexpr Series(Metric metric, First first, Second second)
      : metric_{metric}, first_{place(first)}, second_{place(second)} {}

  [[nodiscard]] constexpr std::size_t cell() const;

 private:
  template <class Value>
    requires(std::is_enum_v<Value> || std::unsigned_integral<Value>)
  static constexpr std::size_t place(Value value) {
    return static_cast<std::size_t>(value);
  }

  Metric metric_;
  std::size_t first_ = 0;
  std::size_t second_ = 0;
};

namespace detail {

/// Where the cells of each metric begin; the last entry is their number.
inline constexpr auto kFirstCell = [] {
  std::array<std::size_t, kMetrics.size() + 1> first{};
  for (std::size_t i = 0; i < kMetrics.size(); ++i) {
    const MetricInfo& row = kMetrics[i];
    first[i + 1] = first[i] + (row.type == MetricType::Histogram ? 0 : row.first.size() * row.second.size());
  }
  return first;
}();

/// Which histogram a metric is; for the others, how many come before it.
inline constexpr auto kHistogramIndex = [] {
  std::array<std::size_t, kMetrics.size() + 1> index{};
  for (std::size_t i = 0; i < kMetrics.size(); ++i) {
    index[i + 1] = index[i] + (kMetrics[i].type == MetricType::Histogram ? 1 : 0);
  }
  return index;
}();

}  // namespace detail

inline constexpr std::size_t kMetricCells = detail::kFirstCell.back();
inline constexpr std::size_t kMetricHistograms = detail::kHistogramIndex.back();

constexpr std::size_t Series::cell() const {
  const MetricInfo& row = info_of(metric_);
  const std::size_t first = std::min(first_, row.first.size() - 1);
  const std::size_t second = std::min(second_, row.second.size() - 1);
  return detail::kFirstCell[static_cast<std::size_t>(metric_)] + first * row.second.size() + second;
}

/// The metrics of one shard. Its thread writes, any thread reads: one load and one store on the shard's own
/// cache lines.
class alignas(base::kCacheLine) Counters {
 public:
  void add(Series series, std::uint64_t by = 1) {
    auto& cell = cells_[series.cell()];
    cell.store(cell.load(std::memory_order_relaxed) + by, std::memory_order_relaxed);
  }
  /// Gauges only.
  void subtract(Series series, std::uint64_t by = 1) { add(series, std::uint64_t{0} - by); }
  void set(Series series, std::uint64_t value) {
    cells_[series.cell()].store(value, std::memory_order_relaxed);
  }
  /// Histograms only; negative spans count as zero.
  void record(Metric metric, base::Nanos span) {
    histogram(metric).record(static_cast<std::uint64_t>(std::max<base::Nanos::rep>(span.count(), 0)));
  }

  [[nodiscard]] std::uint64_t value(Series series) const {
    return cells_[series.cell()].load(std::memory_order_relaxed);
  }
  [[nodiscard]] Histogram& histogram(Metric metric) {
    return histograms_[detail::kHistogramIndex[static_cast<std::size_t>(metric)]];
  }
  [[nodiscard]] const Histogram& histogram(Metric metric) const {
    return histograms_[detail::kHistogramIndex[static_cast<std::size_t>(metric)]];
  }

 private:
  std::array<std::atomic<std::uint64_t>, kMetricCells> cells_{};
  std::array<Histogram, kMetricHistograms> histograms_;
};

/// The counters of all shards of a process.
class Registry {
 public:
  explicit Registry(unsigned shards) {
    for (unsigned i = 0; i < shards; ++i) shards_.push_back(std::make_unique<Counters>());
  }

  [[nodiscard]] unsigned shards() const { return static_cast<unsigned>(shards_.size()); }
  [[nodiscard]] Counters& shard(unsigned index) { return *shards_[index]; }
  [[nodiscard]] const Counters& shard(unsigned index) const { return *shards_[index]; }
  /// Over all shards; gauges may be read while a shard changes them.
  [[nodiscard]] std::uint64_t total(Series series) const {
    std::uint64_t sum = 0;
    for (const auto& shard : shards_) sum += shard->value(series);
    return sum;
  }

 private:
  std::vector<std::unique_ptr<Counters>> shards_;
};

}  // namespace ringfence::observe
