// SPDX-License-Identifier: Apache-2.0
// The table of options, and what finds a row in it.
#include <numeric>

#include "base/ascii.h"
#include "config/option.h"
#include "config/value_reader.h"

namespace ringfence::config {

using observe::Level;
using observe::LogFormat;
using observe::Privacy;

template <>
struct Choices<DigestAlgorithm> {
  static constexpr auto kWords =
      std::to_array<Choice<DigestAlgorithm>>({{"SHA-512-256", DigestAlgorithm::Sha512_256},
                                              {"SHA-256", DigestAlgorithm::Sha256},
                                              {"MD5", DigestAlgorithm::Md5}});
};
template <>
struct Choices<Qop> {
  static constexpr auto kWords =
      std::to_array<Choice<Qop>>({{"auth", Qop::Auth}, {"auth-int", Qop::AuthInt}});
};
template <>
struct Choices<NonceBinding> {
  static constexpr auto kWords = std::to_array<Choice<NonceBinding>>(
      {{"address", NonceBinding::Address}, {"prefix", NonceBinding::Prefix}, {"none", NonceBinding::None}});
};
template <>
struct Choices<Permission> {
  static constexpr auto kWords =
      std::to_array<Choice<Permission>>({{"refuse", Permission::Refuse}, {"allow", Permission::Allow}});
};
template <>
struct Choices<Level> {
  static constexpr auto kWords = std::to_array<Choice<Level>>({{"debug", Level::Debug},
                                                               {"info", Level::Info},
                                                               {"notice", Level::Notice},
                                                               {"warning", Level::Warning},
                                                               {"error", Level::Error}});
};
template <>
struct Choices<LogFormat> {
  static constexpr auto kWords =
      std::to_array<Choice<LogFormat>>({{"text", LogFormat::Text}, {"json", LogFormat::Json}});
};
template <>
struct Choices<Privacy> {
  static constexpr auto kWords = std::to_array<Choice<Privacy>>(
      {{"full", Privacy::Full}, {"masked", Privacy::Masked}, {"hashed", Privacy::Hashed}});
};

namespace {

/// The member that a chain of member pointers leads to: follow<&Settings::sip, &SipSettings::port>(settings).
template <auto First, auto... Rest>
constexpr auto& follow(auto& object) {
  if constexpr (sizeof...(Rest) == 0) {
    return object.*First;
  } else {
    return follow<Rest...>(object.*First);
  }
}

template <class T>
std::expected<void, Mismatch> assign_one(T& target, const Range& range, std::span<const std::string> items) {
  if (items.size() != 1) return mismatch("one value, not a list");
  auto value = ValueReader<T>::read(items.front(), range);
  if (!value) return std::unexpected(std::move(value.error()));
  target = std::move(*value);
  return {};
}

template <class T>
std::expected<void, Mismatch> assign_list(std::vector<T>& target, const Range& range,
                                          std::span<const std::string> items) {
  const auto count = static_cast<std::int64_t>(items.size());
  if (count < range.min) return mismatch("at least " + std::to_string(range.min) + " in the list");
  if (count > range.max) return mismatch("at most " + std::to_string(range.max) + " in the list");
  std::vector<T> values;
  for (const std::string& item : items) {
    auto value = ValueReader<T>::read(item, {});
    if (!value) return mismatch(value.error().expected + " (not \"" + item + "\")");
    if (std::find(values.begin(), values.end(), *value) != values.end()) {
      return mismatch("each item once (not \"" + item + "\" again)");
    }
    values.push_back(std::move(*value));
  }
  target = std::move(values);
  return {};
}

/// Binds a row to its place in Settings; the type of the place decides how its text is read.
template <auto... Place>
struct Bound {
  using Target = std::remove_reference_t<decltype(follow<Place...>(std::declval<Settings&>()))>;
  static constexpr bool kList = IsList<Target>::value;

