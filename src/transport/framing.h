// SPDX-License-Identifier: Apache-2.0
// Where one SIP message ends in a byte stream: Content-Length framing and CRLF keep-alive.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace ringfence::transport {

/// Caps of a stream message; both are known before any of it is parsed.
struct FramingLimits {
  std::size_t header_bytes = 16 * 1024;   ///< start line and header section with its empty line
  std::size_t message_bytes = 64 * 1024;  ///< the whole message
};

/// What lies at the front of a stream's buffer.
enum class FrameKind : std::uint8_t {
  NeedMore,     ///< no decision yet
  Ping,         ///< CRLF CRLF between messages: answer with one CRLF (RFC 5626 §3.5.1, §4.4.1)
  Skip,         ///< line breaks between messages that ask for nothing (RFC 3261 §7.5)
  Message,      ///< one whole message
  Unframeable,  ///< a header section without a usable Content-Length: where the body ends is unknown (§18.3, §20.14)
  TooLarge,     ///< a header section whose Content-Length passes the cap
  Broken,       ///< no end of the header section within its cap, or bytes that cannot begin a message
};

struct FrameResult {
  FrameKind kind = FrameKind::NeedMore;
  std::size_t size = 0;  ///< bytes that belong to it; 0 for NeedMore and Broken; the header section for Unframeable, TooLarge

  friend bool operator==(const FrameResult&, const FrameResult&) = default;
};

/// Frames the front of `bytes`. The answer depends on the bytes of the stream alone, never on how they were cut into
/// segments. Looks at no byte after the end of the header section, nor past `limits.header_bytes`.
[[nodiscard]] FrameResult frame_stream(std::string_view bytes, const FramingLimits& limits);

}  // namespace ringfence::transport
