// SPDX-License-Identifier: Apache-2.0
// Where one SIP message ends in a byte stream: Content-Length framing and CRLF keep-alive.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace ringfence::transport {

/// Caps of a stream message; both are known before any of it is parsed.
struct FramingLimits {
  std::size_t header_bytes = std::size_t{16} * 1024;  ///< start line and header section with its empty line
  std::size_t message_bytes = 65'535;  ///< the whole message; more cannot be indexed (sip/limits.h)
};

/// What lies at the front of a stream's buffer.
enum class FrameKind : std::uint8_t {
  NeedMore,     ///< a message has begun
  Between,      ///< line breaks that may still become a ping
  Ping,         ///< CRLF CRLF between messages: answer with one CRLF (RFC 5626 §3.5.1, §4.4.1)
  Skip,         ///< line breaks between messages that ask for nothing (RFC 3261 §7.5)
  Message,      ///< one whole message
  Unframeable,  ///< a header section without a usable Content-Length: the end is unknown (§18.3, §20.14)
  TooLarge,     ///< a header section whose Content-Length passes the cap
  Broken,       ///< no end of the header section within its cap, or bytes that cannot begin a message
};

struct FrameResult {
  FrameKind kind = FrameKind::NeedMore;
  /// Bytes that belong to it; 0 for Between. NeedMore: of the whole message when that is known already, else
  /// 0. Unframeable and TooLarge: of the header section. Broken: 0.
  std::size_t size = 0;

  friend bool operator==(const FrameResult&, const FrameResult&) = default;
};

/// Frames the front of `bytes`. What a stream is framed into depends on its bytes alone, never on how they
/// were cut into segments. Looks at no byte behind the header section, nor past `limits.header_bytes`.
///
/// @param seen  so many of the bytes were shown before, with the answer NeedMore and size 0: the search goes
/// on
///              there, so a message sent byte by byte costs linear time
[[nodiscard]] FrameResult frame_stream(std::string_view bytes, std::size_t seen, const FramingLimits& limits);

}  // namespace ringfence::transport
