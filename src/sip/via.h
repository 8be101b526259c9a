// SPDX-License-Identifier: Apache-2.0
// The Via header field: the way a response takes back (RFC 3261 §20.42).
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string_view>

#include "sip/params.h"
#include "sip/parse_error.h"

namespace ringfence::sip {

/// One Via value, as views into the message.
struct Via {
  /// RFC 3261 §8.1.1.7: a branch with this start is unique per transaction.
  static constexpr std::string_view kMagicCookie = "z9hG4bK";

  struct Rport {
    bool present = false;     // ";rport": the sender asks for it (RFC 3581 §3)
    std::uint16_t value = 0;  // ";rport=5060"; 0 when there is no value
  };

  std::string_view text;       // the whole value
  std::string_view version;    // "2.0"
  std::string_view transport;  // as written: "UDP", "TCP", "TLS", "WS", ...
  std::string_view host;       // IPv6 keeps its brackets
  std::optional<std::uint16_t> port;
  std::string_view branch;
  std::string_view received;
  std::string_view maddr;
  std::optional<std::uint8_t> ttl;
  Rport rport;
  std::string_view params;  // from the first ';' on, empty when there is none

  [[nodiscard]] Params all_params() const { return Params{params}; }
  /// The branch has the magic cookie (compared without case) and something behind it.
  [[nodiscard]] bool has_rfc3261_branch() const;
};

/// Reads one Via value; white space and folds may stand around every separator.
/// @error BadVia, BadHost, BadPort, BadParameter, DuplicateParameter
std::expected<Via, ParseError> parse_via(std::string_view text);

/// Reads as far as sent-by and keeps no parameter: enough to answer a request whose Via is otherwise
/// malformed.
std::expected<Via, ParseError> parse_via_sent_by(std::string_view text);

}  // namespace ringfence::sip
