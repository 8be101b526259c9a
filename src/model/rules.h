// SPDX-License-Identifier: Apache-2.0
// The rules of texts: each gives the canonical spelling or says what is allowed. And the values that they
// split.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/address.h"
#include "model/field.h"
#include "net/flow.h"

namespace ringfence::model {

[[nodiscard]] Checked check_text(std::string_view value);        ///< printable UTF-8, at most kMaxText bytes
[[nodiscard]] Checked check_long_text(std::string_view value);   ///< the same, at most kMaxListText bytes
[[nodiscard]] Checked check_name(std::string_view value);        ///< what operators call a thing
[[nodiscard]] Checked check_domain(std::string_view value);      ///< host in its one spelling
[[nodiscard]] Checked check_username(std::string_view value);    ///< user part of RFC 3261 §25.1, unescaped
[[nodiscard]] Checked check_subscriber(std::string_view value);  ///< user@domain; "sip:" in front is dropped
[[nodiscard]] Checked check_number(
    std::string_view value);  ///< digits; a '+' in front is dropped; may be empty
[[nodiscard]] Checked check_some_number(std::string_view value);  ///< the same, but not empty
[[nodiscard]] Checked check_prefix(std::string_view value);  ///< digits a number begins with; may be empty
[[nodiscard]] Checked check_password(std::string_view value);
[[nodiscard]] Checked check_peer_address(std::string_view value);  ///< "192.0.2.1:5060/udp"
[[nodiscard]] Checked check_network(std::string_view value);       ///< an address, or "192.0.2.0/24"
[[nodiscard]] Checked check_ban_target(std::string_view value);    ///< a network, or user@domain
[[nodiscard]] Checked check_email(std::string_view value);
[[nodiscard]] Checked check_zone(std::string_view value);      ///< a time zone by its IANA name
[[nodiscard]] Checked check_country(std::string_view value);   ///< ISO 3166-1 alpha-2, in capitals
[[nodiscard]] Checked check_currency(std::string_view value);  ///< ISO 4217, in capitals
[[nodiscard]] Checked check_language(std::string_view value);  ///< "en", "pt-br"
[[nodiscard]] Checked check_regex(std::string_view value);     ///< what RE2 accepts, which is linear in time
[[nodiscard]] Checked check_replacement(
    std::string_view value);                               ///< text with \1 to \9 and ${caller_cc} and such
[[nodiscard]] Checked check_glob(std::string_view value);  ///< '*', '?' and [x-y], as in shells
[[nodiscard]] Checked check_sip_uri(std::string_view value);
[[nodiscard]] Checked check_destination(std::string_view value);  ///< a number, user@host, SIP URI or keyword
[[nodiscard]] Checked check_slot(std::string_view value);         ///< of a speed dial: "*0" to "*99"
[[nodiscard]] Checked check_clock(std::string_view value);        ///< "07:30"
[[nodiscard]] Checked check_day(std::string_view value);          ///< "2026-12-24"
[[nodiscard]] Checked check_years(std::string_view value);        ///< "2026" or "2026-2030"; so all of these:
[[nodiscard]] Checked check_months(std::string_view value);
[[nodiscard]] Checked check_month_days(std::string_view value);
[[nodiscard]] Checked check_week_days(std::string_view value);  ///< 1 is Sunday
[[nodiscard]] Checked check_hours(std::string_view value);
[[nodiscard]] Checked check_minutes(std::string_view value);
[[nodiscard]] Checked check_country_code(std::string_view value);  ///< of E.164: "43"
[[nodiscard]] Checked check_digits(std::string_view value);  ///< an area code or a PIN; zeros in front stay
[[nodiscard]] Checked check_number_part(std::string_view value);  ///< what emergency numbers are dressed with
[[nodiscard]] Checked check_media_type(std::string_view value);   ///< of RFC 4566 §5.14, in lower case
[[nodiscard]] Checked check_codec(
    std::string_view value);  ///< an encoding as a=rtpmap has it: "opus/48000/2"
[[nodiscard]] Checked check_reason(std::string_view value);  ///< a Reason-Phrase of RFC 3261 §25.1

/// Text that may be shown and written into JSON: UTF-8 without control characters.
[[nodiscard]] bool is_printable_text(std::string_view text);

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

}  // namespace ringfence::model
