// SPDX-License-Identifier: Apache-2.0
// Taking, merging, moving and printing snapshots of metrics.
#include "observe/snapshot.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>

#include "observe/log.h"

namespace ringfence::observe {
namespace {

struct TypeInfo {
  MetricType type;
  std::string_view name;
};
constexpr auto kTypes = std::to_array<TypeInfo>(
    {{MetricType::Counter, "counter"}, {MetricType::Gauge, "gauge"}, {MetricType::Histogram, "histogram"}});

/// Upper bounds, in seconds, that histograms are shown with; +Inf follows.
constexpr auto kBounds = std::to_array<double>(
    {0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300});
constexpr double kNanosPerSecond = 1e9;

/// A label value, or with `quotes` off a help text.
std::string escaped(std::string_view text, bool quotes = true) {
  std::string out;
  for (const char c : text) {
    if (c == '\\')
      out += "\\\\";
    else if (c == '\n')
      out += "\\n";
    else if (c == '"' && quotes)
      out += "\\\"";
    else
      out += c;
  }
  return out;
}

void append_label(std::string& labels, std::string_view name, std::string_view value) {
  fmt::format_to(std::back_inserter(labels), "{}{}=\"{}\"", labels.empty() ? "" : ",", name, escaped(value));
}

/// Decimal, without an exponent while the value is a whole number that a double holds exactly.
std::string number(double value) {
  constexpr double kExact = 9007199254740992.0;
  if (value == std::floor(value) && std::abs(value) < kExact) return fmt::format("{:.0f}", value);
  return fmt::format("{}", value);
}

/// Cells are unsigned; a gauge that different shards raise and lower may be negative on one of them.
double as_double(const MetricInfo& row, std::uint64_t cell) {
  return row.type == MetricType::Gauge ? static_cast<double>(static_cast<std::int64_t>(cell))
                                       : static_cast<double>(cell);
}

void sample_cells(Family& family, const MetricInfo& row, const Registry& registry) {
  for (std::size_t first = 0; first < row.first.size(); ++first) {
    for (std::size_t second = 0; second < row.second.size(); ++second) {
      std::string labels;
      if (!row.first.values.empty()) append_label(labels, row.first.name, row.first.values[first]);
      if (!row.second.values.empty()) append_label(labels, row.second.name, row.second.values[second]);
      const Series series{row.metric, first, second};
      if (!row.by_shard) {
        family.samples.push_back({"", std::move(labels), as_double(row, registry.total(series))});
        continue;
      }
      for (unsigned shard = 0; shard < registry.shards(); ++shard) {
        std::string with_shard = labels;
        append_label(with_shard, "shard", std::to_string(shard));
        family.samples.push_back(
            {"", std::move(with_shard), as_double(row, registry.shard(shard).value(series))});
      }
    }
  }
}

/// A bucket counts below a bound when all of it lies below: a value within 3.2 % of a bound may be shown
/// above it.
void sample_histogram(Family& family, const Histogram& histogram) {
  std::uint64_t below = 0;
  std::size_t bucket = 0;
  for (const double bound : kBounds) {
    const auto limit = static_cast<std::uint64_t>(bound * kNanosPerSecond);
    for (; bucket < Histogram::kBuckets && Histogram::highest_in(bucket) <= limit; ++bucket) {
      below += histogram.in_bucket(bucket);
    }
    family.samples.push_back({"_bucket", fmt::format("le=\"{}\"", bound), static_cast<double>(below)});
  }
  for (; bucket < Histogram::kBuckets; ++bucket) below += histogram.in_bucket(bucket);
  // The count is what the buckets hold, not a number read at another moment: +Inf and _count must agree.
  family.samples.push_back({"_bucket", "le=\"+Inf\"", static_cast<double>(below)});
  family.samples.push_back({"_sum", "", static_cast<double>(histogram.sum()) / kNanosPerSecond});
  family.samples.push_back({"_count", "", static_cast<double>(below)});
}

}  // namespace

Family& Snapshot::family(std::string_view name, MetricType type, std::string_view help) {
  const auto found = std::find_if(families_.begin(), families_.end(),
                                  [name](const Family& family) { return family.name == name; });
  if (found != families_.end()) return *found;
  return families_.emplace_back(Family{std::string{name}, std::string{help}, type, {}});
}

Snapshot Snapshot::of(const Registry& registry) {
  Snapshot snapshot;
  for (const MetricInfo& row : kMetrics) {
    Family& family = snapshot.family(row.name, row.type, row.help);
    if (row.type != MetricType::Histogram) {
      sample_cells(family, row, registry);
      continue;
    }
    const auto sum = std::make_unique<Histogram>();
    for (unsigned shard = 0; shard < registry.shards(); ++shard) {
      sum->merge(registry.shard(shard).histogram(row.metric));
    }
    sample_histogram(family, *sum);
  }
  const LogCounts lost = Log::counts();
  constexpr std::string_view kLogHelp = "Log lines lost: a ring was full, or an event exceeded its rate";
  snapshot.add("ringfence_log_lost_total", MetricType::Counter, kLogHelp, {{"reason", "dropped"}},
               static_cast<double>(lost.dropped));
  snapshot.add("ringfence_log_lost_total", MetricType::Counter, kLogHelp, {{"reason", "suppressed"}},
               static_cast<double>(lost.suppressed));
  return snapshot;
}

void Snapshot::add(std::string_view name, MetricType type, std::string_view help, LabelPairs labels,
                   double value) {
  std::string text;
  for (const auto& [label, label_value] : labels) append_label(text, label, label_value);
  family(name, type, help).samples.push_back({"", std::move(text), value});
}

std::optional<double> Snapshot::value(std::string_view name, std::string_view labels) const {
  for (const Family& family : families_) {
    if (family.name != name) continue;
    for (const Sample& sample : family.samples) {
      if (sample.labels == labels) return sample.value;
    }
  }
  return std::nullopt;
}

std::string prometheus_text(const Snapshot& snapshot) {
  std::string text;
  const auto out = std::back_inserter(text);
  for (const Family& family : snapshot.families()) {
    if (family.samples.empty()) continue;
    fmt::format_to(out, "# HELP {} {}\n", family.name, escaped(family.help, false));
    fmt::format_to(out, "# TYPE {} {}\n", family.name, kTypes[static_cast<std::size_t>(family.type)].name);
    for (const Sample& sample : family.samples) {
      fmt::format_to(out, "{}{}", family.name, sample.suffix);
      if (!sample.labels.empty()) fmt::format_to(out, "{{{}}}", sample.labels);
      fmt::format_to(out, " {}\n", number(sample.value));
    }
  }
  return text;
}

std::string prometheus_text(const Registry& registry) {
  return prometheus_text(Snapshot::of(registry));
}

}  // namespace ringfence::observe
