// SPDX-License-Identifier: Apache-2.0
// Reading challenges and credentials.
#include "sip/digest.h"

#include <array>
#include <charconv>

#include "base/ascii.h"
#include "sip/limits.h"
#include "sip/param_reader.h"
#include "sip/scan.h"
#include "sip/values.h"

namespace ringfence::sip {
namespace {

using base::iequals;

constexpr auto kAlgorithms = std::to_array<std::string_view>(
    {"", "MD5", "MD5-sess", "SHA-256", "SHA-256-sess", "SHA-512-256", "SHA-512-256-sess"});
constexpr auto kQops = std::to_array<std::string_view>({"", "auth", "auth-int", ""});

DigestQop qop_of(std::string_view name) {
  if (iequals(name, name_of(DigestQop::Auth))) return DigestQop::Auth;
  if (iequals(name, name_of(DigestQop::AuthInt))) return DigestQop::AuthInt;
  return DigestQop::Unknown;
}

/// auth-param: token EQUAL ( token / quoted-string ). Unquoted values are taken up to a comma or white space,
/// because real phones leave quotes off URIs and nonces.
bool read_auth_param(ValueCursor& cursor, Param& param) {
  param = {};
  param.name = cursor.token();
  if (param.name.empty() || !cursor.eat_separator('=')) return false;
  param.has_value = true;
  if (cursor.peek() == '"') {
    param.quoted = true;
    param.value = cursor.quoted();
    return param.value.data() != nullptr;
  }
  const char* const start = cursor.position();
  const char* const end = start + cursor.rest().size();
  cursor.move_to(scan::find_any<',', ' ', '\t', '\r', '\n'>(start, end));
  param.value = cursor.since(start);
  return consists_of(kQuoted, param.value);
}

/// Calls keep(param) for each parameter of a comma list; keep returns false for a value that is wrong.
template <class Keep>
std::expected<void, ParseError> read_auth_params(ValueCursor& cursor, Keep keep) {
  ParamNames names;
  while (true) {
    cursor.skip_lws();
    Param param;
    if (!read_auth_param(cursor, param) || !keep(param)) return std::unexpected(ParseError::BadParameter);
    if (const ParseError error = names.add(param.name); error != ParseError::None)
      return std::unexpected(error);
    cursor.skip_lws();
    if (cursor.at_end()) return {};
    if (!cursor.eat(',')) return std::unexpected(ParseError::BadParameter);
  }
}

/// "Digest" and white space.
std::expected<void, ParseError> read_scheme(ValueCursor& cursor) {
  cursor.skip_lws();
  const std::string_view scheme = cursor.token();
  if (!iequals(scheme, "Digest"))
    return std::unexpected(scheme.empty() ? ParseError::NotAToken : ParseError::NotDigest);
  if (!is_lws(cursor.peek())) return std::unexpected(ParseError::MissingSpace);
  return {};
}

/// nc-value: eight hexadecimal digits.
bool read_nc(std::string_view text, std::uint32_t& nc) {
  constexpr std::size_t kDigits = 8;
  if (text.size() != kDigits || !consists_of(kHex, text)) return false;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), nc, 16);
  return read.ec == std::errc{};
}

/// Where the plain text parameters of a struct go.
template <class T>
struct TextField {
  std::string_view name;
  std::string_view T::* field;
};

template <class T, std::size_t N>
bool keep_text(const std::array<TextField<T>, N>& fields, const Param& param, T& into) {
  for (const TextField<T>& row : fields) {
    if (!iequals(row.name, param.name)) continue;
    into.*row.field = param.value;
    return true;
  }
  return false;
}

constexpr auto kChallengeTexts = std::to_array<TextField<Challenge>>({
    {"realm", &Challenge::realm},
    {"nonce", &Challenge::nonce},
    {"opaque", &Challenge::opaque},
    {"domain", &Challenge::domain},
    {"qop", &Challenge::qop},
});

constexpr auto kCredentialTexts = std::to_array<TextField<Credentials>>({
    {"username", &Credentials::username},
    {"realm", &Credentials::realm},
    {"nonce", &Credentials::nonce},
    {"uri", &Credentials::uri},
    {"response", &Credentials::response},
    {"cnonce", &Credentials::cnonce},
    {"opaque", &Credentials::opaque},
});

