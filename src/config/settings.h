// SPDX-License-Identifier: Apache-2.0
// Settings: every option with its type, immutable once loaded. Defaults, ranges and help live in options.cpp.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/address.h"
#include "base/cidr.h"
#include "observe/field.h"
#include "observe/log_sink.h"
#include "observe/personal.h"

namespace ringfence::config {

using std::chrono::milliseconds;
using std::chrono::seconds;

struct ByteSize {
  std::uint64_t bytes = 0;
  friend auto operator<=>(const ByteSize&, const ByteSize&) = default;
};

struct Percent {
  std::uint8_t value = 0;
  friend auto operator<=>(const Percent&, const Percent&) = default;
};

enum class ListenProtocol : std::uint8_t { Udp, Tcp };
enum class DigestAlgorithm : std::uint8_t { Md5, Sha256, Sha512_256 };
enum class Qop : std::uint8_t { Auth, AuthInt };
enum class NonceBinding : std::uint8_t { None, Prefix, Address };
enum class Permission : std::uint8_t { Refuse, Allow };

/// One of `sip.listen`: "udp:192.0.2.1:5060", "tcp:[::]:5060".
struct ListenSpec {
  ListenProtocol protocol = ListenProtocol::Udp;
  base::Endpoint bind;  ///< port 0: the kernel chooses
  friend auto operator<=>(const ListenSpec&, const ListenSpec&) = default;
};

struct NodeSettings {
  std::uint16_t id = 0;
  friend bool operator==(const NodeSettings&, const NodeSettings&) = default;
};

struct TcpSettings {
  milliseconds first_message_timeout{};
  milliseconds completion_timeout{};
  milliseconds connect_timeout{};
  milliseconds stalled_timeout{};
  seconds unknown_idle_timeout{};
  seconds known_idle_timeout{};
  std::uint32_t unknown_per_source = 0;
  ByteSize write_queue;
  friend bool operator==(const TcpSettings&, const TcpSettings&) = default;
};

struct SipSettings {
  std::vector<ListenSpec> listen;  ///< follows from `port` unless it is given
  std::uint16_t port = 0;
  std::uint16_t shards = 0;  ///< 0: one per core
  ByteSize max_message_udp;
  ByteSize max_message_tcp;
  TcpSettings tcp;
  friend bool operator==(const SipSettings&, const SipSettings&) = default;
};

struct TransactionSettings {
  milliseconds t1{};
  milliseconds t2{};
  milliseconds t4{};
  seconds timer_c{};
  friend bool operator==(const TransactionSettings&, const TransactionSettings&) = default;
};

struct RegistrarSettings {
  seconds min_expires{};
  seconds max_expires{};
  seconds default_expires{};
  std::uint16_t max_contacts = 0;
  Percent expires_jitter;
  friend bool operator==(const RegistrarSettings&, const RegistrarSettings&) = default;
};

struct AuthSettings {
  std::vector<DigestAlgorithm> algorithms;  ///< most preferred first
  std::vector<Qop> qop;
  NonceBinding nonce_binding{};
  seconds nonce_lifetime{};
  friend bool operator==(const AuthSettings&, const AuthSettings&) = default;
};

struct SecuritySettings {
  std::vector<base::Cidr> trusted_sources;
  friend bool operator==(const SecuritySettings&, const SecuritySettings&) = default;
};

struct EmergencySettings {
  std::vector<std::string> numbers;
  Permission unauthenticated{};
  friend bool operator==(const EmergencySettings&, const EmergencySettings&) = default;
};

struct MetricsSettings {
  std::optional<base::Endpoint> listen;  ///< nothing: off
  friend bool operator==(const MetricsSettings&, const MetricsSettings&) = default;
};

struct LogSettings {
  observe::Level level{};
  observe::LogFormat format{};
  observe::Privacy privacy{};
  friend bool operator==(const LogSettings&, const LogSettings&) = default;
};

struct JournalSettings {
  ByteSize ring_size;
  ByteSize segment_size;
  milliseconds sync_interval{};
  friend bool operator==(const JournalSettings&, const JournalSettings&) = default;
};

struct AuditSettings {
  milliseconds retention{};
  friend bool operator==(const AuditSettings&, const AuditSettings&) = default;
};

/// Bounds of the whole node; each shard takes its share.
struct LimitSettings {
  std::uint32_t transactions = 0;
  std::uint32_t calls = 0;
  std::uint32_t bindings = 0;
  std::uint32_t connections = 0;
  friend bool operator==(const LimitSettings&, const LimitSettings&) = default;
};

struct Settings {
  NodeSettings node;
  SipSettings sip;
  TransactionSettings transaction;
  RegistrarSettings registrar;
  AuthSettings auth;
  SecuritySettings security;
  EmergencySettings emergency;
  MetricsSettings metrics;
  LogSettings log;
  JournalSettings journal;
  AuditSettings audit;
  LimitSettings limits;
  friend bool operator==(const Settings&, const Settings&) = default;
};

}  // namespace ringfence::config
