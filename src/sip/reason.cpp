// SPDX-License-Identifier: Apache-2.0
// Reading Reason and Warning.
#include "sip/reason.h"

#include "sip/cursor.h"
#include "sip/media_type.h"
#include "sip/numbers.h"

namespace ringfence::sip {

std::expected<Reason, ParseError> parse_reason(std::string_view text) {
  const auto value = parse_token_with_params(text);
  if (!value) return std::unexpected(value.error());
  Reason reason;
  reason.protocol = value->value;
  const Params params = value->all_params();
  reason.text = params.value("text");
  if (const auto cause = params.find("cause")) {
    const auto number = parse_number(cause->value);
    if (!number) return std::unexpected(number.error());
    reason.cause = *number;
  }
  return reason;
}

std::expected<Warning, ParseError> parse_warning(std::string_view text) {
  Window window;
  ValueCursor cursor{text, window};
  const std::string_view code = cursor.Cursor::run(kDigit);
  if (code.size() != 3 || !cursor.eat(' ')) return std::unexpected(ParseError::NotANumber);
  Warning warning;
  warning.code = static_cast<std::uint16_t>(*parse_number(code));
  warning.agent = cursor.run<kParamValue>();
  if (warning.agent.empty() || !cursor.eat(' ')) return std::unexpected(ParseError::NotAToken);
  if (cursor.peek() != '"') return std::unexpected(ParseError::BadQuotedString);
  warning.text = cursor.quoted();
  if (warning.text.data() == nullptr) return std::unexpected(ParseError::BadQuotedString);
  cursor.skip_lws();
  if (!cursor.at_end()) return std::unexpected(ParseError::TrailingText);
  return warning;
}

}  // namespace ringfence::sip
