// SPDX-License-Identifier: Apache-2.0
// Reading the values of lines and attributes.
#include "sdp/values.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <concepts>
#include <cstddef>

#include "base/ascii.h"

namespace ringfence::sdp {
namespace {

bool all_digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), base::is_digit);
}

/// A whole number that fills the text and fits its type.
template <std::unsigned_integral T>
std::optional<T> number(std::string_view text) {
  T value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

/// Splits at the first `separator`; the second half is empty when there is none.
struct Halves {
  std::string_view first;
  std::string_view second;
  bool split;
};
Halves split_at(std::string_view text, char separator) {
  const auto at = text.find(separator);
  if (at == text.npos) return {text, {}, false};
  return {text.substr(0, at), text.substr(at + 1), true};
}

/// Exactly N fields and nothing behind them.
template <std::size_t N>
std::optional<std::array<std::string_view, N>> fields(std::string_view text) {
  std::array<std::string_view, N> found;
  for (std::string_view& field : found) {
    field = take_field(text);
    if (field.empty()) return std::nullopt;
  }
  if (!trimmed(text).empty()) return std::nullopt;
  return found;
}

}  // namespace

std::string_view take_field(std::string_view& rest) {
  while (!rest.empty() && rest.front() == ' ') rest.remove_prefix(1);
  const std::string_view field = rest.substr(0, rest.find(' '));
  rest.remove_prefix(field.size());
  return field;
}

std::expected<Origin, SdpError> parse_origin(std::string_view value) {
  const auto found = fields<6>(value);
  if (!found || !all_digits((*found)[1]) || !all_digits((*found)[2]))
    return std::unexpected(SdpError::BadOrigin);
  const auto& [username, id, version, nettype, addrtype, address] = *found;
  return Origin{username, id, version, nettype, addrtype, address};
}

std::optional<base::IpAddress> Connection::ip() const {
  const auto ip = base::IpAddress::parse(address);
  if (!ip || nettype != "IN" || addrtype != (ip->is_v4() ? "IP4" : "IP6")) return std::nullopt;
  return ip;
}

std::expected<Connection, SdpError> parse_connection(std::string_view value) {
  const auto found = fields<3>(value);
  if (!found) return std::unexpected(SdpError::BadConnection);
  const auto [address, multicast, split] = split_at((*found)[2], '/');
  const auto [first, second, two] = split_at(multicast, '/');
  const bool counts_right = !split || (all_digits(first) && (!two || all_digits(second)));
  if (address.empty() || !counts_right) return std::unexpected(SdpError::BadConnection);
  return Connection{(*found)[0], (*found)[1], address, multicast};
}

std::expected<Bandwidth, SdpError> parse_bandwidth(std::string_view value) {
  const auto [type, amount, split] = split_at(trimmed(value), ':');
  const auto parsed = number<std::uint64_t>(amount);
  if (type.empty() || !parsed) return std::unexpected(SdpError::BadBandwidth);
  return Bandwidth{type, *parsed};
}

std::expected<Timing, SdpError> parse_timing(std::string_view value) {
  const auto found = fields<2>(value);
  if (!found) return std::unexpected(SdpError::BadTiming);
  const auto start = number<std::uint64_t>((*found)[0]);
  const auto stop = number<std::uint64_t>((*found)[1]);
  if (!start || !stop) return std::unexpected(SdpError::BadTiming);
  return Timing{*start, *stop};
}

std::expected<MediaLine, SdpError> parse_media_line(std::string_view value) {
  MediaLine media;
  media.kind = take_field(value);
  const auto [port, count, counted] = split_at(take_field(value), '/');
  media.proto = take_field(value);
  media.formats = trimmed(value);
  if (media.formats.empty()) return std::unexpected(SdpError::BadMedia);

  const auto port_number = number<std::uint16_t>(port);
  const auto port_count = counted ? number<std::uint16_t>(count) : std::optional<std::uint16_t>{1};
  if (!port_number || !port_count || *port_count == 0) return std::unexpected(SdpError::BadPort);
  media.port = *port_number;
  media.port_count = *port_count;
  return media;
}

std::expected<RtpMap, SdpError> parse_rtpmap(std::string_view value) {
  const auto payload = number<std::uint8_t>(take_field(value));
  const auto [encoding, rest, split] = split_at(trimmed(value), '/');
  const auto [clock, parameters, more] = split_at(rest, '/');
  const auto rate = number<std::uint32_t>(clock);
  if (!payload || encoding.empty() || !rate) return std::unexpected(SdpError::BadRtpMap);
  return RtpMap{*payload, encoding, *rate, parameters};
}

std::expected<Fmtp, SdpError> parse_fmtp(std::string_view value) {
  const std::string_view format = take_field(value);
  if (format.empty()) return std::unexpected(SdpError::BadFormat);
  return Fmtp{format, trimmed(value)};
}

std::expected<Rtcp, SdpError> parse_rtcp(std::string_view value) {
  const auto port = number<std::uint16_t>(take_field(value));
  if (!port) return std::unexpected(SdpError::BadPort);
  if (trimmed(value).empty()) return Rtcp{*port, std::nullopt};
  const auto connection = parse_connection(value);
  if (!connection) return std::unexpected(connection.error());
  return Rtcp{*port, *connection};
}

std::expected<std::uint32_t, SdpError> parse_ptime(std::string_view value) {
  const auto [whole, fraction, split] = split_at(trimmed(value), '.');
  const auto parsed = number<std::uint32_t>(whole);
  if (!parsed || (split && !all_digits(fraction))) return std::unexpected(SdpError::BadNumber);
  return *parsed;
}

}  // namespace ringfence::sdp
