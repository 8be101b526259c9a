// SPDX-License-Identifier: Apache-2.0
// name-addr and addr-spec: From, To, Contact, Route, Record-Route, Path, Refer-To, Reply-To and the identity
// headers.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string_view>

#include "sip/params.h"
#include "sip/parse_error.h"
#include "sip/uri.h"

namespace ringfence::sip {

/// One address with its parameters (RFC 3261 §20.10), as views into the message.
struct NameAddr {
  std::string_view display;  // of a quoted name what stands between the quotes, still with its backslashes
  std::string_view uri;      // text of the URI; parse with address()
  std::string_view params;   // header parameters, from the first ';' on
  std::string_view tag;      // the tag parameter, for From and To
  bool display_quoted = false;
  bool bracketed = false;  // the URI stood between '<' and '>'

  [[nodiscard]] Params all_params() const { return Params{params}; }
  /// The URI taken apart.
  [[nodiscard]] std::expected<Uri, ParseError> address() const { return parse_uri(uri); }
};

/// Reads one value. The URI is delimited here and checked by address(). Without brackets it may hold no
/// comma, question mark or semicolon (RFC 3261 §20.10); what follows a semicolon are header parameters.
/// @error BadQuotedString, BadDisplayName, UnterminatedAngle, NeedsAngleBrackets, BadParameter,
/// DuplicateParameter
std::expected<NameAddr, ParseError> parse_name_addr(std::string_view text);

/// A Contact value: an address, or the "*" of a REGISTER that removes all bindings (RFC 3261 §10.2.2).
struct Contact {
  bool wildcard = false;
  NameAddr address;
  std::optional<std::uint16_t> q;  // 0..1000
  std::optional<std::uint32_t>
      expires;  // seconds; a malformed value counts as 3600, an overlarge one as 2^32-1 (§20.19)
};

std::expected<Contact, ParseError> parse_contact(std::string_view text);

/// A qvalue ("0.5", "1", "1.000") in thousandths (RFC 3261 §25.1).
std::expected<std::uint16_t, ParseError> parse_qvalue(std::string_view text);

}  // namespace ringfence::sip
