// SPDX-License-Identifier: Apache-2.0
// The rules of texts.
#include "model/rules.h"

#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <filesystem>

#include "base/ascii.h"
#include "base/cidr.h"
#include "model/host.h"
#include "model/limits.h"
#include "sip/chars.h"
#include "sip/uri.h"

namespace ringfence::model {
namespace {

constexpr std::size_t kMaxPassword = 255;
constexpr std::string_view kUserMarks = "-_.!~*'()&=+$,;?/";  // RFC 3261 §25.1: mark and user-unreserved
constexpr std::int64_t kRegexMemory = 1 << 20;                // of one compiled pattern, in bytes

// The transports over which a peer can be reached today.
constexpr std::array kPeerTransports{net::Protocol::Udp, net::Protocol::Tcp};

template <class Allowed>
bool all_of(std::string_view text, Allowed allowed) {
  return std::all_of(text.begin(), text.end(), allowed);
}

bool is_usable(const base::Endpoint& endpoint) {
  const auto& raw = endpoint.address.raw();
  const bool multicast = endpoint.address.is_v4() ? (raw[12] >> 4) >= 14 : raw[0] == 0xff;
  return endpoint.port != 0 && !endpoint.address.is_unspecified() && !multicast;
}

std::string in_lower_case(std::string_view text) {
  std::string lower{text};
  std::ranges::transform(lower, lower.begin(), base::to_lower);
  return lower;
}

std::string transport_name(net::Protocol protocol) {
  return in_lower_case(net::name_of(protocol));
}

std::optional<net::Protocol> transport_named(std::string_view name) {
  for (const auto protocol : kPeerTransports) {
    if (base::iequals(net::name_of(protocol), name)) return protocol;
  }
  return std::nullopt;
}

std::optional<unsigned> number_in(std::string_view text) {
  unsigned number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  if (read.ec != std::errc{} || read.ptr != text.data() + text.size()) return std::nullopt;
  return number;
}

/// Bytes of the UTF-8 sequence at the beginning of a text (RFC 3629 §3); 0: there is none.
std::size_t utf8_sequence(std::string_view text) {
  const auto byte = [text](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
  };
  const auto follows = [&byte](std::size_t i, unsigned least = 0x80, unsigned most = 0xbf) {
    return byte(i) >= least && byte(i) <= most;
  };
  const unsigned first = byte(0);
  if (first < 0x80) return 1;
  if (first >= 0xc2 && first <= 0xdf) return follows(1) ? 2 : 0;
  if (first >= 0xe0 && first <= 0xef) {
    const bool whole = follows(1, first == 0xe0 ? 0xa0 : 0x80, first == 0xed ? 0x9f : 0xbf) && follows(2);
    return whole ? 3 : 0;
  }
  if (first >= 0xf0 && first <= 0xf4) {
    const bool whole =
        follows(1, first == 0xf0 ? 0x90 : 0x80, first == 0xf4 ? 0x8f : 0xbf) && follows(2) && follows(3);
    return whole ? 4 : 0;
  }
  return 0;
}

/// "7" or "7-9"; the second may be lower where things go round, such as hours.
Checked check_range(std::string_view value, unsigned least, unsigned most, bool goes_round,
                    const char* rule) {
  const auto dash = value.find('-');
  const auto first = number_in(value.substr(0, dash));
  const auto last = dash == value.npos ? first : number_in(value.substr(dash + 1));
  const auto fits = [least, most](const std::optional<unsigned>& number) {
    return number && *number >= least && *number <= most;
  };
  if (!fits(first) || !fits(last) || (!goes_round && *first > *last)) return std::unexpected(rule);
  return dash == value.npos || *first == *last ? std::to_string(*first)
                                               : std::to_string(*first) + "-" + std::to_string(*last);
}

Checked check_capitals(std::string_view value, std::size_t size, const char* rule) {
  if (value.size() != size || !all_of(value, base::is_alpha)) return std::unexpected(rule);
  std::string capitals{value};
  for (char& c : capitals) c = static_cast<char>(c & ~0x20);
  return capitals;
}

}  // namespace

bool is_printable_text(std::string_view text) {
  while (!text.empty()) {
    const auto first = static_cast<unsigned char>(text.front());
    if (first < 0x20 || first == 0x7f) return false;
    const std::size_t size = utf8_sequence(text);
    if (size == 0) return false;
    // U+0080 to U+009F are control characters too.
    if (first == 0xc2 && static_cast<unsigned char>(text[1]) < 0xa0) return false;
    text.remove_prefix(size);
  }
  return true;
}

Checked check_text(std::string_view value) {
  if (value.size() > kMaxText || !is_printable_text(value)) {
    return std::unexpected("at most 255 bytes of UTF-8 without control characters");
  }
  return std::string{value};
}

Checked check_long_text(std::string_view value) {
  if (value.size() > kMaxListText || !is_printable_text(value)) {
    return std::unexpected("at most 4096 bytes of UTF-8 without control characters");
  }
  return std::string{value};
}

Checked check_name(std::string_view value) {
  const auto allowed = [](char c) { return base::is_alnum(c) || c == '-' || c == '_' || c == '.'; };
  if (value.empty() || value.size() > kMaxName || !base::is_alnum(value.front()) || !all_of(value, allowed)) {
    return std::unexpected("1 to 64 letters, digits and -_. and a letter or digit first");
  }
  return std::string{value};
}

Checked check_domain(std::string_view value) {
  if (!is_host(value)) {
    return std::unexpected(
        "a host name such as example.test, an IPv4 address, or an IPv6 address in brackets");
  }
  return std::string{CanonicalHost{value}.view()};
}

Checked check_username(std::string_view value) {
  const auto allowed = [](char c) { return base::is_alnum(c) || kUserMarks.find(c) != kUserMarks.npos; };
  if (value.empty() || value.size() > kMaxUsername || !all_of(value, allowed)) {
    return std::unexpected("1 to 255 letters, digits and -_.!~*'()&=+$,;?/ before the @");
  }
  return std::string{value};
}

std::optional<UserAtDomain> split_subscriber(std::string_view value) {
  const auto at = value.rfind('@');
  if (at == value.npos) return std::nullopt;
  return UserAtDomain{value.substr(0, at), value.substr(at + 1)};
}

Checked check_subscriber(std::string_view value) {
  constexpr std::string_view kScheme = "sip:";
  if (value.size() > kScheme.size() && base::iequals(value.substr(0, kScheme.size()), kScheme)) {
    value.remove_prefix(kScheme.size());
  }
  const auto parts = split_subscriber(value);
  if (!parts) return std::unexpected("user@domain, for example 1001@example.test");
  const auto user = check_username(parts->user);
  if (!user) return user;
  const auto domain = check_domain(parts->domain);
  if (!domain) return domain;
  return *user + "@" + *domain;
}

Checked check_number(std::string_view value) {
  if (value.starts_with('+')) value.remove_prefix(1);
  if (value.size() > kMaxNumber || !all_of(value, base::is_digit)) {
    return std::unexpected("digits only, with country code, at most 32; empty for none");
  }
  return std::string{value};
}

Checked check_some_number(std::string_view value) {
  auto number = check_number(value);
  if (!number || number->empty()) return std::unexpected("1 to 32 digits, with country code");
  return number;
}

Checked check_prefix(std::string_view value) {
  if (value.starts_with('+')) value.remove_prefix(1);
  if (value.size() > kMaxNumber || !all_of(value, base::is_digit)) {
    return std::unexpected("digits only, at most 32; empty for any number");
  }
  return std::string{value};
}

Checked check_password(std::string_view value) {
  const auto is_printable = [](char c) { return c >= 0x20 && c != 0x7f; };
  if (value.empty() || value.size() > kMaxPassword || !all_of(value, is_printable)) {
    return std::unexpected("1 to 255 characters without control characters");
  }
  return std::string{value};
}

std::optional<PeerAddress> parse_peer_address(std::string_view value) {
  const auto slash = value.rfind('/');
  const auto endpoint = base::Endpoint::parse(value.substr(0, slash));
  if (!endpoint || !is_usable(*endpoint)) return std::nullopt;
  if (slash == value.npos) return PeerAddress{*endpoint, net::Protocol::Udp};
  const auto protocol = transport_named(value.substr(slash + 1));
  if (!protocol) return std::nullopt;
  return PeerAddress{*endpoint, *protocol};
}

std::string to_text(const PeerAddress& address) {
  return address.endpoint.to_string() + "/" + transport_name(address.protocol);
}

Checked check_peer_address(std::string_view value) {
  const auto address = parse_peer_address(value);
  if (!address)
    return std::unexpected(
        "ADDRESS:PORT/udp or /tcp, for example 192.0.2.1:5060/udp or [2001:db8::1]:5060/tcp");
  return to_text(*address);
}

Checked check_network(std::string_view value) {
  const auto network = base::Cidr::parse(value);
  if (!network) {
    return std::unexpected(
        "an address such as 192.0.2.7, or a network such as 192.0.2.0/24 without bits behind its prefix");
  }
  return network->to_string();
}

Checked check_ban_target(std::string_view value) {
  if (value.find('@') != value.npos) return check_subscriber(value);
  auto network = check_network(value);
  if (!network) return std::unexpected(network.error() + "; or an account such as 1001@example.test");
  return network;
}

Checked check_email(std::string_view value) {
  const auto at = value.rfind('@');
  const auto is_local = [](char c) { return c > 0x20 && c < 0x7f && c != '@' && c != '"' && c != '\\'; };
  if (at == value.npos || at == 0 || at > 64 || value.size() > kMaxText || !is_host(value.substr(at + 1)) ||
      !all_of(value.substr(0, at), is_local)) {
    return std::unexpected("a mail address such as alice@example.test");
  }
  return std::string{value};
}

Checked check_zone(std::string_view value) {
  constexpr const char* kRule = "a time zone such as UTC or Europe/Vienna";
  const auto allowed = [](char c) {
    return base::is_alnum(c) || c == '/' || c == '_' || c == '-' || c == '+';
  };
  if (value.empty() || value.size() > kMaxName || !base::is_alpha(value.front()) || !all_of(value, allowed) ||
      value.find("//") != value.npos || value.back() == '/') {
    return std::unexpected(kRule);
  }
  // The names are those of the system's database; without one every well-formed name has to do.
  const std::filesystem::path database{"/usr/share/zoneinfo"};
  std::error_code unknown;
  if (value != "UTC" && std::filesystem::is_directory(database, unknown) &&
      !std::filesystem::is_regular_file(database / value, unknown)) {
    return std::unexpected(kRule);
  }
  return std::string{value};
}

Checked check_country(std::string_view value) {
  return check_capitals(value, 2, "two letters, such as AT");
}

Checked check_currency(std::string_view value) {
  return check_capitals(value, 3, "three letters, such as EUR");
}

Checked check_language(std::string_view value) {
  const auto allowed = [](char c) { return base::is_alnum(c) || c == '-'; };
  if (value.size() < 2 || value.size() > 16 || !base::is_alpha(value.front()) || !all_of(value, allowed)) {
    return std::unexpected("a language such as en or pt-br");
  }
  return in_lower_case(value);
}

Checked check_regex(std::string_view value) {
  if (value.empty() || value.size() > kMaxText || !is_printable_text(value)) {
    return std::unexpected("a regular expression as RE2 reads it, 1 to 255 bytes without control characters");
  }
  RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(kRegexMemory);
  const RE2 pattern{re2::StringPiece{value.data(), value.size()}, options};
  if (!pattern.ok()) return std::unexpected("a regular expression as RE2 reads it (" + pattern.error() + ")");
  return std::string{value};
}

Checked check_replacement(std::string_view value) {
  constexpr auto kVariables = std::to_array<std::string_view>(
      {"caller_cc", "caller_ac", "callee_cc", "callee_ac", "caller_emergency_cli", "caller_emergency_prefix",
       "caller_emergency_suffix"});
  constexpr const char* kRule =
      "text with \\0 to \\9 for groups of the pattern, \\\\ for a backslash, and ${caller_cc}, ${caller_ac}, "
      "${callee_cc}, ${callee_ac}, ${caller_emergency_cli}, ${caller_emergency_prefix} or "
      "${caller_emergency_suffix}";
  if (value.size() > kMaxText || !is_printable_text(value)) return std::unexpected(kRule);
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (value[i] == '\\') {
      ++i;
      if (i == value.size() || (!base::is_digit(value[i]) && value[i] != '\\')) return std::unexpected(kRule);
    } else if (value.substr(i).starts_with("${")) {
      const auto end = value.find('}', i);
      if (end == value.npos) return std::unexpected(kRule);
      if (std::ranges::find(kVariables, value.substr(i + 2, end - i - 2)) == kVariables.end()) {
        return std::unexpected(kRule);
      }
      i = end;
    }
  }
  return std::string{value};
}