  static std::expected<void, Mismatch> assign(Settings& settings, const Range& range,
                                              std::span<const std::string> items) {
    if constexpr (kList) {
      return assign_list(follow<Place...>(settings), range, items);
    } else {
      return assign_one(follow<Place...>(settings), range, items);
    }
  }
  static constexpr ValueType type() {
    if constexpr (kList) {
      using Reader = ValueReader<typename IsList<Target>::Item>;
      return {Reader::kName, true, Reader::range_text, assign};
    } else {
      using Reader = ValueReader<Target>;
      return {Reader::kName, false, Reader::range_text, assign};
    }
  }
  static constexpr ValueType kType = type();
};

template <auto... Place>
inline constexpr const ValueType* at = &Bound<Place...>::kType;

constexpr Range numbers(std::int64_t min, std::int64_t max) {
  return {min, max};
}
constexpr Range items(std::int64_t min, std::int64_t max) {
  return {min, max};
}
constexpr Range times(milliseconds min, milliseconds max) {
  return {min.count(), max.count()};
}
constexpr Range sizes(std::int64_t min, std::int64_t max) {
  return {min, max};
}
constexpr Range any() {
  return {};
}

constexpr std::int64_t kKiB = 1 << 10;
constexpr std::int64_t kMiB = 1 << 20;
constexpr std::int64_t kGiB = 1 << 30;
using std::chrono::hours;
using std::chrono::minutes;
constexpr auto kStart = TakesEffect::Start;

using S = Settings;

constexpr auto kOptions = std::to_array<Option>({
    {"node.id", at<&S::node, &NodeSettings::id>, "1", numbers(1, 65'535), kStart, "transport", "",
     "Number of this node; it stands in branches, call handles and journals, so no two nodes may share it."},

    {"sip.listen", at<&S::sip, &SipSettings::listen>,
     "udp:0.0.0.0:5060, tcp:0.0.0.0:5060, udp:[::]:5060, tcp:[::]:5060", items(1, 64), kStart, "net", "",
     "The listeners, each PROTOCOL:ADDRESS:PORT with udp or tcp; port 0 lets the kernel choose. Not together "
     "with sip.port."},
    {"sip.port", at<&S::sip, &SipSettings::port>, "5060", numbers(0, 65'535), kStart, "net",
     "kamailio.lb.port",
     "Port of the default listeners (udp and tcp on all addresses). Not together with sip.listen."},
    {"sip.shards", at<&S::sip, &SipSettings::shards>, "0", numbers(0, 255), kStart, "net", "",
     "Threads that handle SIP; 0 makes one for each core."},
    {"sip.max_message_udp", at<&S::sip, &SipSettings::max_message_udp>, "64KiB", sizes(4 * kKiB, 64 * kKiB),
     kStart, "sip", "", "Largest message accepted in a datagram."},
    {"sip.max_message_tcp", at<&S::sip, &SipSettings::max_message_tcp>, "64KiB", sizes(4 * kKiB, 64 * kKiB),
     kStart, "transport", "", "Largest message accepted on a connection."},
    {"sip.tcp.first_message_timeout", at<&S::sip, &SipSettings::tcp, &TcpSettings::first_message_timeout>,
     "10s", times(seconds{1}, minutes{5}), kStart, "net", "",
     "A connection that has brought no whole message by then is closed."},
    {"sip.tcp.completion_timeout", at<&S::sip, &SipSettings::tcp, &TcpSettings::completion_timeout>, "10s",
     times(seconds{1}, minutes{5}), kStart, "net", "",
     "Time allowed from the first byte of a message to its last."},
    {"sip.tcp.unknown_idle_timeout", at<&S::sip, &SipSettings::tcp, &TcpSettings::unknown_idle_timeout>,
     "60s", times(seconds{1}, hours{24}), kStart, "net", "",
     "Lifetime of a connection that has proven no identity."},
    {"sip.tcp.known_idle_timeout", at<&S::sip, &SipSettings::tcp, &TcpSettings::known_idle_timeout>, "3600s",
     times(seconds{10}, hours{168}), kStart, "net", "",
     "Silence allowed to connections of registered phones and of peers."},
    {"sip.tcp.connect_timeout", at<&S::sip, &SipSettings::tcp, &TcpSettings::connect_timeout>, "5s",
     times(milliseconds{100}, minutes{1}), kStart, "net", "",
     "Time allowed for opening a connection of our own."},
    {"sip.tcp.stalled_timeout", at<&S::sip, &SipSettings::tcp, &TcpSettings::stalled_timeout>, "10s",
     times(seconds{1}, minutes{5}), kStart, "net", "",
     "A connection is closed when its peer takes no byte for so long while something waits to be written."},
    {"sip.tcp.unknown_per_source", at<&S::sip, &SipSettings::tcp, &TcpSettings::unknown_per_source>, "64",
     numbers(1, 65'535), kStart, "net", "",
     "Connections without a proven identity from one IPv4 address or IPv6 /64, per shard."},
    {"sip.tcp.write_queue", at<&S::sip, &SipSettings::tcp, &TcpSettings::write_queue>, "64KiB",
     sizes(16 * kKiB, 16 * kMiB), kStart, "net", "",
     "What may wait for a slow reader before its connection is closed."},

    {"transaction.t1", at<&S::transaction, &TransactionSettings::t1>, "500ms",
     times(milliseconds{100}, seconds{10}), kStart, "transaction", "",
     "Timer T1 of RFC 3261: the estimated round trip, first retransmission interval."},
    {"transaction.t2", at<&S::transaction, &TransactionSettings::t2>, "4s",
     times(milliseconds{100}, minutes{1}), kStart, "transaction", "",
     "Timer T2: the longest retransmission interval outside INVITE; not below T1."},
    {"transaction.t4", at<&S::transaction, &TransactionSettings::t4>, "5s",
     times(milliseconds{100}, minutes{1}), kStart, "transaction", "",
     "Timer T4: how long a message may stay in the network."},
    {"transaction.timer_c", at<&S::transaction, &TransactionSettings::timer_c>, "190s",
     times(seconds{181}, hours{1}), kStart, "proxy", "",
     "Timer C: how long a call may ring without news from the called side (RFC 3261 §16.6)."},

    {"registrar.min_expires", at<&S::registrar, &RegistrarSettings::min_expires>, "60s",
     times(seconds{1}, hours{24}), kStart, "registrar", "", "A shorter registration is refused with 423."},
    {"registrar.max_expires", at<&S::registrar, &RegistrarSettings::max_expires>, "3600s",
     times(seconds{60}, hours{168}), kStart, "registrar", "", "A longer registration is shortened to this."},
    {"registrar.default_expires", at<&S::registrar, &RegistrarSettings::default_expires>, "3600s",
     times(seconds{60}, hours{168}), kStart, "registrar", "",
     "Given to a registration that asks for no time."},
    {"registrar.max_contacts", at<&S::registrar, &RegistrarSettings::max_contacts>, "10", numbers(1, 10),
     kStart, "location", "", "Contacts of one subscriber."},
    {"registrar.expires_jitter", at<&S::registrar, &RegistrarSettings::expires_jitter>, "10%", numbers(0, 50),
     kStart, "registrar", "",
     "Granted times are shortened at random by up to this much, so that phones do not all come back at "
     "once."},

    {"auth.algorithms", at<&S::auth, &AuthSettings::algorithms>, "SHA-256, MD5", items(1, 3), kStart, "auth",
     "", "Digest algorithms that are offered, most preferred first (RFC 8760)."},
    {"auth.qop", at<&S::auth, &AuthSettings::qop>, "auth", items(1, 2), kStart, "auth", "",
     "Quality of protection that is offered; auth-int also protects bodies, and few phones know it."},
    {"auth.nonce_binding", at<&S::auth, &AuthSettings::nonce_binding>, "address", any(), kStart, "auth", "",
     "What of the source a nonce is bound to: its address, its prefix (/24, /56) or nothing. From elsewhere "
     "a nonce counts as stale."},
    {"auth.nonce_lifetime", at<&S::auth, &AuthSettings::nonce_lifetime>, "300s",
     times(seconds{10}, hours{24}), kStart, "auth", "",
     "After this a nonce is stale and the phone is given a new one."},

    {"security.trusted_sources", at<&S::security, &SecuritySettings::trusted_sources>, "", items(0, 1024),
     kStart, "guard", "", "Addresses and networks treated as trusted: monitoring, test gear."},

    {"emergency.numbers", at<&S::emergency, &EmergencySettings::numbers>, "112, 911", items(0, 64), kStart,
     "pipeline", "", "Dialled numbers that have priority over every limit; urn:service:sos always has."},
    {"emergency.unauthenticated", at<&S::emergency, &EmergencySettings::unauthenticated>, "refuse", any(),
     kStart, "auth", "", "Whether strangers may make emergency calls."},

    {"metrics.listen", at<&S::metrics, &MetricsSettings::listen>, "127.0.0.1:9464", any(), kStart, "app", "",
     "Where Prometheus finds the metrics; empty switches them off."},

    {"log.level", at<&S::log, &LogSettings::level>, "info", any(), kStart, "observe", "",
     "What is less grave is not written."},
    {"log.format", at<&S::log, &LogSettings::format>, "text", any(), kStart, "observe", "",
     "One line of text or of JSON for each event."},
    {"log.privacy", at<&S::log, &LogSettings::privacy>, "masked", any(), kStart, "observe", "",
     "How numbers, users and addresses are written: in full, in part, or as a hash."},

    {"journal.ring_size", at<&S::journal, &JournalSettings::ring_size>, "16MiB", sizes(kMiB, kGiB), kStart,
     "journal", "", "Memory per shard for records on their way to disk."},
    {"journal.segment_size", at<&S::journal, &JournalSettings::segment_size>, "64MiB", sizes(kMiB, kGiB),
     kStart, "journal", "", "Size of the files of the journal."},
    {"journal.sync_interval", at<&S::journal, &JournalSettings::sync_interval>, "10ms",
     times(milliseconds{1}, seconds{1}), kStart, "journal", "",
     "A power failure loses at most what came within this time."},

    {"audit.retention", at<&S::audit, &AuditSettings::retention>, "730d", times(hours{24}, hours{24 * 3650}),
     kStart, "app", "",
     "How long the audit keeps who changed what; older entries are erased. They hold names and numbers of "
     "people, never passwords."},

    {"limits.transactions", at<&S::limits, &LimitSettings::transactions>, "262144", numbers(1024, 16'000'000),
     kStart, "transaction", "", "Open transactions of each side (server, client) of the node."},
    {"limits.calls", at<&S::limits, &LimitSettings::calls>, "100000", numbers(16, 10'000'000), kStart, "call",
     "", "Calls at one time on the node."},
    {"limits.bindings", at<&S::limits, &LimitSettings::bindings>, "1000000", numbers(16, 100'000'000), kStart,
     "location", "", "Registered contacts of the node."},
    {"limits.connections", at<&S::limits, &LimitSettings::connections>, "65536", numbers(16, 4'000'000),
     kStart, "net", "", "Open stream connections of the node."},
});

constexpr bool paths_are_unique() {
  for (const Option& a : kOptions) {
    for (const Option& b : kOptions) {
      if (&a != &b && (a.path == b.path || a.path == b.alias || (!a.alias.empty() && a.alias == b.alias)))
        return false;
    }
  }
  return true;
}
constexpr bool rows_are_complete() {
  return std::all_of(kOptions.begin(), kOptions.end(), [](const Option& option) {
    return !option.reader.empty() && !option.help.empty() && option.range.min <= option.range.max;
  });
}
static_assert(paths_are_unique() && rows_are_complete());

/// Levenshtein's distance: characters to insert, remove or replace.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = std::exchange(row[j], std::min({replaced, row[j] + 1, row[j - 1] + 1}));
    }
  }
  return row.back();
}

std::string_view last_part(std::string_view path) {
  return path.substr(path.rfind('.') + 1);
}

}  // namespace

std::span<const Option> options() {
  return kOptions;
}

const Option* find_option(std::string_view path) {
  const auto* found = std::find_if(kOptions.begin(), kOptions.end(), [&](const Option& option) {
    return option.path == path || (!option.alias.empty() && option.alias == path);
  });
  return found != kOptions.end() ? found : nullptr;
}

std::string_view nearest_path(std::string_view path) {
  constexpr std::size_t kLongestCompared = 128;  // the work must not grow with what was typed
  path = path.substr(0, kLongestCompared);
  const auto distance = [&](const Option& option) {
    // The right name in the wrong group is nearer than any other.
    return last_part(option.path) == last_part(path) ? 0 : edit_distance(path, option.path);
  };
  return std::min_element(kOptions.begin(), kOptions.end(),
                          [&](const Option& a, const Option& b) { return distance(a) < distance(b); })
      ->path;
}

std::string environment_name(const Option& option) {
  std::string name = "RINGFENCE_";
  for (const char c : option.path) {
    name += c == '.' ? '_' : static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
  }
  return name;
}

std::vector<std::string> split_list(std::string_view text) {
  std::vector<std::string> items;
  while (!base::trim(text).empty()) {
    const auto comma = text.find(',');
    items.emplace_back(base::trim(text.substr(0, comma)));
    text.remove_prefix(comma == text.npos ? text.size() : comma + 1);
  }
  return items;
}

}  // namespace ringfence::config
