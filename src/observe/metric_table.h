// SPDX-License-Identifier: Apache-2.0
// Every metric of the SIP engine as one row, and the fixed tables that label values come from.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace ringfence::observe {

enum class MetricType : std::uint8_t { Counter, Gauge, Histogram };

enum class Metric : std::uint8_t { SipRequests, SipResponses, CallsActive, Calls, CallSetup, kCount };

// Label values. Each enum is followed by its names in the same order; what a stranger sends never becomes
// one.

/// In the order of sip::Method.
inline constexpr auto kMethodLabels = std::to_array<std::string_view>(
    {"other", "INVITE", "ACK", "BYE", "CANCEL", "OPTIONS", "REGISTER", "PRACK", "SUBSCRIBE", "NOTIFY",
     "PUBLISH", "INFO", "REFER", "MESSAGE", "UPDATE"});

enum class StatusClass : std::uint8_t {
  Provisional,
  Success,
  Redirection,
  ClientError,
  ServerError,
  GlobalFailure
};
inline constexpr auto kStatusClasses =
    std::to_array<std::string_view>({"1xx", "2xx", "3xx", "4xx", "5xx", "6xx"});
/// @param status  100 to 699
[[nodiscard]] constexpr StatusClass status_class(unsigned status) {
  return static_cast<StatusClass>(status / 100 - 1);
}

/// What became of a call.
enum class CallResult : std::uint8_t { Answered, Cancelled, Busy, NoAnswer, NotFound, Refused, Failed };
inline constexpr auto kCallResults = std::to_array<std::string_view>(
    {"answered", "cancelled", "busy", "no_answer", "not_found", "refused", "failed"});

struct MetricLabel {
  std::string_view name;  ///< empty: no label
  std::span<const std::string_view> values;

  [[nodiscard]] constexpr std::size_t size() const { return values.empty() ? 1 : values.size(); }
};

struct MetricInfo {
  Metric metric;
  MetricType type;
  std::string_view name;  ///< Prometheus: base units, counters end in _total
  std::string_view help;
  bool by_shard;  ///< shown for each shard; otherwise summed over all
  MetricLabel first;
  MetricLabel second;
};

inline constexpr auto kMetrics = std::to_array<MetricInfo>({
    {Metric::SipRequests,
     MetricType::Counter,
     "ringfence_sip_requests_total",
     "Sane SIP requests received, retransmissions included",
     false,
     {"method", kMethodLabels},
     {}},
    {Metric::SipResponses,
     MetricType::Counter,
     "ringfence_sip_responses_total",
     "SIP responses received for requests of ours, retransmissions included",
     false,
     {"class", kStatusClasses},
     {}},
    {Metric::CallsActive,
     MetricType::Gauge,
     "ringfence_calls_active",
     "Calls that exist now, ringing ones included",
     true,
     {},
     {}},
    {Metric::Calls,
     MetricType::Counter,
     "ringfence_calls_total",
     "Call attempts that reached a target, by their result",
     false,
     {"result", kCallResults},
     {}},
    {Metric::CallSetup,
     MetricType::Histogram,
     "ringfence_call_setup_seconds",
     "From the INVITE to its 2xx, answered calls only",
     false,
     {},
     {}},
});

namespace detail {

consteval bool metrics_follow_enum() {
  for (std::size_t i = 0; i < kMetrics.size(); ++i) {
    if (static_cast<std::size_t>(kMetrics[i].metric) != i) return false;
  }
  return kMetrics.size() == static_cast<std::size_t>(Metric::kCount);
}

}  // namespace detail
static_assert(detail::metrics_follow_enum());

[[nodiscard]] constexpr const MetricInfo& info_of(Metric metric) {
  return kMetrics[static_cast<std::size_t>(metric)];
}

}  // namespace ringfence::observe
