// SPDX-License-Identifier: Apache-2.0
// The readers of values that fill a line, for the parser of whole descriptions. Each begins at the cursor, of
// which it has its own copy, and ends where the line does; it returns what is wrong. Internal: see values.h.
#pragma once

#include <algorithm>
#include <optional>

#include "base/ascii.h"
#include "sdp/line_cursor.h"
#include "sdp/values.h"

namespace ringfence::sdp {

inline bool all_digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), base::is_digit);
}

/// What stands behind the '/' of a multicast address: one count or two.
inline bool are_counts(std::string_view text) {
  const std::size_t slash = text.find('/');
  return all_digits(text.substr(0, slash)) &&
         (slash == std::string_view::npos || all_digits(text.substr(slash + 1)));
}

/// "<port>" or "<port>/<count>".
inline bool read_ports(std::string_view text, MediaLine& media) {
  constexpr std::uint16_t kMost = 0xffff;
  sip::Cursor cursor{text};
  const auto port = cursor.number<std::uint16_t>(kMost);
  const auto count = cursor.eat('/') ? cursor.number<std::uint16_t>(kMost) : std::uint16_t{1};
  if (!port || !count || *count == 0 || !cursor.at_end()) return false;
  media.port = *port;
  media.port_count = *count;
  return true;
}

[[gnu::always_inline]] inline std::optional<SdpError> read_origin(LineCursor cursor, Origin& origin) {
  origin.username = cursor.field();
  cursor.skip_spaces();
  if (!cursor.digits(origin.session_id) || cursor.peek() != ' ') return SdpError::BadOrigin;
  cursor.skip_spaces();
  if (!cursor.digits(origin.session_version) || cursor.peek() != ' ') return SdpError::BadOrigin;
  origin.nettype = cursor.field();
  origin.addrtype = cursor.field();
  origin.address = cursor.field();
  if (origin.address.empty() || !cursor.ends_line()) return SdpError::BadOrigin;
  return std::nullopt;
}

[[gnu::always_inline]] inline std::optional<SdpError> read_connection(LineCursor cursor,
                                                                      Connection& connection) {
  connection.nettype = cursor.field();
  connection.addrtype = cursor.field();
  const std::string_view address = cursor.field();
  const std::size_t slash = std::min(address.find('/'), address.size());
  const bool multicast = slash != address.size();
  connection.address = address.substr(0, slash);
  if (multicast) connection.multicast = address.substr(slash + 1);
  const bool counts_right = !multicast || are_counts(connection.multicast);
  if (connection.address.empty() || !counts_right || !cursor.ends_line()) return SdpError::BadConnection;
  return std::nullopt;
}

[[gnu::always_inline]] inline std::optional<SdpError> read_bandwidth(LineCursor cursor,
                                                                     Bandwidth& bandwidth) {
  cursor.skip_spaces();
  bandwidth.type = cursor.run<LineClass::NoColon>();
  const bool sane = !bandwidth.type.empty() && cursor.eat(':') && cursor.number(bandwidth.value);
  return sane && cursor.ends_line() ? std::nullopt : std::optional{SdpError::BadBandwidth};
}

[[gnu::always_inline]] inline std::optional<SdpError> read_timing(LineCursor cursor, Timing& timing) {
  const bool sane = cursor.number_field(timing.start) && cursor.number_field(timing.stop);
  return sane && cursor.ends_line() ? std::nullopt : std::optional{SdpError::BadTiming};
}

[[gnu::always_inline]] inline std::optional<SdpError> read_media_line(LineCursor cursor, MediaLine& media) {
  media.kind = cursor.field();
  const std::string_view ports = cursor.field();
  media.proto = cursor.field();
  media.formats = cursor.trimmed_rest();
  if (media.formats.empty()) return SdpError::BadMedia;
  return read_ports(ports, media) ? std::nullopt : std::optional{SdpError::BadPort};
}

[[gnu::always_inline]] inline std::optional<SdpError> read_rtpmap(LineCursor cursor, RtpMap& map) {
  if (!cursor.number_field(map.payload)) return SdpError::BadRtpMap;
  cursor.skip_spaces();
  map.encoding = cursor.run<LineClass::NoSlash>();
  if (map.encoding.empty() || !cursor.eat('/') || !cursor.number(map.clock_rate)) return SdpError::BadRtpMap;
  if (cursor.eat('/')) map.parameters = cursor.rest_before_spaces();
  return cursor.ends_line() ? std::nullopt : std::optional{SdpError::BadRtpMap};
}

}  // namespace ringfence::sdp
