// SPDX-License-Identifier: Apache-2.0
// The rules of values.
#include "provisioning/rules.h"

#include <algorithm>
#include <array>

#include "base/ascii.h"
#include "model/host.h"

namespace ringfence::provisioning {
namespace {

constexpr std::size_t kMaxPassword = 255;
constexpr std::string_view kUserMarks = "-_.!~*'()&=+$,;?/";  // RFC 3261 §25.1: mark and user-unreserved

// The transports over which a peer can be reached today.
constexpr std::array kPeerTransports{net::Protocol::Udp, net::Protocol::Tcp};

template <class Allowed>
bool all_of(std::string_view text, Allowed allowed) {
  return std::all_of(text.begin(), text.end(), allowed);
}

bool is_printable(char c) {
  return c >= 0x20 && c != 0x7f;
}

bool is_usable(const base::Endpoint& endpoint) {
  const auto& raw = endpoint.address.raw();
  const bool multicast = endpoint.address.is_v4() ? (raw[12] >> 4) >= 14 : raw[0] == 0xff;
  return endpoint.port != 0 && !endpoint.address.is_unspecified() && !multicast;
}

}  // namespace

Checked check_domain(std::string_view value) {
  if (!model::is_host(value)) {
    return std::unexpected(
        "a host name such as example.test, an IPv4 address, or an IPv6 address in brackets");
  }
  return std::string{model::CanonicalHost{value}.view()};
}

Checked check_username(std::string_view value) {
  const auto allowed = [](char c) { return base::is_alnum(c) || kUserMarks.find(c) != kUserMarks.npos; };
  if (value.empty() || value.size() > directory::kMaxUsername || !all_of(value, allowed)) {
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
  if (value.size() > directory::kMaxNumber || !all_of(value, base::is_digit)) {
    return std::unexpected("digits only, with country code, at most 32; empty for none");
  }
  return std::string{value};
}

Checked check_state(std::string_view value) {
  if (!state_named(value)) return std::unexpected("active, locked or terminated");
  return std::string{value};
}

Checked check_password(std::string_view value) {
  if (value.empty() || value.size() > kMaxPassword || !all_of(value, is_printable)) {
    return std::unexpected("1 to 255 characters without control characters");
  }
  return std::string{value};
}

Checked check_peer_name(std::string_view value) {
  const auto allowed = [](char c) { return base::is_alnum(c) || c == '-' || c == '_' || c == '.'; };
  if (value.empty() || value.size() > model::kMaxName || !base::is_alnum(value.front()) ||
      !all_of(value, allowed)) {
    return std::unexpected("1 to 64 letters, digits and -_. and a letter or digit first");
  }
  return std::string{value};
}

std::string transport_name(net::Protocol protocol) {
  std::string name{net::name_of(protocol)};
  std::transform(name.begin(), name.end(), name.begin(), base::to_lower);
  return name;
}

std::optional<net::Protocol> transport_named(std::string_view name) {
  for (const auto protocol : kPeerTransports) {
    if (base::iequals(net::name_of(protocol), name)) return protocol;
  }
  return std::nullopt;
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

Checked check_text(std::string_view value) {
  if (value.size() > directory::kMaxHost || !all_of(value, is_printable)) {
    return std::unexpected("at most 255 characters without control characters");
  }
  return std::string{value};
}

Checked check_yes_no(std::string_view value) {
  if (value != "yes" && value != "no") return std::unexpected("yes or no");
  return std::string{value};
}

Checked check_flag(std::string_view value) {
  if (value != "true" && value != "false") return std::unexpected("true or false");
  return std::string{value};
}

}  // namespace ringfence::provisioning
