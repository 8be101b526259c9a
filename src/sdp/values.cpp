// SPDX-License-Identifier: Apache-2.0
// Reading the values of lines and attributes.
#include "sdp/values.h"

#include "sdp/line_readers.h"

namespace ringfence::sdp {
namespace {

/// A value that is all there is.
template <class Value, auto kRead>
[[gnu::flatten]] std::expected<Value, SdpError> read_whole(std::string_view text) {
  sip::Window window;
  const LineCursor cursor{text, window};
  std::expected<Value, SdpError> value;
  if (const auto error = kRead(cursor, *value)) value = std::unexpected(*error);
  return value;
}

}  // namespace

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
  sip::Window window;
  LineCursor cursor{value, window};
  const std::string_view format = cursor.field();
  if (format.empty()) return std::unexpected(SdpError::BadFormat);
  return Fmtp{format, cursor.trimmed_rest()};
}

std::expected<Rtcp, SdpError> parse_rtcp(std::string_view value) {
  sip::Window window;
  LineCursor cursor{value, window};
  Rtcp rtcp;
  if (!cursor.number_field(rtcp.port)) return std::unexpected(SdpError::BadPort);
  if (cursor.ends_line()) return rtcp;
  if (const auto error = read_connection(cursor, rtcp.connection.emplace())) return std::unexpected(*error);
  return rtcp;
}

std::expected<std::uint32_t, SdpError> parse_ptime(std::string_view value) {
  sip::Window window;
  LineCursor cursor{value, window};
  std::uint32_t milliseconds = 0;
  std::string_view fraction;
  cursor.skip_spaces();
  const bool sane = cursor.number(milliseconds) && (!cursor.eat('.') || cursor.digits(fraction));
  if (!sane || !cursor.ends_line()) return std::unexpected(SdpError::BadNumber);
  return milliseconds;
}

}  // namespace ringfence::sdp
