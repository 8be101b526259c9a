// SPDX-License-Identifier: Apache-2.0
// Every way in which a session description can be wrong, with its text.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace ringfence::sdp {

enum class SdpError : std::uint8_t {
  TooLarge,
  TooManyLines,
  TooManyMedia,
  BadLine,
  BadCharacter,
  BadVersion,
  MissingOrigin,
  MissingName,
  MissingTiming,
  DuplicateLine,
  MisplacedLine,
  BadOrigin,
  BadConnection,
  BadBandwidth,
  BadTiming,
  BadMedia,
  BadPort,
  BadAttribute,
  BadRtpMap,
  BadFormat,
  BadNumber,
};

struct SdpErrorInfo {
  SdpError error;
  std::string_view text;
};

inline constexpr auto kSdpErrors = std::to_array<SdpErrorInfo>({
    {SdpError::TooLarge, "larger than 65535 bytes"},
    {SdpError::TooManyLines, "more than 1000 lines"},
    {SdpError::TooManyMedia, "more than 32 media"},
    {SdpError::BadLine, "not of the form <letter>=<value>"},
    {SdpError::BadCharacter, "a NUL, or a CR inside a line"},
    {SdpError::BadVersion, "does not begin with v=0"},
    {SdpError::MissingOrigin, "no o= line"},
    {SdpError::MissingName, "no s= line"},
    {SdpError::MissingTiming, "no t= line"},
    {SdpError::DuplicateLine, "a line that may stand once stands twice"},
    {SdpError::MisplacedLine, "a line of the session stands among those of a medium"},
    {SdpError::BadOrigin, "o= is not: user, id, version, network, address type, address"},
    {SdpError::BadConnection, "c= is not: network, address type, address"},
    {SdpError::BadBandwidth, "b= is not: type, colon, number"},
    {SdpError::BadTiming, "t= is not two numbers"},
    {SdpError::BadMedia, "m= is not: kind, port, protocol, formats"},
    {SdpError::BadPort, "a port above 65535, or no number"},
    {SdpError::BadAttribute, "an attribute without a name"},
    {SdpError::BadRtpMap, "rtpmap is not: payload type, name/clock rate"},
    {SdpError::BadFormat, "no payload type or format"},
    {SdpError::BadNumber, "not a number"},
});

[[nodiscard]] constexpr std::string_view text_of(SdpError error) {
  return kSdpErrors[static_cast<std::size_t>(error)].text;
}
[[nodiscard]] constexpr bool sdp_errors_follow_enum() {
  for (std::size_t i = 0; i < kSdpErrors.size(); ++i) {
    if (static_cast<std::size_t>(kSdpErrors[i].error) != i) return false;
  }
  return true;
}
static_assert(sdp_errors_follow_enum());

/// What is wrong, and in which line, counted from 1 (0: the description as a whole).
struct ParseError {
  SdpError error = SdpError::BadLine;
  std::uint16_t line = 0;

  friend bool operator==(const ParseError&, const ParseError&) = default;
};

}  // namespace ringfence::sdp
