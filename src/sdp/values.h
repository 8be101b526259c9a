// SPDX-License-Identifier: Apache-2.0
// The values of single lines and attributes, as views into the text they were read from.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string_view>

#include "base/address.h"
#include "sdp/error.h"

namespace ringfence::sdp {

/// o= (RFC 8866 §5.2). Id and version are numbers of any length, so they stay text.
struct Origin {
  std::string_view username;
  std::string_view session_id;
  std::string_view session_version;
  std::string_view nettype;
  std::string_view addrtype;
  std::string_view address;
};
std::expected<Origin, SdpError> parse_origin(std::string_view value);

/// c= (RFC 8866 §5.7).
struct Connection {
  std::string_view nettype;
  std::string_view addrtype;
  std::string_view address;    ///< an IP address or a host name, without the parts behind '/'
  std::string_view multicast;  ///< "ttl", "ttl/count" or "count"; empty for unicast

  /// The address when it is one, of the family that addrtype says.
  [[nodiscard]] std::optional<base::IpAddress> ip() const;
};
std::expected<Connection, SdpError> parse_connection(std::string_view value);

/// b= (RFC 8866 §5.8): CT, AS, TIAS (RFC 3890), RS and RR (RFC 3556), X-...
struct Bandwidth {
  std::string_view type;
  std::uint64_t value = 0;  ///< kilobit/s for CT and AS, bit/s for the others
};
std::expected<Bandwidth, SdpError> parse_bandwidth(std::string_view value);

/// t= (RFC 8866 §5.9): seconds since 1900, 0 for no bound.
struct Timing {
  std::uint64_t start = 0;
  std::uint64_t stop = 0;
};
std::expected<Timing, SdpError> parse_timing(std::string_view value);

/// m= (RFC 8866 §5.14).
struct MediaLine {
  std::string_view kind;   ///< "audio", "video", "image", …
  std::uint16_t port = 0;  ///< 0: refused or disabled (RFC 3264 §6)
  std::uint16_t port_count = 1;
  std::string_view proto;    ///< "RTP/AVP", "UDP/TLS/RTP/SAVPF", "udptl", …
  std::string_view formats;  ///< separated by spaces; take_field() takes the first
};
std::expected<MediaLine, SdpError> parse_media_line(std::string_view value);

/// a=rtpmap.
struct RtpMap {
  std::uint8_t payload = 0;
  std::string_view encoding;  ///< compared without case
  std::uint32_t clock_rate = 0;
  std::string_view parameters;  ///< number of channels for audio; may be empty
};
std::expected<RtpMap, SdpError> parse_rtpmap(std::string_view value);

/// a=fmtp: the format, and its parameters unread.
struct Fmtp {
  std::string_view format;
  std::string_view parameters;
};
std::expected<Fmtp, SdpError> parse_fmtp(std::string_view value);

/// a=rtcp (RFC 3605): the port and, when it differs from that of the medium, the address.
struct Rtcp {
  std::uint16_t port = 0;
  std::optional<Connection> connection;
};
std::expected<Rtcp, SdpError> parse_rtcp(std::string_view value);

/// a=ptime, a=maxptime: milliseconds. Fractions, which some phones write, are cut.
std::expected<std::uint32_t, SdpError> parse_ptime(std::string_view value);

/// Takes the first of the fields that spaces separate; empty when there is none.
[[nodiscard]] std::string_view take_field(std::string_view& rest);

}  // namespace ringfence::sdp
