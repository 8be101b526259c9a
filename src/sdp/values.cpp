// SPDX-License-Identifier: Apache-2.0
// Reading the values of lines and attributes.
#include "sdp/values.h"

#include <algorithm>

#include "base/ascii.h"
#include "sdp/line_readers.h"

namespace ringfence::sdp {
namespace {

bool all_digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), base::is_digit);
}

/// What stands behind the '/' of a multicast address: one count or two.
bool are_counts(std::string_view text) {
  const std::size_t slash = text.find('/');
  return all_digits(text.substr(0, slash)) &&
         (slash == std::string_view::npos || all_digits(text.substr(slash + 1)));
}

/// "<port>" or "<port>/<count>".
bool read_ports(std::string_view text, MediaLine& media) {
  constexpr std::uint16_t kMost = 0xffff;
  sip::Cursor cursor{text};
  const auto port = cursor.number<std::uint16_t>(kMost);
  const auto count = cursor.eat('/') ? cursor.number<std::uint16_t>(kMost) : std::uint16_t{1};
  if (!port || !count || *count == 0 || !cursor.at_end()) return false;
  media.port = *port;
  media.port_count = *count;
  return true;
}

/// A value that is all there is.
template <class Value, auto kRead>
std::expected<Value, SdpError> read_whole(std::string_view text) {
  LineCursor cursor{text};
  std::expected<Value, SdpError> value;
  if (const auto error = kRead(cursor, *value)) value = std::unexpected(*error);
  return value;
}

}  // namespace

std::optional<SdpError> read_origin(LineCursor& cursor, Origin& origin) {
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

std::optional<SdpError> read_connection(LineCursor& cursor, Connection& connection) {
  connection.nettype = cursor.field();
  connection.addrtype = cursor.field();
  cursor.skip_spaces();
  connection.address = cursor.run<LineClass::Name>();
  const bool multicast = cursor.eat('/');
  if (multicast) connection.multicast = cursor.run<LineClass::Field>();
  const bool counts_right = !multicast || are_counts(connection.multicast);
  if (connection.address.empty() || !counts_right || !cursor.ends_line()) return SdpError::BadConnection;
  return std::nullopt;
}

std::optional<SdpError> read_bandwidth(LineCursor& cursor, Bandwidth& bandwidth) {
  cursor.skip_spaces();
  bandwidth.type = cursor.run<LineClass::NoColon>();
  const bool sane = !bandwidth.type.empty() && cursor.eat(':') && cursor.number(bandwidth.value);
  return sane && cursor.ends_line() ? std::nullopt : std::optional{SdpError::BadBandwidth};
}

std::optional<SdpError> read_timing(LineCursor& cursor, Timing& timing) {
  const bool sane = cursor.number_field(timing.start) && cursor.number_field(timing.stop);
  return sane && cursor.ends_line() ? std::nullopt : std::optional{SdpError::BadTiming};
}

std::optional<SdpError> read_media_line(LineCursor& cursor, MediaLine& media) {
  media.kind = cursor.field();
  const std::string_view ports = cursor.field();
  media.proto = cursor.field();
  media.formats = cursor.trimmed_rest();
  if (media.formats.empty()) return SdpError::BadMedia;
  return read_ports(ports, media) ? std::nullopt : std::optional{SdpError::BadPort};
}

std::optional<SdpError> read_rtpmap(LineCursor& cursor, RtpMap& map) {
  if (!cursor.number_field(map.payload)) return SdpError::BadRtpMap;
  cursor.skip_spaces();
  map.encoding = cursor.run<LineClass::NoSlash>();
  if (map.encoding.empty() || !cursor.eat('/') || !cursor.number(map.clock_rate)) return SdpError::BadRtpMap;
  if (cursor.eat('/')) map.parameters = cursor.rest_before_spaces();
  return cursor.ends_line() ? std::nullopt : std::optional{SdpError::BadRtpMap};
}

std::string_view take_field(std::string_view& rest) {
  while (!rest.empty() && rest.front() == ' ') rest.remove_prefix(1);
  const std::string_view field = rest.substr(0, rest.find(' '));
  rest.remove_prefix(field.size());
  return field;
}

std::expected<Origin, SdpError> parse_origin(std::string_view value) {
  return read_whole<Origin, read_origin>(value);
}

std::optional<base::IpAddress> Connection::ip() const {
  const auto ip = base::IpAddress::parse(address);
  if (!ip || nettype != "IN" || addrtype != (ip->is_v4() ? "IP4" : "IP6")) return std::nullopt;
  return ip;
}

std::expected<Connection, SdpError> parse_connection(std::string_view value) {
  return read_whole<Connection, read_connection>(value);
}
std::expected<Bandwidth, SdpError> parse_bandwidth(std::string_view value) {
  return read_whole<Bandwidth, read_bandwidth>(value);
}
std::expected<Timing, SdpError> parse_timing(std::string_view value) {
  return read_whole<Timing, read_timing>(value);
}
std::expected<MediaLine, SdpError> parse_media_line(std::string_view value) {
  return read_whole<MediaLine, read_media_line>(value);
}
std::expected<RtpMap, SdpError> parse_rtpmap(std::string_view value) {
  return read_whole<RtpMap, read_rtpmap>(value);
}

std::expected<Fmtp, SdpError> parse_fmtp(std::string_view value) {
  LineCursor cursor{value};
  const std::string_view format = cursor.field();
  if (format.empty()) return std::unexpected(SdpError::BadFormat);
  return Fmtp{format, cursor.trimmed_rest()};
}

std::expected<Rtcp, SdpError> parse_rtcp(std::string_view value) {
  LineCursor cursor{value};
  Rtcp rtcp;
  if (!cursor.number_field(rtcp.port)) return std::unexpected(SdpError::BadPort);
  if (cursor.ends_line()) return rtcp;
  if (const auto error = read_connection(cursor, rtcp.connection.emplace())) return std::unexpected(*error);
  return rtcp;
}

std::expected<std::uint32_t, SdpError> parse_ptime(std::string_view value) {
  LineCursor cursor{value};
  std::uint32_t milliseconds = 0;
  std::string_view fraction;
  cursor.skip_spaces();
  const bool sane = cursor.number(milliseconds) && (!cursor.eat('.') || cursor.digits(fraction));
  if (!sane || !cursor.ends_line()) return std::unexpected(SdpError::BadNumber);
  return milliseconds;
}

}  // namespace ringfence::sdp
