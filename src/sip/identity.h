// SPDX-License-Identifier: Apache-2.0
// Who somebody says to be: Identity, Remote-Party-ID, Diversion and History-Info. P-Asserted-Identity and
// P-Preferred-Identity are plain name-addr values.
#pragma once

#include <cstdint>
#include <expected>
#include <string_view>

#include "sip/name_addr.h"
#include "sip/parse_error.h"

namespace ringfence::sip {

/// Identity (RFC 8224 §4): a signed token and where the certificate is.
struct Identity {
  std::string_view token;  // full or compact form, base64url with dots; perhaps in quotes in the older form
  std::string_view info;   // URI without its brackets
  std::string_view alg;    // empty: ES256
  std::string_view ppt;    // "shaken", "div", ...
};
/// @error MissingParameter  no info
std::expected<Identity, ParseError> parse_identity(std::string_view text);

/// One Remote-Party-ID value (draft-ietf-sip-privacy-04 §5), still sent by many gateways.
struct RemoteParty {
  NameAddr address;
  bool called = false;    // party=called; default is calling
  bool screened = false;  // screen=yes
  bool hidden = false;    // privacy other than off
};
std::expected<RemoteParty, ParseError> parse_remote_party(std::string_view text);

/// One Diversion value (RFC 5806 §4).
struct Diversion {
  NameAddr address;
  std::string_view reason;  // "unconditional", "user-busy", "no-answer", ...
  std::uint32_t counter = 1;
  bool hidden = false;  // privacy other than off
};
std::expected<Diversion, ParseError> parse_diversion(std::string_view text);

/// One History-Info value (RFC 7044 §5.1).
struct HistoryInfo {
  NameAddr address;
  std::string_view index;   // "1.1.2"
  std::string_view origin;  // index named by mp, rc or np; empty when absent
};
/// @error MissingParameter  no index
/// @error BadParameter  the index is not numbers with dots
std::expected<HistoryInfo, ParseError> parse_history_info(std::string_view text);

}  // namespace ringfence::sip