Checked check_glob(std::string_view value) {
  constexpr const char* kRule = "text with *, ? and [x-y], its brackets closed";
  if (value.empty() || value.size() > kMaxText || !is_printable_text(value)) return std::unexpected(kRule);
  bool open = false;
  for (const char c : value) {
    if (c == ',' || (c == '[' && open)) return std::unexpected(kRule);
    if (c == '[') open = true;
    if (c == ']') open = false;
  }
  if (open) return std::unexpected(kRule);
  return std::string{value};
}

Checked check_sip_uri(std::string_view value) {
  const auto uri = sip::parse_uri(value);
  if (!uri || (uri->scheme != sip::Scheme::Sip && uri->scheme != sip::Scheme::Sips) ||
      value.size() > kMaxText) {
    return std::unexpected("a SIP URI such as sip:door@192.0.2.7:5060");
  }
  return std::string{value};
}

Checked check_destination(std::string_view value) {
  constexpr auto kWords = std::to_array<std::string_view>(
      {"voicebox", "conference", "fax2mail", "callingcard", "callthrough", "localuser", "autoattendant",
       "officehours", "customhours", "managersecretary"});
  if (std::ranges::find(kWords, value) != kWords.end()) return std::string{value};
  if (const auto number = check_some_number(value)) return number;
  if (const auto uri = check_sip_uri(value)) return uri;
  if (const auto subscriber = check_subscriber(value)) return "sip:" + *subscriber;
  return std::unexpected(
      "a number, a SIP URI, user@domain, or one of voicebox, conference, fax2mail, "
      "callingcard, callthrough, localuser, autoattendant, officehours, customhours, "
      "managersecretary");
}

