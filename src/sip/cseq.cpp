// SPDX-License-Identifier: Apache-2.0
// Reading the counters of a dialog.
#include "sip/cseq.h"

#include "sip/cursor.h"
#include "sip/numbers.h"

namespace ringfence::sip {
namespace {

/// Digits, then white space.
std::expected<std::uint32_t, ParseError> read_counter(Cursor& cursor, std::uint32_t max) {
  const auto number = cursor.number<std::uint32_t>(max);
  if (!number) return number;
  if (!is_lws(cursor.peek())) return std::unexpected(ParseError::MissingSpace);
  cursor.skip_lws();
  return number;
}

}  // namespace

std::expected<CSeq, ParseError> parse_cseq(std::string_view text) {
  Cursor cursor{text};
  const auto number = read_counter(cursor, CSeq::kMax);
  if (!number) return std::unexpected(number.error());
  const std::string_view method = cursor.token();
  if (method.empty() || !cursor.at_end()) return std::unexpected(ParseError::NotAToken);
  return CSeq{*number, method};
}

std::expected<RAck, ParseError> parse_rack(std::string_view text) {
  Cursor cursor{text};
  const auto rseq = read_counter(cursor, 0xffff'ffff);
  if (!rseq) return std::unexpected(rseq.error());
  const auto cseq = read_counter(cursor, CSeq::kMax);
  if (!cseq) return std::unexpected(cseq.error());
  const std::string_view method = cursor.token();
  if (method.empty() || !cursor.at_end()) return std::unexpected(ParseError::NotAToken);
  return RAck{*rseq, *cseq, method};
}

std::expected<std::uint32_t, ParseError> parse_rseq(std::string_view text) {
  const auto number = parse_number(text);
  if (number && *number == 0) return std::unexpected(ParseError::NotANumber);
  return number;
}

}  // namespace ringfence::sip