constexpr auto kInfoTexts = std::to_array<TextField<AuthenticationInfo>>({
    {"nextnonce", &AuthenticationInfo::nextnonce},
    {"rspauth", &AuthenticationInfo::rspauth},
    {"cnonce", &AuthenticationInfo::cnonce},
});

/// RFC 7616 §3.4: with qop, nc and cnonce are required; the response is hexadecimal in every algorithm we
/// know.
std::expected<Credentials, ParseError> complete(const Credentials& credentials) {
  if (credentials.username.empty() || credentials.realm.data() == nullptr || credentials.nonce.empty() ||
      credentials.uri.empty() || credentials.response.empty()) {
    return std::unexpected(ParseError::MissingParameter);
  }
  if (credentials.qop != DigestQop::None && (credentials.nc_text.empty() || credentials.cnonce.empty())) {
    return std::unexpected(ParseError::MissingParameter);
  }
  if (!consists_of(kHex, credentials.response)) return std::unexpected(ParseError::BadParameter);
  return credentials;
}

}  // namespace

std::string_view name_of(DigestAlgorithm algorithm) {
  return kAlgorithms[static_cast<std::size_t>(algorithm)];
}

DigestAlgorithm digest_algorithm_of(std::string_view name) {
  for (std::size_t i = 1; i < kAlgorithms.size(); ++i) {
    if (iequals(kAlgorithms[i], name)) return static_cast<DigestAlgorithm>(i);
  }
  return DigestAlgorithm::Unknown;
}

std::string_view name_of(DigestQop qop) {
  return kQops[static_cast<std::size_t>(qop)];
}

bool Challenge::offers(DigestQop wanted) const {
  for (const std::string_view option : ListValues{qop}) {
    if (qop_of(option) == wanted && wanted != DigestQop::Unknown) return true;
  }
  return wanted == DigestQop::None && qop.empty();
}

std::expected<Challenge, ParseError> parse_challenge(std::string_view text) {
  Window window;
  ValueCursor cursor{text, window};
  if (const auto scheme = read_scheme(cursor); !scheme) return std::unexpected(scheme.error());
  Challenge challenge;
  const auto read = read_auth_params(cursor, [&challenge](const Param& param) {
    if (keep_text(kChallengeTexts, param, challenge)) return true;
    if (iequals(param.name, "algorithm")) challenge.algorithm = digest_algorithm_of(param.value);
    if (iequals(param.name, "stale")) challenge.stale = iequals(param.value, "true");
    if (iequals(param.name, "userhash")) challenge.userhash = iequals(param.value, "true");
    return true;
  });
  if (!read) return std::unexpected(read.error());
  if (challenge.realm.data() == nullptr || challenge.nonce.empty())
    return std::unexpected(ParseError::MissingParameter);
  return challenge;
}

[[gnu::flatten]] std::expected<Credentials, ParseError> parse_credentials(std::string_view text) {
  Window window;
  ValueCursor cursor{text, window};
  if (const auto scheme = read_scheme(cursor); !scheme) return std::unexpected(scheme.error());
  Credentials credentials;
  const auto read = read_auth_params(cursor, [&credentials](const Param& param) {
    if (keep_text(kCredentialTexts, param, credentials)) return true;
    if (iequals(param.name, "algorithm")) {
      credentials.algorithm_text = param.value;
      credentials.algorithm = digest_algorithm_of(param.value);
    } else if (iequals(param.name, "qop")) {
      credentials.qop = qop_of(param.value);
    } else if (iequals(param.name, "nc")) {
      credentials.nc_text = param.value;
      return read_nc(param.value, credentials.nc);
    } else if (iequals(param.name, "userhash")) {
      credentials.userhash = iequals(param.value, "true");
    }
    return true;
  });
  if (!read) return std::unexpected(read.error());
  return complete(credentials);
}

std::expected<AuthenticationInfo, ParseError> parse_authentication_info(std::string_view text) {
  Window window;
  ValueCursor cursor{text, window};
  AuthenticationInfo info;
  const auto read = read_auth_params(cursor, [&info](const Param& param) {
    if (keep_text(kInfoTexts, param, info)) return true;
    if (iequals(param.name, "qop")) info.qop = qop_of(param.value);
    return !iequals(param.name, "nc") || read_nc(param.value, info.nc);
  });
  if (!read) return std::unexpected(read.error());
  return info;
}

}  // namespace ringfence::sip
