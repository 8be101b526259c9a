// SPDX-License-Identifier: Apache-2.0
// Reading session timers.
#include "sip/session_timer.h"

#include "base/ascii.h"
#include "sip/cursor.h"
#include "sip/numbers.h"
#include "sip/params.h"

namespace ringfence::sip {
namespace {

/// A number of seconds at the cursor and the parameters behind it.
struct SecondsWithParams {
  std::uint32_t seconds = 0;
  Params params;
};

std::expected<SecondsWithParams, ParseError> read_seconds(Cursor cursor) {
  const auto seconds = cursor.number<std::uint32_t>(0xffff'ffff);
  if (!seconds) return std::unexpected(seconds.error());
  cursor.skip_lws();
  const auto params = parse_params(cursor.rest());
  if (!params) return std::unexpected(params.error());
  return SecondsWithParams{*seconds, *params};
}

/// "(" *( ctext / quoted-pair / comment ) ")"; false when it does not end.
bool skip_comment(Cursor& cursor) {
  std::size_t depth = 0;
  do {
    if (cursor.eat('(')) {
      ++depth;
    } else if (cursor.eat(')')) {
      --depth;
    } else {
      cursor.eat('\\');
      if (cursor.at_end()) return false;
      cursor.move_to(cursor.position() + 1);
    }
  } while (depth != 0);
  return true;
}

}  // namespace

std::expected<SessionExpires, ParseError> parse_session_expires(std::string_view text) {
  const auto value = read_seconds(Cursor{text});
  if (!value) return std::unexpected(value.error());
  SessionExpires result{value->seconds, Refresher::Unspecified};
  if (const auto refresher = value->params.find("refresher")) {
    if (base::iequals(refresher->value, "uac")) {
      result.refresher = Refresher::Uac;
    } else if (base::iequals(refresher->value, "uas")) {
      result.refresher = Refresher::Uas;
    } else {
      return std::unexpected(ParseError::BadParameter);
    }
  }
  return result;
}

std::expected<std::uint32_t, ParseError> parse_min_se(std::string_view text) {
  const auto value = read_seconds(Cursor{text});
  if (!value) return std::unexpected(value.error());
  return value->seconds;
}

std::expected<RetryAfter, ParseError> parse_retry_after(std::string_view text) {
  Cursor cursor{text};
  const auto seconds = cursor.number<std::uint32_t>(0xffff'ffff);
  if (!seconds) return std::unexpected(seconds.error());
  cursor.skip_lws();
  if (cursor.peek() == '(' && !skip_comment(cursor)) return std::unexpected(ParseError::TrailingText);
  cursor.skip_lws();
  const auto params = parse_params(cursor.rest());
  if (!params) return std::unexpected(params.error());
  RetryAfter result{*seconds, 0};
  if (const auto duration = params->find("duration")) {
    const auto number = parse_number(duration->value);
    if (!number) return std::unexpected(number.error());
    result.duration = *number;
  }
  return result;
}

}  // namespace ringfence::sip