Checked check_slot(std::string_view value) {
  const bool fits = value.size() >= 2 && value.size() <= 3 && value.front() == '*' &&
                    all_of(value.substr(1), base::is_digit);
  if (!fits) return std::unexpected("*0 to *99");
  return std::string{value};
}

Checked check_clock(std::string_view value) {
  const auto hours = number_in(value.substr(0, std::min<std::size_t>(2, value.size())));
  const auto minutes = value.size() == 5 ? number_in(value.substr(3)) : std::nullopt;
  if (!hours || !minutes || value[2] != ':' || *hours > 23 || *minutes > 59) {
    return std::unexpected("hours and minutes, 00:00 to 23:59");
  }
  return std::string{value};
}

Checked check_day(std::string_view value) {
  constexpr const char* kRule = "a day such as 2026-12-24";
  if (value.size() != 10 || value[4] != '-' || value[7] != '-') return std::unexpected(kRule);
  const auto year = number_in(value.substr(0, 4));
  const auto month = number_in(value.substr(5, 2));
  const auto day = number_in(value.substr(8, 2));
  if (!year || !month || !day) return std::unexpected(kRule);
  const std::chrono::year_month_day date{std::chrono::year{static_cast<int>(*year)},
                                         std::chrono::month{*month}, std::chrono::day{*day}};
  if (!date.ok()) return std::unexpected(kRule);
  return std::string{value};
}

