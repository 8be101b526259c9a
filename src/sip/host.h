// SPDX-License-Identifier: Apache-2.0
// Host names, addresses and ports as SIP writes them (RFC 3261 §25.1, RFC 5954). Internal to the readers.
#pragma once

#include <cstdint>
#include <expected>
#include <string_view>

#include "base/address.h"
#include "sip/cursor.h"
#include "sip/scan.h"

namespace ringfence::sip {

/// A host in which no two marks stand side by side, found without looking at its labels one by one; empty
/// when it takes a closer look. The marks of a name or an IPv4 address are dots and hyphens.
template <class Letters>
std::string_view read_usual_host(WideCursor<Letters>& cursor) {
  const std::uint64_t behind = cursor.template ahead<kHostChar, true>();
  if (behind == 0) return {};
  const std::uint64_t inside = (behind & (~behind + 1)) - 1;
  const std::uint64_t marks = cursor.template ahead<kAlnum, true>() & inside;
  const char* const start = cursor.position();
  const char* const end = start + std::countr_zero(behind);
  if (inside == 0 || (marks & 1) != 0 || (marks & marks >> 1) != 0 || end[-1] == '-') return {};
  cursor.move_to(end);
  return {start, end};
}

/// Labels of letters, digits and inner hyphens with single dots between them, perhaps a dot at the end, or an
/// IPv6 reference. A name of digits and dots that is no IPv4 address is let through: no resolver will know
/// it.
template <class Letters>
std::expected<std::string_view, ParseError> read_host(WideCursor<Letters>& cursor) {
  if (const std::string_view host = read_usual_host(cursor); !host.empty()) return host;
  const char* const start = cursor.position();
  if (cursor.eat('[')) {
    cursor.move_to(scan::find_any<']'>(cursor.position(), cursor.position() + cursor.rest().size()));
    if (!cursor.eat(']') || !base::IpAddress::parse(cursor.since(start)))
      return std::unexpected(ParseError::BadHost);
    return cursor.since(start);
  }
  while (!cursor.template run<kAlnum>().empty()) {
    if (cursor.peek() == '-') {
      while (cursor.eat('-')) {
      }
      if (!is(kAlnum, cursor.peek())) return std::unexpected(ParseError::BadHost);
      continue;
    }
    if (!cursor.eat('.')) return cursor.since(start);
  }
  // Nothing, or a dot at the end; two dots leave one behind.
  const std::string_view host = cursor.since(start);
  if (host.empty() || cursor.peek() == '.' || cursor.peek() == '-')
    return std::unexpected(ParseError::BadHost);
  return host;
}

/// 1 to 65535; more than five digits are refused rather than wrapped.
inline std::expected<std::uint16_t, ParseError> read_port(Cursor& cursor) {
  const auto port = cursor.number<std::uint16_t>(0xffff);
  if (!port || *port == 0) return std::unexpected(ParseError::BadPort);
  return *port;
}

}  // namespace ringfence::sip
