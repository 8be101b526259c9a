// SPDX-License-Identifier: Apache-2.0
// Session-Expires and Min-SE (RFC 4028 §4, §5), and Retry-After (RFC 3261 §20.33).
#pragma once

#include <cstdint>
#include <expected>
#include <string_view>

#include "sip/parse_error.h"

namespace ringfence::sip {

enum class Refresher : std::uint8_t { Unspecified, Uac, Uas };

struct SessionExpires {
  std::uint32_t seconds = 0;
  Refresher refresher = Refresher::Unspecified;
};
std::expected<SessionExpires, ParseError> parse_session_expires(std::string_view text);

/// Seconds; values below 90 are refused by the caller (RFC 4028 §5 sets that floor), not here.
std::expected<std::uint32_t, ParseError> parse_min_se(std::string_view text);

struct RetryAfter {
  std::uint32_t seconds = 0;
  std::uint32_t duration = 0;  // 0: not given
};
/// A comment in parentheses is skipped.
std::expected<RetryAfter, ParseError> parse_retry_after(std::string_view text);

}  // namespace ringfence::sip
