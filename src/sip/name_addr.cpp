// SPDX-License-Identifier: Apache-2.0
// Reading addresses.
#include "sip/name_addr.h"

#include "sip/numbers.h"
#include "sip/param_reader.h"
#include "sip/scan.h"

namespace ringfence::sip {
namespace {

/// "<" URI ">". The URI itself is checked by address().
ParseError read_bracketed(ValueCursor& cursor, NameAddr& address) {
  const char* const open = cursor.position();
  const char* const close = scan::find_any<'>'>(open, cursor.end());
  if (close == cursor.end()) return ParseError::UnterminatedAngle;
  address.uri = {open + 1, close};
  address.bracketed = true;
  cursor.move_to(close + 1);
  return ParseError::None;
}

/// A URI without brackets: up to a semicolon or white space. What else ends it here is trailing text.
ParseError read_bare(ValueCursor& cursor, NameAddr& address) {
  const char* const start = cursor.position();
  const char* const stop =
      scan::find_any<';', ' ', '\t', '\r', '\n', '?', ',', '<', '>', '"'>(start, cursor.end());
  if (stop != cursor.end() && (*stop == '?' || *stop == ',')) return ParseError::NeedsAngleBrackets;
  address.uri = {start, stop};
  cursor.move_to(stop);
  return ParseError::None;
}

/// *( token LWS ) before "<": moves to the bracket, or back to the start when this is no display name but the
/// scheme of a URI, which is one word with a colon right behind it.
bool read_unquoted_display(ValueCursor& cursor, NameAddr& address) {
  const char* const start = cursor.position();
  const std::string_view first_word = cursor.token();
  if (!first_word.empty() && cursor.peek() == ':') {
    cursor.move_to(start);
    return true;
  }
  const char* end = cursor.position();
  cursor.skip_lws();
  while (!cursor.token().empty()) {
    end = cursor.position();
    cursor.skip_lws();
  }
  address.display = {start, end};
  return cursor.peek() == '<' && !first_word.empty();
}

ParseError read_address(ValueCursor& cursor, NameAddr& address) {
  if (cursor.peek() == '"') {
    address.display = cursor.quoted();
    if (address.display.data() == nullptr) return ParseError::BadQuotedString;
    address.display_quoted = true;
    cursor.skip_lws();
    if (cursor.peek() != '<') return ParseError::BadDisplayName;
  } else if (cursor.peek() != '<' && !read_unquoted_display(cursor, address)) {
    return ParseError::BadDisplayName;
  }
  return cursor.peek() == '<' ? read_bracketed(cursor, address) : read_bare(cursor, address);
}

/// The tag is a token (RFC 3261 §19.3).
ParseError keep_tag(const Param& param, NameAddr& address) {
  if (param.name.size() != 3 || !base::iequals(param.name, "tag")) return ParseError::None;
  if (param.value.empty() || param.quoted) return ParseError::BadParameter;
  address.tag = param.value;
  return ParseError::None;
}

/// *( SEMI generic-param ) up to the end of the value; each goes to `keep`, which returns what is wrong with
/// it.
template <class Keep>
ParseError read_params(ValueCursor& cursor, Keep keep) {
  ParamNames names;
  while (true) {
    cursor.skip_lws();
    if (cursor.at_end()) return ParseError::None;
    if (!cursor.eat(';')) return ParseError::TrailingText;
    cursor.skip_lws();
    Param param;
    if (!read_param(cursor, param)) return ParseError::BadParameter;
    if (const ParseError error = keep(param); error != ParseError::None) return error;
    if (const ParseError error = names.add(param.name); error != ParseError::None) return error;
  }
}

/// The address, then its parameters.
template <class Keep>
ParseError read_name_addr(ValueCursor& cursor, NameAddr& address, Keep keep) {
  cursor.skip_lws();
  if (cursor.at_end()) return ParseError::Empty;
  // What begins with the bracket may need no window, or one that begins behind it.
  if (cursor.peek() != '<') cursor.look_ahead();
  if (const ParseError error = read_address(cursor, address); error != ParseError::None) return error;
  cursor.skip_lws();
  address.params = cursor.rest();
  return read_params(cursor, keep);
}

ParseError keep_contact_param(const Param& param, Contact& contact) {
  if (base::iequals(param.name, "q")) {
    const auto q = parse_qvalue(param.value);
    if (!q) return q.error();
    contact.q = *q;
  } else if (base::iequals(param.name, "expires")) {
    contact.expires = lenient_seconds(param.value);
  }
  return keep_tag(param, contact.address);
}

}  // namespace

[[gnu::flatten]] std::expected<NameAddr, ParseError> parse_name_addr(std::string_view text) {
  std::expected<NameAddr, ParseError> result;
  NameAddr& address = *result;
  Window window;
  ValueCursor cursor{text, nullptr, window};
  const ParseError error =
      read_name_addr(cursor, address, [&](const Param& param) { return keep_tag(param, address); });
  if (error != ParseError::None) result = std::unexpected(error);
  return result;
}

std::expected<std::uint16_t, ParseError> parse_qvalue(std::string_view text) {
  // "0" [ "." 0*3DIGIT ] / "1" [ "." 0*3("0") ]
  if (text.empty() || (text[0] != '0' && text[0] != '1')) return std::unexpected(ParseError::NotANumber);
  unsigned thousandths = text[0] == '1' ? 1000 : 0;
  if (text.size() == 1) return static_cast<std::uint16_t>(thousandths);
  if (text[1] != '.' || text.size() > 5) return std::unexpected(ParseError::NotANumber);
  unsigned weight = 100;
  for (const char digit : text.substr(2)) {
    if (!base::is_digit(digit)) return std::unexpected(ParseError::NotANumber);
    thousandths += static_cast<unsigned>(digit - '0') * weight;
    weight /= 10;
  }
  if (thousandths > 1000) return std::unexpected(ParseError::TooLarge);
  return static_cast<std::uint16_t>(thousandths);
}

[[gnu::flatten]] std::expected<Contact, ParseError> parse_contact(std::string_view text) {
  std::expected<Contact, ParseError> result;
  Contact& contact = *result;
  if (trim_lws(text) == "*") {
    contact.wildcard = true;
    return result;
  }
  Window window;
  ValueCursor cursor{text, nullptr, window};
  const ParseError error = read_name_addr(
      cursor, contact.address, [&](const Param& param) { return keep_contact_param(param, contact); });
  if (error != ParseError::None) result = std::unexpected(error);
  return result;
}

}  // namespace ringfence::sip
