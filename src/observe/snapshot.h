// SPDX-License-Identifier: Apache-2.0
// Snapshot: the metrics of a process at one moment, and their text for Prometheus.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "observe/metrics.h"

namespace ringfence::observe {

/// A value and what tells it from its siblings.
struct Sample {
  std::string suffix;  ///< "_bucket", "_sum" or "_count" of a histogram; else empty
  std::string labels;  ///< `a="b",c="d"`, escaped; may be empty
  double value = 0;    ///< exact up to 2^53

  friend bool operator==(const Sample&, const Sample&) = default;
};

/// All samples of one metric.
struct Family {
  std::string name;
  std::string help;
  MetricType type = MetricType::Counter;
  std::vector<Sample> samples;

  friend bool operator==(const Family&, const Family&) = default;
};

using LabelPairs = std::initializer_list<std::pair<std::string_view, std::string_view>>;

/// Allocates; not for a shard.
class Snapshot {
 public:
  /// Everything the registry holds, and what the log lost.
  [[nodiscard]] static Snapshot of(const Registry& registry);

  /// Adds a sample that no table has: build information, or counters that a room keeps itself.
  void add(std::string_view name, MetricType type, std::string_view help, LabelPairs labels, double value);
  /// Adds the rows of a room's own table of counters, for one shard.
  /// @param rows      each with `counter`, `name` (what follows the prefix) and `help`
  /// @param counters  `value(counter)` gives the count
  template <class Rows, class RoomCounters>
  void add_room(std::string_view prefix, const Rows& rows, std::string_view shard,
                const RoomCounters& counters) {
    for (const auto& row : rows) {
      add(std::string{prefix}.append(row.name), MetricType::Counter, row.help, {{"shard", shard}},
          static_cast<double>(counters.value(row.counter)));
    }
  }
  [[nodiscard]] const std::vector<Family>& families() const { return families_; }
  /// The value of the first sample with these labels, as they are printed; nothing when there is none.
  [[nodiscard]] std::optional<double> value(std::string_view name, std::string_view labels = {}) const;

 private:
  Family& family(std::string_view name, MetricType type, std::string_view help);

  std::vector<Family> families_;
};

/// The text format of Prometheus, version 0.0.4: HELP, TYPE, samples.
[[nodiscard]] std::string prometheus_text(const Snapshot& snapshot);
[[nodiscard]] std::string prometheus_text(const Registry& registry);
inline constexpr std::string_view kPrometheusContentType = "text/plain; version=0.0.4; charset=utf-8";

}  // namespace ringfence::observe
