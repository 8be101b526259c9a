// SPDX-License-Identifier: Apache-2.0
// The four authentication headers: challenges and credentials of Digest (RFC 7616, RFC 8760), as views into
// the message.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string_view>

#include "sip/parse_error.h"

namespace ringfence::sip {

enum class DigestAlgorithm : std::uint8_t {
  Unknown,
  Md5,
  Md5Sess,
  Sha256,
  Sha256Sess,
  Sha512_256,
  Sha512_256Sess
};
[[nodiscard]] std::string_view name_of(DigestAlgorithm algorithm);
/// Without case; Unknown for any other name.
[[nodiscard]] DigestAlgorithm digest_algorithm_of(std::string_view name);

enum class DigestQop : std::uint8_t { None, Auth, AuthInt, Unknown };
[[nodiscard]] std::string_view name_of(DigestQop qop);

/// WWW-Authenticate or Proxy-Authenticate with the scheme Digest (RFC 7616 §3.3). Quoted values stand here
/// without their quotes and with their backslashes.
struct Challenge {
  std::string_view realm;
  std::string_view nonce;
  std::string_view opaque;
  std::string_view domain;
  std::string_view qop;  // the list as it is written: "auth,auth-int"; empty when absent
  DigestAlgorithm algorithm = DigestAlgorithm::Md5;
  bool stale = false;
  bool userhash = false;

  [[nodiscard]] bool offers(DigestQop wanted) const;
};

/// @error NotDigest  another scheme: the caller skips the header
/// @error MissingParameter  realm or nonce is missing
/// @error BadParameter, DuplicateParameter, BadQuotedString
std::expected<Challenge, ParseError> parse_challenge(std::string_view text);

/// Authorization or Proxy-Authorization with the scheme Digest (RFC 7616 §3.4).
struct Credentials {
  std::string_view username;
  std::string_view realm;
  std::string_view nonce;
  std::string_view uri;
  std::string_view response;  // lower or upper case hexadecimal digits
  std::string_view cnonce;
  std::string_view opaque;
  std::string_view algorithm_text;  // empty: absent, which means MD5
  std::string_view nc_text;         // eight digits as written; it goes into the hash
  std::uint32_t nc = 0;
  DigestAlgorithm algorithm = DigestAlgorithm::Md5;
  DigestQop qop = DigestQop::None;
  bool userhash = false;
};

/// qop, algorithm, nc, stale and userhash are accepted with and without quotes, because phones write both.
/// @error NotDigest  another scheme: treat as if there were no credentials (RFC 4475 §3.3.7)
/// @error MissingParameter  username, realm, nonce, uri or response; with qop also nc and cnonce (RFC 7616
/// §3.4)
/// @error BadParameter, DuplicateParameter, BadQuotedString
std::expected<Credentials, ParseError> parse_credentials(std::string_view text);

/// Authentication-Info (RFC 7616 §3.5).
struct AuthenticationInfo {
  std::string_view nextnonce;
  std::string_view rspauth;
  std::string_view cnonce;
  std::uint32_t nc = 0;
  DigestQop qop = DigestQop::None;
};
std::expected<AuthenticationInfo, ParseError> parse_authentication_info(std::string_view text);

}  // namespace ringfence::sip
