// SPDX-License-Identifier: Apache-2.0
// Reading media types and tokens with parameters.
#include "sip/media_type.h"

#include "base/ascii.h"
#include "sip/cursor.h"

namespace ringfence::sip {
namespace {

/// The rest of the value, which must be parameters.
std::expected<std::string_view, ParseError> read_params(ValueCursor& cursor) {
  cursor.skip_lws();
  const auto params = parse_params(cursor.rest());
  if (!params) return std::unexpected(params.error());
  return cursor.rest();
}

}  // namespace

bool MediaType::is(std::string_view wanted_type, std::string_view wanted_subtype) const {
  return base::iequals(type, wanted_type) && base::iequals(subtype, wanted_subtype);
}

[[gnu::flatten]] std::expected<MediaType, ParseError> parse_media_type(std::string_view text) {
  Window window;
  ValueCursor cursor{text, window};
  MediaType media;
  media.type = cursor.token();
  if (media.type.empty() || !cursor.eat_separator('/')) return std::unexpected(ParseError::NotAToken);
  media.subtype = cursor.token();
  if (media.subtype.empty()) return std::unexpected(ParseError::NotAToken);
  const auto params = read_params(cursor);
  if (!params) return std::unexpected(params.error());
  media.params = *params;
  return media;
}

std::expected<TokenWithParams, ParseError> parse_token_with_params(std::string_view text) {
  Window window;
  ValueCursor cursor{text, window};
  cursor.skip_lws();
  TokenWithParams result;
  result.value = cursor.token();
  if (result.value.empty()) return std::unexpected(ParseError::NotAToken);
  const auto params = read_params(cursor);
  if (!params) return std::unexpected(params.error());
  result.params = *params;
  return result;
}

std::expected<Disposition, ParseError> parse_content_disposition(std::string_view text) {
  const auto value = parse_token_with_params(text);
  if (!value) return std::unexpected(value.error());
  return Disposition{value->value, base::iequals(value->all_params().value("handling"), "optional")};
}

}  // namespace ringfence::sip
