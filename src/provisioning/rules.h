// SPDX-License-Identifier: Apache-2.0
// The rules of values: each gives the canonical spelling or says what is allowed. And the values that they
// split.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "base/address.h"
#include "directory/records.h"
#include "net/flow.h"

namespace ringfence::provisioning {

using Checked = std::expected<std::string, std::string_view>;

[[nodiscard]] Checked check_domain(std::string_view value);    ///< host in its one spelling
[[nodiscard]] Checked check_username(std::string_view value);  ///< user part of RFC 3261 §25.1, unescaped
[[nodiscard]] Checked check_subscriber(
    std::string_view value);  ///< user@domain, the sip: in front is dropped
[[nodiscard]] Checked check_number(
    std::string_view value);  ///< digits; a '+' in front is dropped; may be empty
[[nodiscard]] Checked check_state(std::string_view value);
[[nodiscard]] Checked check_password(std::string_view value);
[[nodiscard]] Checked check_peer_name(std::string_view value);
[[nodiscard]] Checked check_peer_address(std::string_view value);  ///< "192.0.2.1:5060/udp"
[[nodiscard]] Checked check_text(std::string_view value);  ///< a prefix to look for: any printable text
[[nodiscard]] Checked check_yes_no(std::string_view value);
[[nodiscard]] Checked check_flag(std::string_view value);  ///< true or false

/// "alice@example.test" in its parts; the last @ divides.
struct UserAtDomain {
  std::string_view user;
  std::string_view domain;
};
[[nodiscard]] std::optional<UserAtDomain> split_subscriber(std::string_view value);

/// "192.0.2.1:5060/udp" as address and transport. Without a transport it is UDP.
struct PeerAddress {
  base::Endpoint endpoint;
  net::Protocol protocol = net::Protocol::Udp;
};
[[nodiscard]] std::optional<PeerAddress> parse_peer_address(std::string_view value);
[[nodiscard]] std::string to_text(const PeerAddress& address);

using model::state_named;
/// "udp", "tcp": in lower case, as operators write it.
[[nodiscard]] std::string transport_name(net::Protocol protocol);
[[nodiscard]] std::optional<net::Protocol> transport_named(std::string_view name);

}  // namespace ringfence::provisioning
