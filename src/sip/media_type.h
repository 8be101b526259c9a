// SPDX-License-Identifier: Apache-2.0
// Content-Type, Accept and Content-Disposition.
#pragma once

#include <cstdint>
#include <expected>
#include <string_view>

#include "sip/params.h"
#include "sip/parse_error.h"

namespace ringfence::sip {

/// "multipart/mixed;boundary=x" (RFC 3261 §20.15); in Accept type or subtype may be "*".
struct MediaType {
  std::string_view type;
  std::string_view subtype;
  std::string_view params;  // from the first ';' on

  /// Compared without case; parameters do not count.
  [[nodiscard]] bool is(std::string_view wanted_type, std::string_view wanted_subtype) const;
  [[nodiscard]] Params all_params() const { return Params{params}; }
};

std::expected<MediaType, ParseError> parse_media_type(std::string_view text);

/// "session;handling=optional" (RFC 3261 §20.11). Also the shape of Event, Refer-Sub and Info-Package values.
struct TokenWithParams {
  std::string_view value;
  std::string_view params;

  [[nodiscard]] Params all_params() const { return Params{params}; }
};

std::expected<TokenWithParams, ParseError> parse_token_with_params(std::string_view text);

struct Disposition {
  std::string_view type;           // "session", "render", ...
  bool handling_optional = false;  // default: required (§20.11)
};

std::expected<Disposition, ParseError> parse_content_disposition(std::string_view text);

}  // namespace ringfence::sip
