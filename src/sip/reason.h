// SPDX-License-Identifier: Apache-2.0
// Reason and Warning: why something ended or was refused, told by another element.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string_view>

#include "sip/parse_error.h"

namespace ringfence::sip {

/// One Reason value: `Q.850;cause=16;text="Terminated"` (RFC 3326 §2).
struct Reason {
  std::string_view protocol;  // "SIP", "Q.850", ...
  std::optional<std::uint32_t> cause;
  std::string_view text;  // inside of the quotes, backslashes kept
};
std::expected<Reason, ParseError> parse_reason(std::string_view text);

/// One Warning value: `307 isi.example "Session parameter 'foo' not understood"` (RFC 3261 §20.43).
struct Warning {
  std::uint16_t code = 0;  // 100..999
  std::string_view agent;
  std::string_view text;  // inside of the quotes, backslashes kept
};
std::expected<Warning, ParseError> parse_warning(std::string_view text);

}  // namespace ringfence::sip
