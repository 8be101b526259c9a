// SPDX-License-Identifier: Apache-2.0
// Counters of shards, their sums, and the snapshot that travels and is printed.
#include "observe/metrics.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "base/allocation_counter.h"
#include "base/ascii.h"
#include "observe/snapshot.h"

using namespace ringfence::observe;
using namespace ringfence::base;
using namespace std::chrono_literals;

namespace {

std::vector<std::string> lines_of(const std::string& text) {
  std::istringstream in{text};
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

bool is_metric_name(std::string_view name) {
  return !name.empty() && !is_digit(name.front()) &&
         std::all_of(name.begin(), name.end(), [](char c) { return is_alnum(c) || c == '_' || c == ':'; });
}

/// `name="value",...` with \\, \" and \n as the only escapes.
bool are_labels(std::string_view text) {
  while (!text.empty()) {
    const auto equals = text.find("=\"");
    if (equals == text.npos || !is_metric_name(text.substr(0, equals))) return false;
    text.remove_prefix(equals + 2);
    while (!text.empty() && text.front() != '"') {
      if (text.front() == '\n') return false;
      if (text.front() == '\\') {
        if (text.size() < 2 || std::string_view{"\\\"n"}.find(text[1]) == std::string_view::npos)
          return false;
        text.remove_prefix(1);
      }
      text.remove_prefix(1);
    }
    if (text.empty()) return false;
    text.remove_prefix(1);
    if (text.empty()) return true;
    if (text.front() != ',') return false;
    text.remove_prefix(1);
  }
  return false;
}

/// Checks what `promtool check metrics` would: one HELP and TYPE before all samples of a family, families not
/// interrupted, series not repeated, names by convention, histograms cumulative and closed by +Inf.
void check_exposition(const std::string& text) {
  std::set<std::string> finished;
  std::set<std::string> series;
  std::string name;
  std::string type;
  double cumulative = 0;
  REQUIRE((text.empty() || text.back() == '\n'));
  for (const std::string& line : lines_of(text)) {
    CAPTURE(line);
    if (line.starts_with("# HELP ")) {
      const std::string next = line.substr(7, line.find(' ', 7) - 7);
      CHECK(is_metric_name(next));
      CHECK(line.size() > 8 + next.size());
      CHECK(finished.insert(next).second);
      name = next;
      type.clear();
      continue;
    }
    if (line.starts_with("# TYPE ")) {
      CHECK(line.starts_with("# TYPE " + name + " "));
      CHECK(type.empty());
      type = line.substr(8 + name.size());
      CHECK((type == "counter") == name.ends_with("_total"));
      CHECK((type != "histogram" || name.ends_with("_seconds")));
      cumulative = 0;
      continue;
    }
    const auto space = line.rfind(' ');
    REQUIRE(space != std::string::npos);
    const std::string key = line.substr(0, space);
    CHECK(series.insert(key).second);
    std::size_t parsed = 0;
    const double value = std::stod(line.substr(space + 1), &parsed);
    CHECK(parsed == line.size() - space - 1);
    const auto brace = key.find('{');
    const std::string sample = key.substr(0, brace);
    if (brace != std::string::npos) {
      CHECK(key.back() == '}');
      CHECK(are_labels(std::string_view{key}.substr(brace + 1, key.size() - brace - 2)));
    }
    if (type != "histogram") {
      CHECK(sample == name);
      if (type == "counter") CHECK(value >= 0);
    } else if (sample == name + "_bucket") {
      CHECK(value >= cumulative);
      cumulative = value;
    } else if (sample == name + "_count") {
      CHECK(value == cumulative);
      CHECK(series.contains(name + "_bucket{le=\"+Inf\"}"));
    } else {
      CHECK(sample == name + "_sum");
    }
  }
}

}  // namespace

TEST_CASE("names and label values follow the conventions, and label tables their enums") {
  std::set<std::string_view> names;
  for (const MetricInfo& row : kMetrics) {
    CAPTURE(row.name);
    CHECK(is_metric_name(row.name));
    CHECK(row.name.starts_with("ringfence_"));
    CHECK(names.insert(row.name).second);
    CHECK_FALSE(row.help.empty());
    CHECK((row.type == MetricType::Counter) == row.name.ends_with("_total"));
    CHECK((row.second.values.empty() || !row.first.values.empty()));
    for (const MetricLabel& label : {row.first, row.second}) {
      CHECK(label.values.empty() == label.name.empty());
      CHECK(std::set<std::string_view>(label.values.begin(), label.values.end()).size() ==
            label.values.size());
    }
  }
  CHECK(kCallResults[static_cast<std::size_t>(CallResult::Failed)] == "failed");
  CHECK(kStatusClasses[static_cast<std::size_t>(status_class(486))] == "4xx");
}

TEST_CASE("every series has a cell of its own") {
  std::set<std::size_t> cells;
  std::size_t series = 0;
  for (const MetricInfo& row : kMetrics) {
    if (row.type == MetricType::Histogram) continue;
    for (std::size_t first = 0; first < row.first.size(); ++first) {
      for (std::size_t second = 0; second < row.second.size(); ++second) {
        cells.insert(Series{row.metric, first, second}.cell());
        ++series;
      }
    }
  }
  CHECK(cells.size() == series);
  CHECK(series == kMetricCells);
  CHECK(*cells.rbegin() == kMetricCells - 1);
}

TEST_CASE("a label beyond its table counts as the last value") {
  CHECK(Series{Metric::Calls, 99U}.cell() == Series{Metric::Calls, CallResult::Failed}.cell());
  CHECK(Series{Metric::CallsActive, 5U, 5U}.cell() == Series{Metric::CallsActive}.cell());
}

TEST_CASE("shards count apart and are summed") {
  Registry registry{2};
  registry.shard(0).add({Metric::SipRequests, 1U}, 3);
  registry.shard(1).add({Metric::SipRequests, 1U});
  registry.shard(0).add(Metric::CallsActive, 5);
  registry.shard(0).subtract(Metric::CallsActive, 2);
  registry.shard(1).set(Metric::CallsActive, 4);
  CHECK(registry.total({Metric::SipRequests, 1U}) == 4);
  CHECK(registry.total({Metric::SipRequests, 2U}) == 0);
  CHECK(registry.total(Metric::CallsActive) == 7);

  const Snapshot snapshot = Snapshot::of(registry);
  CHECK(snapshot.value("ringfence_sip_requests_total", R"(method="INVITE")") == 4);
  CHECK(snapshot.value("ringfence_calls_active", R"(shard="1")") == 4);
  CHECK(snapshot.value("ringfence_sip_requests_total", R"(method="BYE")") == 0);
  CHECK_FALSE(snapshot.value("ringfence_sip_requests_total", R"(method="EVIL")"));
}

TEST_CASE("a gauge that one shard raises and another lowers still adds up") {
  Registry registry{2};
  registry.shard(0).add(Metric::CallsActive);
  registry.shard(1).subtract(Metric::CallsActive);
  const Snapshot snapshot = Snapshot::of(registry);
  CHECK(snapshot.value("ringfence_calls_active", R"(shard="1")") == -1);
  CHECK(registry.total(Metric::CallsActive) == 0);
}

TEST_CASE("the text format is what Prometheus reads") {
  Registry registry{3};
  for (unsigned shard = 0; shard < 3; ++shard) {
    for (int i = 1; i <= 100; ++i) registry.shard(shard).record(Metric::CallSetup, i * 37ms);
    registry.shard(shard).record(Metric::CallSetup, -1s);
    registry.shard(shard).add({Metric::SipRequests, 1U}, 12'345'678'901'234);
  }
  const std::string text = prometheus_text(registry);
  check_exposition(text);
  CHECK(text.find("ringfence_sip_requests_total{method=\"INVITE\"} 37037036703702\n") != text.npos);
  CHECK(text.find("ringfence_call_setup_seconds_count 303\n") != text.npos);
  CHECK(text.find("ringfence_call_setup_seconds_bucket{le=\"0.001\"} 3\n") != text.npos);
  CHECK(text.find("ringfence_call_setup_seconds_bucket{le=\"+Inf\"} 303\n") != text.npos);
  CHECK(text.find("ringfence_log_lost_total{reason=\"dropped\"} ") != text.npos);
}

TEST_CASE("hostile label values and help texts cannot break the format") {
  Snapshot snapshot;
  snapshot.add("ringfence_build_info", MetricType::Gauge, "help\nwith \\ and \"quotes\"",
               {{"version", "1\"} 1\nforged_total 99\\"}}, 1.5);
  const std::string text = prometheus_text(snapshot);
  check_exposition(text);
  CHECK(lines_of(text) == std::vector<std::string>{
                              R"(# HELP ringfence_build_info help\nwith \\ and "quotes")",
                              "# TYPE ringfence_build_info gauge",
                              R"(ringfence_build_info{version="1\"} 1\nforged_total 99\\"} 1.5)",
                          });
}

