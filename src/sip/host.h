// SPDX-License-Identifier: Apache-2.0
// Host names, addresses and ports as SIP writes them (RFC 3261 §25.1, RFC 5954). Internal to the readers.
#pragma once

#include <cstdint>
#include <expected>
#include <string_view>

#include "base/address.h"
#include "sip/cursor.h"

namespace ringfence::sip {

/// A host in which no two marks stand side by side, found without looking at its labels one by one; empty
/// when it takes a closer look. The marks of a name or an IPv4 address are dots and hyphens.
template <class Letters>
std::string_view read_usual_host(WideCursor<Letters>& cursor) {
  const std::uint64_t behind = cursor.template ahead_outside<kHostChar>();
  if (behind == 0) return {};
  const std::uint64_t inside = (behind & (~behind + 1)) - 1;
  const std::uint64_t marks = cursor.template ahead_outside<kAlnum>() & inside;
  const char* const start = cursor.position();
  const char* const end = start + std::countr_zero(behind);
  if (inside == 0 || (marks & 1) != 0 || (marks & marks >> 1) != 0 || end[-1] == '-') return {};
  cursor.move_to(end);
  return {start, end};
}

/// Labels of letters, digits and inner hyphens with single dots between them, perhaps a dot at the end, or an
/// IPv6 reference; what `text` begins with. Empty when that is no host. A name of digits and dots that is no
/// IPv4 address is let through: no resolver will know it.
[[nodiscard]] std::string_view leading_host(std::string_view text);

/// The host at the cursor, as leading_host() says; empty when there is none (ParseError::BadHost).
template <class Letters>
std::string_view read_host(WideCursor<Letters>& cursor) {
  if (const std::string_view host = read_usual_host(cursor); !host.empty()) [[likely]]
    return host;
  const std::string_view host = leading_host(cursor.rest());
  cursor.move_to(cursor.position() + host.size());
  return host;
}

/// 1 to 65535; more than five digits are refused rather than wrapped.
inline std::expected<std::uint16_t, ParseError> read_port(Cursor& cursor) {
  const auto port = cursor.number<std::uint16_t>(0xffff);
  if (!port || *port == 0) return std::unexpected(ParseError::BadPort);
  return *port;
}

}  // namespace ringfence::sip
