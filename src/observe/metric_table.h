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

enum class Metric : std::uint8_t {
  SipMessages,
  SipRequests,
  SipResponses,
  SipParseErrors,
  SipRetransmissions,
  SipDrops,
  TransactionsActive,
  CallsActive,
  Calls,
  CallSetup,
  RegistrationsActive,
  Registers,
  AuthChallenges,
  AuthFailures,
  Connections,
  PacketsInUse,
  LimitReached,
  kCount,
};

// Label values. Each enum is followed by its names in the same order; what a stranger sends never becomes
// one.

enum class Direction : std::uint8_t { In, Out };
inline constexpr auto kDirections = std::to_array<std::string_view>({"in", "out"});

/// In the order of net::Protocol.
inline constexpr auto kTransports = std::to_array<std::string_view>({"udp", "tcp", "tls", "ws", "wss"});

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

/// Groups of sip::ParseError.
enum class ParseReason : std::uint8_t { Framing, StartLine, Header, Uri, Missing, TooLarge, Other };
inline constexpr auto kParseReasons = std::to_array<std::string_view>(
    {"framing", "start_line", "header", "uri", "missing", "too_large", "other"});

enum class Retransmission : std::uint8_t { Absorbed, Sent };
inline constexpr auto kRetransmissions = std::to_array<std::string_view>({"absorbed", "sent"});

/// Why a message that could be parsed went no further, without an answer.
enum class SipDrop : std::uint8_t {
  ForgedBranch,
  StrayResponse,
  StrayAck,
  ForgedToken,
  ReplyBudget,
  NoPacket,
  HandOverRefused,
  Unanswerable,
};
inline constexpr auto kSipDrops =
    std::to_array<std::string_view>({"forged_branch", "stray_response", "stray_ack", "forged_token",
                                     "reply_budget", "no_packet", "hand_over_refused", "unanswerable"});

enum class TransactionSide : std::uint8_t { Server, Client };
inline constexpr auto kTransactionSides = std::to_array<std::string_view>({"server", "client"});

enum class CallResult : std::uint8_t { Answered, Cancelled, Busy, NoAnswer, NotFound, Refused, Failed };
inline constexpr auto kCallResults = std::to_array<std::string_view>(
    {"answered", "cancelled", "busy", "no_answer", "not_found", "refused", "failed"});

enum class RegisterResult : std::uint8_t {
  Saved,
  Removed,
  Queried,
  TooBrief,
  TooMany,
  Stale,
  BadRequest,
  Forbidden,
  Failed,
};
inline constexpr auto kRegisterResults = std::to_array<std::string_view>(
    {"saved", "removed", "queried", "too_brief", "too_many", "stale", "bad_request", "forbidden", "failed"});

enum class AuthFailure : std::uint8_t {
  Malformed,
  UnknownRealm,
  BadCredentials,
  StaleNonce,
  ForgedNonce,
  Replayed
};
inline constexpr auto kAuthFailures = std::to_array<std::string_view>(
    {"malformed", "unknown_realm", "bad_credentials", "stale_nonce", "forged_nonce", "replayed"});

enum class PacketClass : std::uint8_t { Small, Large };
inline constexpr auto kPacketClasses = std::to_array<std::string_view>({"small", "large"});

/// Bounds that were reached.
enum class Limit : std::uint8_t {
  ServerTransactions,
  ClientTransactions,
  Calls,
  Branches,
  Bindings,
  Connections,
  Packets
};
inline constexpr auto kLimits =
    std::to_array<std::string_view>({"server_transactions", "client_transactions", "calls", "branches",
                                     "bindings", "connections", "packets"});

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
    {Metric::SipMessages,
     MetricType::Counter,
     "ringfence_sip_messages_total",
     "SIP messages received and sent, retransmissions included",
     true,
     {"direction", kDirections},
     {"transport", kTransports}},
    {Metric::SipRequests,
     MetricType::Counter,
     "ringfence_sip_requests_total",
     "SIP requests by method",
     false,
     {"direction", kDirections},
     {"method", kMethodLabels}},
    {Metric::SipResponses,
     MetricType::Counter,
     "ringfence_sip_responses_total",
     "SIP responses by class",
     false,
     {"direction", kDirections},
     {"class", kStatusClasses}},
    {Metric::SipParseErrors,
     MetricType::Counter,
     "ringfence_sip_parse_errors_total",
     "Messages refused by the parser",
     false,
     {"reason", kParseReasons},
     {}},
    {Metric::SipRetransmissions,
     MetricType::Counter,
     "ringfence_sip_retransmissions_total",
     "Retransmissions absorbed by a transaction, and sent by one",
     false,
     {"kind", kRetransmissions},
     {}},
    {Metric::SipDrops,
     MetricType::Counter,
     "ringfence_sip_dropped_total",
     "Parsed messages dropped without an answer",
     false,
     {"reason", kSipDrops},
     {}},
    {Metric::TransactionsActive,
     MetricType::Gauge,
     "ringfence_sip_transactions_active",
     "SIP transactions that exist now",
     true,
     {"side", kTransactionSides},
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
     "Call attempts by their result",
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
    {Metric::RegistrationsActive,
     MetricType::Gauge,
     "ringfence_registrations_active",
     "Bindings that exist now",
     true,
     {},
     {}},
    {Metric::Registers,
     MetricType::Counter,
     "ringfence_register_total",
     "REGISTER requests by their result",
     false,
     {"result", kRegisterResults},
     {}},
    {Metric::AuthChallenges,
     MetricType::Counter,
     "ringfence_auth_challenges_total",
     "Challenges sent to requests without credentials",
     false,
     {},
     {}},
    {Metric::AuthFailures,
     MetricType::Counter,
     "ringfence_auth_failures_total",
     "Credentials refused",
     false,
     {"reason", kAuthFailures},
     {}},
    {Metric::Connections,
     MetricType::Gauge,
     "ringfence_connections",
     "Stream connections open now",
     true,
     {"transport", kTransports},
     {}},
    {Metric::PacketsInUse,
     MetricType::Gauge,
     "ringfence_packets_in_use",
     "Packet blocks taken from their pool",
     true,
     {"size", kPacketClasses},
     {}},
    {Metric::LimitReached,
     MetricType::Counter,
     "ringfence_limit_reached_total",
     "Refusals because a configured bound was reached",
     false,
     {"limit", kLimits},
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