Checked check_years(std::string_view value) {
  return check_range(value, 2000, 2999, false, "a year, or two with a dash: 2026-2030");
}
Checked check_months(std::string_view value) {
  return check_range(value, 1, 12, true, "1 to 12, or two with a dash");
}
Checked check_month_days(std::string_view value) {
  return check_range(value, 1, 31, true, "1 to 31, or two with a dash");
}
Checked check_week_days(std::string_view value) {
  return check_range(value, 1, 7, true, "1 (Sunday) to 7, or two with a dash");
}
Checked check_hours(std::string_view value) {
  return check_range(value, 0, 23, true, "0 to 23, or two with a dash");
}
Checked check_minutes(std::string_view value) {
  return check_range(value, 0, 59, true, "0 to 59, or two with a dash");
}

Checked check_country_code(std::string_view value) {
  if (value.starts_with('+')) value.remove_prefix(1);
  if (value.empty() || value.size() > 3 || value.front() == '0' || !all_of(value, base::is_digit)) {
    return std::unexpected("a country code such as 43, 1 to 3 digits");
  }
  return std::string{value};
}

Checked check_digits(std::string_view value) {
  if (value.empty() || value.size() > kMaxNumber || !all_of(value, base::is_digit)) {
    return std::unexpected("1 to 32 digits");
  }
  return std::string{value};
}

Checked check_number_part(std::string_view value) {
  const auto allowed = [](char c) { return base::is_alnum(c) || c == '*'; };
  if (value.empty() || value.size() > kMaxNumber || !all_of(value, allowed)) {
    return std::unexpected("1 to 32 letters, digits and *");
  }
  return std::string{value};
}

Checked check_media_type(std::string_view value) {
  if (value.size() > kMaxName || !sip::consists_of(sip::kToken, value)) {
    return std::unexpected("a type of media such as audio, video or image");
  }
  return in_lower_case(value);
}

Checked check_codec(std::string_view value) {
  const auto allowed = [](char c) { return c == '/' || sip::is(sip::kToken, c); };
  if (value.empty() || value.size() > kMaxName || value.front() == '/' || !all_of(value, allowed)) {
    return std::unexpected("the name of an encoding such as PCMA or opus/48000/2");
  }
  return std::string{value};
}

Checked check_reason(std::string_view value) {
  const auto allowed = [](char c) {
    return c == ' ' || sip::is(sip::kUriOpaque, c) || static_cast<unsigned char>(c) >= 0x80;
  };
  if (value.empty() || value.size() > kMaxText || value.starts_with(' ') || value.ends_with(' ') ||
      !all_of(value, allowed) || !is_printable_text(value)) {
    return std::unexpected("1 to 255 bytes: letters, digits, blanks inside, and -_.!~*'()&=+$,;?/:@[]");
  }
  return std::string{value};
}

}  // namespace ringfence::model