TEST_CASE("rooms that keep counters of their own are shown beside the table") {
  enum class Room { A, B };
  struct Row {
    Room counter;
    std::string_view name, help;
  };
  struct RoomCounters {
    std::uint64_t value(Room counter) const { return counter == Room::A ? 1 : 2; }
  };
  constexpr auto kRows = std::to_array<Row>({{Room::A, "a_total", "A"}, {Room::B, "b_total", "B"}});
  Snapshot snapshot;
  snapshot.add_room("ringfence_room_", kRows, "0", RoomCounters{});
  snapshot.add_room("ringfence_room_", kRows, "1", RoomCounters{});
  CHECK(snapshot.value("ringfence_room_b_total", R"(shard="1")") == 2);
  check_exposition(prometheus_text(snapshot));
}

TEST_CASE("counting allocates nothing and loses nothing while others read") {
  Registry registry{1};
  std::atomic<bool> stop{false};
  std::thread reader{[&] {
    std::uint64_t last = 0;
    while (!stop) {
      const auto now = registry.total({Metric::SipRequests, 1U});
      if (now < last) FAIL("a counter went back");
      last = now;
    }
  }};
  const auto before = allocations_on_this_thread();
  for (int i = 0; i < 100'000; ++i) {
    registry.shard(0).add({Metric::SipRequests, 1U});
    registry.shard(0).record(Metric::CallSetup, 1ms);
  }
  CHECK(allocations_on_this_thread() == before);
  stop = true;
  reader.join();
  CHECK(registry.total({Metric::SipRequests, 1U}) == 100'000);
}
