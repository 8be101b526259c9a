// SPDX-License-Identifier: Apache-2.0
// Finding and checking credentials.
#include "auth/verify.h"

#include "auth/digest.h"
#include "base/ascii.h"
#include "sip/uri.h"

namespace ringfence::auth {
namespace {

/// Did the client follow a challenge of ours? Nothing here depends on the account.
bool follows_challenge(const sip::Credentials& credentials, const DigestPolicy& policy,
                       std::string_view realm) {
  const auto kind = hash_kind_of(credentials.algorithm);
  if (credentials.realm != realm || credentials.userhash || !kind || !policy.offers(*kind)) return false;
  // RFC 2069: no qop, MD5 alone. Its nonces serve once, as nothing else stops a replay.
  if (credentials.qop == sip::DigestQop::None) return *kind == crypto::HashKind::Md5;
  return policy.offers(credentials.qop) && credentials.nc != 0;
}

/// Takes one character off a user part, an escape being one (RFC 3261 §19.1.4).
char take_character(std::string_view& rest) {
  if (rest.size() >= 3 && rest[0] == '%' && base::hex_value(rest[1]) >= 0 && base::hex_value(rest[2]) >= 0) {
    const int value = base::hex_value(rest[1]) * 16 + base::hex_value(rest[2]);
    rest.remove_prefix(3);
    return static_cast<char>(value);
  }
  const char c = rest.front();
  rest.remove_prefix(1);
  return c;
}

bool same_user(std::string_view a, std::string_view b) {
  while (!a.empty() && !b.empty()) {
    if (take_character(a) != take_character(b)) return false;
  }
  return a.empty() && b.empty();
}

}  // namespace

std::optional<sip::Credentials> find_credentials(const sip::Message& request, sip::HeaderId header,
                                                 std::string_view realm, const DigestPolicy& policy) {
  for (const sip::HeaderView& row : request.rows(header)) {
    const auto credentials = sip::parse_credentials(row.value);
    if (!credentials || credentials->realm != realm) continue;
    const auto kind = hash_kind_of(credentials->algorithm);
    if (kind && policy.offers(*kind)) return *credentials;
  }
  return std::nullopt;
}

std::optional<std::string_view> plain_username(std::string_view username, std::span<char> buffer) {
  if (username.find('\\') == username.npos) return username;
  std::size_t size = 0;
  for (std::size_t i = 0; i < username.size(); ++i) {
    if (username[i] == '\\' && i + 1 < username.size()) ++i;
    if (size == buffer.size()) return std::nullopt;
    buffer[size++] = username[i];
  }
  return std::string_view{buffer.data(), size};
}

bool uri_corresponds(std::string_view digest_uri, std::string_view request_uri) {
  if (digest_uri == request_uri) return true;
  const auto digest = sip::parse_uri(digest_uri);
  const auto request = sip::parse_uri(request_uri);
  if (!digest || !request) return false;
  if (digest->is_sip() && request->is_sip()) return same_user(digest->user, request->user);
  return equivalent(*digest, *request);
}

DigestVerifier::DigestVerifier(const DigestPolicy& policy, const NonceMint& mint, base::Random& random)
    : policy_{policy}, mint_{mint} {
  random.fill(nobody_);
}

base::Bytes DigestVerifier::ha1_of(const directory::Subscriber* account, crypto::HashKind kind) const {
  const base::Bytes nobody = base::Bytes{nobody_}.first(crypto::size_of(kind));
  if (account == nullptr) return nobody;
  const base::Bytes own = account->ha1(kind);
  return own.empty() ? nobody : own;
}

DigestResult DigestVerifier::check(const sip::Credentials& credentials, const DigestRequest& request,
                                   const directory::Subscriber* account) const {
  if (!follows_challenge(credentials, policy_, request.realm)) return {DigestOutcome::Challenge, {}, 0};
  const NonceCheck nonce = mint_.check(credentials.nonce, request.realm, request.source, request.now);
  if (nonce.state != NonceState::Fresh) return {DigestOutcome::Stale, {}, 0};
  if (!uri_corresponds(credentials.uri, request.uri)) return {DigestOutcome::WrongUri, {}, 0};

  const crypto::HashKind kind = *hash_kind_of(credentials.algorithm);
  const base::Bytes ha1 = ha1_of(account, kind);
  const crypto::HashValue expected = digest_response({.kind = kind,
                                                      .ha1 = ha1,
                                                      .method = request.method,
                                                      .uri = credentials.uri,
                                                      .nonce = credentials.nonce,
                                                      .nc = credentials.nc_text,
                                                      .cnonce = credentials.cnonce,
                                                      .qop = credentials.qop,
                                                      .body = request.body});
  const bool right = spells(credentials.response, expected);
  const bool exists =
      ha1.data() != nobody_.data();  // nobody is never accepted, not even with the right answer
  const std::uint32_t nc = credentials.qop == sip::DigestQop::None ? 0 : credentials.nc;
  return {right && exists ? DigestOutcome::Accepted : DigestOutcome::WrongPassword, nonce.id, nc};
}

}  // namespace ringfence::auth
