// SPDX-License-Identifier: Apache-2.0
// Reading the identity headers.
#include "sip/identity.h"

#include <array>

#include "base/ascii.h"
#include "sip/cursor.h"
#include "sip/numbers.h"
#include "sip/param_reader.h"
#include "sip/scan.h"

namespace ringfence::sip {
namespace {

using base::iequals;

bool is_hidden(const Params& params) {
  const auto privacy = params.find("privacy");
  return privacy && !iequals(privacy->value, "off");
}

/// ident-info: info "=" "<" URI ">", the one parameter whose value stands between angle brackets.
bool read_info(ValueCursor& cursor, Identity& identity) {
  if (!cursor.eat('<')) return false;
  const char* const start = cursor.position();
  const char* const end = start + cursor.rest().size();
  const char* const close = scan::find_any<'>'>(start, end);
  if (close == end || close == start) return false;
  identity.info = {start, close};
  cursor.move_to(close + 1);
  return true;
}

bool read_identity_param(ValueCursor& cursor, Identity& identity, std::string_view& name) {
  const char* const start = cursor.position();
  name = cursor.token();
  if (iequals(name, "info")) return cursor.eat_separator('=') && read_info(cursor, identity);
  cursor.move_to(start);
  Param param;
  if (!read_param(cursor, param)) return false;
  if (iequals(name, "alg")) identity.alg = param.value;
  if (iequals(name, "ppt")) identity.ppt = param.value;
  return true;
}

/// The token of the older form stands in quotes (RFC 4474 §9); of the newer it is base64url with dots,
/// perhaps with '='. data() is null when the quotes are not sane.
std::string_view read_identity_token(ValueCursor& cursor) {
  if (cursor.peek() == '"') return cursor.quoted();
  const char* const start = cursor.position();
  const char* const end = start + cursor.rest().size();
  cursor.move_to(scan::find_any<';', ' ', '\t', '\r', '\n'>(start, end));
  return cursor.since(start);
}

bool is_index(std::string_view text) {
  Cursor cursor{text};
  do {
    if (cursor.run(kDigit).empty()) return false;
  } while (cursor.eat('.'));
  return cursor.at_end();
}

}  // namespace

std::expected<Identity, ParseError> parse_identity(std::string_view text) {
  Window window;
  ValueCursor cursor{text, window};
  cursor.skip_lws();
  Identity identity;
  identity.token = read_identity_token(cursor);
  if (identity.token.data() == nullptr && !text.empty()) return std::unexpected(ParseError::BadQuotedString);
  if (identity.token.empty()) return std::unexpected(ParseError::Empty);
  ParamNames names;
  while (cursor.skip_lws(), !cursor.at_end()) {
    if (!cursor.eat(';')) return std::unexpected(ParseError::TrailingText);
    cursor.skip_lws();
    std::string_view name;
    if (!read_identity_param(cursor, identity, name)) return std::unexpected(ParseError::BadParameter);
    if (const ParseError error = names.add(name); error != ParseError::None) return std::unexpected(error);
  }
  if (identity.info.empty()) return std::unexpected(ParseError::MissingParameter);
  return identity;
}

std::expected<RemoteParty, ParseError> parse_remote_party(std::string_view text) {
  const auto address = parse_name_addr(text);
  if (!address) return std::unexpected(address.error());
  const Params params = address->all_params();
  return RemoteParty{*address, iequals(params.value("party"), "called"),
                     iequals(params.value("screen"), "yes"), is_hidden(params)};
}

std::expected<Diversion, ParseError> parse_diversion(std::string_view text) {
  const auto address = parse_name_addr(text);
  if (!address) return std::unexpected(address.error());
  const Params params = address->all_params();
  Diversion diversion{*address, params.value("reason"), 1, is_hidden(params)};
  if (const auto counter = params.find("counter")) {
    const auto number = parse_number(counter->value);
    if (!number) return std::unexpected(number.error());
    diversion.counter = *number;
  }
  return diversion;
}

std::expected<HistoryInfo, ParseError> parse_history_info(std::string_view text) {
  const auto address = parse_name_addr(text);
  if (!address) return std::unexpected(address.error());
  const Params params = address->all_params();
  HistoryInfo entry{*address, params.value("index"), {}};
  if (entry.index.empty()) return std::unexpected(ParseError::MissingParameter);
  constexpr std::array<std::string_view, 3> kOrigins = {"mp", "rc", "np"};
  for (const std::string_view name : kOrigins) {
    if (entry.origin.empty()) entry.origin = params.value(name);
  }
  if (!is_index(entry.index) || (!entry.origin.empty() && !is_index(entry.origin))) {
    return std::unexpected(ParseError::BadParameter);
  }
  return entry;
}

}  // namespace ringfence::sip
