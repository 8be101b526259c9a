// SPDX-License-Identifier: Apache-2.0
// Reading addresses.
#include "sip/name_addr.h"

#include "sip/numbers.h"
#include "sip/param_reader.h"

namespace ringfence::sip {
namespace {

/// "<" URI ">". The URI itself is checked by address().
std::expected<void, ParseError> read_bracketed(Cursor& cursor, NameAddr& address) {
  const std::string_view rest = cursor.rest();
  const char* const end = rest.data() + rest.size();
  const char* const close = scan::find_any<'>'>(rest.data() + 1, end);
  if (close == end) return std::unexpected(ParseError::UnterminatedAngle);
  address.uri = {rest.data() + 1, close};
  address.bracketed = true;
  cursor.move_to(close + 1);
  return {};
}

/// A URI without brackets: up to a semicolon or white space. What else ends it here is trailing text.
std::expected<void, ParseError> read_bare(Cursor& cursor, NameAddr& address) {
  const std::string_view rest = cursor.rest();
  const char* const end = rest.data() + rest.size();
  const char* const stop =
      scan::find_any<';', ' ', '\t', '\r', '\n', '?', ',', '<', '>', '"'>(rest.data(), end);
  if (stop != end && (*stop == '?' || *stop == ',')) return std::unexpected(ParseError::NeedsAngleBrackets);
  address.uri = {rest.data(), stop};
  cursor.move_to(stop);
  return {};
}

/// *( token LWS ) before "<": moves to the bracket, or back to the start when this is no display name but the
/// scheme of a URI, which is one word with a colon right behind it.
bool read_unquoted_display(Cursor& cursor, NameAddr& address) {
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

std::expected<void, ParseError> read_address(Cursor& cursor, NameAddr& address) {
  if (cursor.peek() == '"') {
    const auto name = cursor.quoted();
    if (!name) return std::unexpected(name.error());
    address.display = *name;
    address.display_quoted = true;
    cursor.skip_lws();
    if (cursor.peek() != '<') return std::unexpected(ParseError::BadDisplayName);
  } else if (cursor.peek() != '<' && !read_unquoted_display(cursor, address)) {
    return std::unexpected(ParseError::BadDisplayName);
  }
  return cursor.peek() == '<' ? read_bracketed(cursor, address) : read_bare(cursor, address);
}

std::expected<void, ParseError> read_params(Cursor& cursor, NameAddr& address) {
  ParamNames names;
  while (true) {
    cursor.skip_lws();
    if (cursor.at_end()) return {};
    if (!cursor.eat(';')) return std::unexpected(ParseError::TrailingText);
    cursor.skip_lws();
    Param param;
    if (!read_param(cursor, param)) return std::unexpected(ParseError::BadParameter);
    if (param.name.size() == 3 && base::iequals(param.name, "tag")) {
      if (param.value.empty() || param.quoted) return std::unexpected(ParseError::BadParameter);
      address.tag = param.value;
    }
    if (const ParseError error = names.add(param.name); error != ParseError::None)
      return std::unexpected(error);
  }
}

}  // namespace

std::expected<NameAddr, ParseError> parse_name_addr(std::string_view text) {
  std::expected<NameAddr, ParseError> result;
  Cursor cursor{text};
  cursor.skip_lws();
  if (cursor.at_end()) {
    result = std::unexpected(ParseError::Empty);
    return result;
  }
  NameAddr& address = *result;
  auto read = read_address(cursor, address);
  if (read) {
    cursor.skip_lws();
    address.params = cursor.rest();
    read = read_params(cursor, address);
  }
  if (!read) result = std::unexpected(read.error());
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

std::expected<Contact, ParseError> parse_contact(std::string_view text) {
  Contact contact;
  if (trim_lws(text) == "*") {
    contact.wildcard = true;
    return contact;
  }
  const auto address = parse_name_addr(text);
  if (!address) return std::unexpected(address.error());
  contact.address = *address;
  for (const Param& param : contact.address.all_params()) {
    if (base::iequals(param.name, "q")) {
      const auto q = parse_qvalue(param.value);
      if (!q) return std::unexpected(q.error());
      contact.q = *q;
    } else if (base::iequals(param.name, "expires")) {
      contact.expires = lenient_seconds(param.value);
    }
  }
  return contact;
}

}  // namespace ringfence::sip
