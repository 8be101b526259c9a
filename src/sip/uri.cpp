// SPDX-License-Identifier: Apache-2.0
// Reading URIs.
#include "sip/uri.h"

#include "sip/host.h"
#include "sip/limits.h"
#include "sip/scan.h"

namespace ringfence::sip {
namespace {

using base::iequals;

struct SchemeName {
  Scheme scheme;
  std::string_view name;
};
constexpr auto kSchemes = std::to_array<SchemeName>({
    {Scheme::Sip, "sip"},
    {Scheme::Sips, "sips"},
    {Scheme::Tel, "tel"},
    {Scheme::Urn, "urn"},
});

Scheme scheme_of(std::string_view name) {
  for (const SchemeName& row : kSchemes) {
    if (iequals(row.name, name)) return row.scheme;
  }
  return Scheme::Other;
}

/// The scheme, the cursor behind its colon. Nearly every URI is a sip URI in lower case, and says so in one
/// word.
std::optional<Scheme> read_scheme(UriCursor& cursor) {
  if (cursor.rest().starts_with("sip:")) [[likely]] {
    cursor.move_to(cursor.position() + 4);
    return Scheme::Sip;
  }
  const std::string_view scheme = cursor.Cursor::run(kScheme);
  if (scheme.empty() || !base::is_alpha(scheme[0]) || !cursor.eat(':')) return std::nullopt;
  return scheme_of(scheme);
}

/// What is rare has no plane.
template <CharClass kClass>
void run(UriCursor& cursor) {
  if constexpr (UriAlphabet::knows(kClass)) {
    cursor.run<kClass>();
  } else {
    cursor.Cursor::run(kClass);
  }
}

/// A run of the class in which every '%' starts an escape; false when one does not. Stops at the first other
/// character.
template <CharClass kClass>
bool run_with_escapes(UriCursor& cursor) {
  while (true) {
    run<kClass>(cursor);
    if (cursor.peek() != '%') return true;
    const std::string_view rest = cursor.rest();
    if (rest.size() < 3 || !is(kHex, rest[1]) || !is(kHex, rest[2])) return false;
    cursor.move_to(cursor.position() + 3);
  }
}

/// [ user [ ":" password ] "@" ]. Leaves the cursor at the host: where it was when there is no userinfo.
std::expected<void, ParseError> read_userinfo(UriCursor& cursor, Uri& uri) {
  const char* const start = cursor.position();
  const bool user_sane = run_with_escapes<kUser>(cursor);
  const char* const user_end = cursor.position();
  // No user holds an '@': nearly always it stands here, or nowhere.
  if (cursor.peek() != '@' && scan::find_any<'@'>(user_end, cursor.end()) == cursor.end()) {
    cursor.move_to(start);
    return {};
  }
  bool password_sane = true;
  if (user_sane && cursor.eat(':')) password_sane = run_with_escapes<kPassword>(cursor);
  if (!user_sane || !password_sane) return std::unexpected(ParseError::BadEscape);
  // An '@' follows, but not where userinfo could end: there is a character between that must not be there.
  if (cursor.peek() != '@') return std::unexpected(ParseError::BadUser);
  if (user_end == start) return std::unexpected(ParseError::BadUser);
  uri.user = {start, user_end};
  if (cursor.position() != user_end) uri.password = {user_end + 1, cursor.position()};
  cursor.eat('@');
  return {};
}

/// One pname [ "=" pvalue ] and its end.
bool read_uri_param(UriCursor& cursor, std::string_view& name) {
  const char* const start = cursor.position();
  if (!run_with_escapes<kUriParam>(cursor)) return false;
  name = cursor.since(start);
  if (name.empty()) return false;
  if (!cursor.eat('=')) return true;
  const char* const value = cursor.position();
  return run_with_escapes<kUriParam>(cursor) && cursor.position() != value;
}

/// *( ";" pname [ "=" pvalue ] ): no name may occur twice (RFC 3261 §19.1.1).
std::expected<void, ParseError> read_uri_params(UriCursor& cursor, Uri& uri) {
  if (cursor.peek() != ';') return {};
  const char* const start = cursor.position() + 1;
  std::size_t count = 0;
  while (cursor.eat(';')) {
    std::string_view name;
    if (!read_uri_param(cursor, name)) return std::unexpected(ParseError::BadParameter);
    if (++count > kMaxParameters) return std::unexpected(ParseError::TooManyParameters);
    if (count > 1) {
      UriParams earlier{{start, name.data() - 1}, ';'};
      while (const auto item = earlier.next()) {
        if (same_uri_name(item->name, name)) return std::unexpected(ParseError::DuplicateParameter);
      }
    }
  }
  uri.params = cursor.since(start);
  return {};
}

/// "?" hname "=" hvalue *( "&" hname "=" hvalue ); values may be empty.
std::expected<void, ParseError> read_uri_headers(UriCursor& cursor, Uri& uri) {
  if (!cursor.eat('?')) return {};
  const char* const start = cursor.position();
  do {
    const char* const name = cursor.position();
    if (!run_with_escapes<kUriHeader>(cursor) || cursor.position() == name || !cursor.eat('=') ||
        !run_with_escapes<kUriHeader>(cursor)) {
      return std::unexpected(ParseError::BadParameter);
    }
  } while (cursor.eat('&'));
  uri.headers = cursor.since(start);
  return {};
}

std::expected<void, ParseError> read_sip(UriCursor& cursor, Uri& uri) {
  if (const auto read = read_userinfo(cursor, uri); !read) return read;
  uri.host = read_host(cursor);
  if (uri.host.empty()) return std::unexpected(ParseError::BadHost);
  if (cursor.eat(':')) {
    const auto port = read_port(cursor);
    if (!port) return std::unexpected(port.error());
    uri.port = *port;
  }
  if (cursor.at_end()) return {};
  if (const auto read = read_uri_params(cursor, uri); !read) return read;
  if (const auto read = read_uri_headers(cursor, uri); !read) return read;
  if (!cursor.at_end()) return std::unexpected(ParseError::TrailingText);
  return {};
}

/// RFC 3966 §3: a global number starts with "+" and holds digits only, a local one may hold "*", "#" and hex
/// digits and needs a phone-context (§5.1.5).
std::expected<void, ParseError> read_tel(UriCursor& cursor, Uri& uri) {
  const char* const start = cursor.position();
  const bool global = cursor.eat('+');
  const std::string_view number = cursor.Cursor::run(kPhoneDigit);
  bool any = false;
  for (const char c : number) {
    any = any || is(kHex, c) || c == '*' || c == '#';
    if (global && !is(kDigit, c) && c != '-' && c != '.' && c != '(' && c != ')') {
      return std::unexpected(ParseError::BadNumber);
    }
  }
  if (!any) return std::unexpected(ParseError::BadNumber);
  uri.user = cursor.since(start);
  if (const auto read = read_uri_params(cursor, uri); !read) return read;
  if (!cursor.at_end()) return std::unexpected(ParseError::TrailingText);
  if (!global && uri.param("phone-context").empty()) return std::unexpected(ParseError::MissingParameter);
  return {};
}

std::expected<void, ParseError> read_opaque(UriCursor& cursor) {
  if (cursor.at_end()) return std::unexpected(ParseError::Empty);
  if (!run_with_escapes<kUriOpaque>(cursor)) return std::unexpected(ParseError::BadEscape);
  if (!cursor.at_end()) return std::unexpected(ParseError::TrailingText);
  return {};
}

}  // namespace

std::optional<UriParams::Item> UriParams::next() {
  if (rest_.empty()) return std::nullopt;
  const std::size_t size = rest_.find(separator_);
  const std::string_view item = rest_.substr(0, size);
  rest_ = size == std::string_view::npos ? std::string_view{} : rest_.substr(size + 1);
  const std::size_t equal = item.find('=');
  if (equal == std::string_view::npos) return Item{item, {}, false};
  return Item{item.substr(0, equal), item.substr(equal + 1), true};
}

namespace {
std::optional<UriParams::Item> find_param(std::string_view params, std::string_view name) {
  UriParams items{params, ';'};
  while (const auto item = items.next()) {
    if (iequals(item->name, name)) return item;
  }
  return std::nullopt;
}
}  // namespace

std::string_view Uri::param(std::string_view name) const {
  const auto item = find_param(params, name);
  return item ? item->value : std::string_view{};
}

bool Uri::has_param(std::string_view name) const {
  return find_param(params, name).has_value();
}

[[gnu::flatten]] std::expected<Uri, ParseError> parse_uri(std::string_view text) {
  Window window;
  UriCursor cursor{text, window};
  const std::optional<Scheme> scheme = read_scheme(cursor);
  // Filled where the caller will find it: a Uri is too large to be copied for nothing.
  std::expected<Uri, ParseError> result;
  if (!scheme) {
    result = std::unexpected(ParseError::MissingScheme);
    return result;
  }
  Uri& uri = *result;
  uri.text = text;
  uri.scheme = *scheme;
  uri.opaque = cursor.rest();
  const auto read = uri.is_sip()                ? read_sip(cursor, uri)
                    : uri.scheme == Scheme::Tel ? read_tel(cursor, uri)
                                                : read_opaque(cursor);
  if (!read) result = std::unexpected(read.error());
  return result;
}

}  // namespace ringfence::sip
