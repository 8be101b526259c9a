// SPDX-License-Identifier: Apache-2.0
// The authentication headers.
#include "sip/digest.h"

#include <doctest/doctest.h>

#include <string>

#include "sip/sample_message.h"

using namespace ringfence::sip;

TEST_CASE("credentials are read whether phones quote too much or too little (RFC 7616 §3.4)") {
  const auto credentials = parse_credentials(
      "Digest username=\"bob\",realm=\"biloxi.com\",\r\n nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\", "
      "uri=sip:bob@biloxi.com,"
      " qop=\"auth\", nc=0000000A, cnonce=\"0a4f113b\", response=\"6629fae49393a05397450978507c4ef1\", "
      "opaque=\"\","
      " algorithm=\"SHA-256\", userhash=true");
  REQUIRE(credentials);
  CHECK(credentials->username == "bob");
  CHECK(credentials->realm == "biloxi.com");
  CHECK(credentials->uri == "sip:bob@biloxi.com");
  CHECK(credentials->qop == DigestQop::Auth);
  CHECK(credentials->nc == 10);
  CHECK(credentials->nc_text == "0000000A");
  CHECK(credentials->cnonce == "0a4f113b");
  CHECK(credentials->algorithm == DigestAlgorithm::Sha256);
  CHECK(credentials->algorithm_text == "SHA-256");
  CHECK(credentials->opaque.empty());
  CHECK(credentials->userhash);
}

TEST_CASE("the credentials of a registration") {
  const sample::Parsed parsed{sample::kRegister};
  const auto credentials = parse_credentials(parsed.message().header(HeaderId::Authorization));
  REQUIRE(credentials);
  CHECK(credentials->username == "u4471");
  CHECK(credentials->algorithm == DigestAlgorithm::Md5);
  CHECK(credentials->nc == 1);
}

namespace {

constexpr std::string_view kBase = "Digest username=\"a\",realm=\"b\",nonce=\"c\",uri=\"d\",response=\"0f\"";

/// The error of credentials that are fine up to `more`.
ParseError error_with(std::string_view more) {
  std::string text{kBase};
  text += more;
  const auto credentials = parse_credentials(text);
  return credentials ? ParseError::None : credentials.error();
}

ParseError error_of(std::string_view text) {
  const auto credentials = parse_credentials(text);
  return credentials ? ParseError::None : credentials.error();
}

}  // namespace

TEST_CASE("malformed credentials are refused by name") {
  CHECK(error_of("") == ParseError::NotAToken);
  CHECK(error_of("Digest") == ParseError::MissingSpace);
  CHECK(error_of("Basic QWxhZGRpbg==") == ParseError::NotDigest);
  CHECK(error_of("Digest username=\"a\"") == ParseError::MissingParameter);
  CHECK(error_of("Digest username=\"a\",realm=\"b\",nonce=\"c\",uri=\"d\",response=\"xyz\"") ==
        ParseError::BadParameter);
  CHECK(error_with("") == ParseError::None);
  CHECK(error_with(",") == ParseError::BadParameter);
  CHECK(error_with(",,opaque=\"\"") == ParseError::BadParameter);
  CHECK(error_with(" opaque=\"\"") == ParseError::BadParameter);
  CHECK(error_with(",opaque=\"") == ParseError::BadParameter);
  CHECK(error_with(",realm=\"x\"") == ParseError::DuplicateParameter);
  CHECK(error_with(",qop=auth") == ParseError::MissingParameter);
  CHECK(error_with(",qop=auth,cnonce=\"x\",nc=1") == ParseError::BadParameter);
  CHECK(error_with(",qop=auth,cnonce=\"x\",nc=0000000g") == ParseError::BadParameter);
}

TEST_CASE("without an algorithm credentials are MD5, an unknown one is told apart") {
  const auto plain = parse_credentials(kBase);
  REQUIRE(plain);
  CHECK(plain->algorithm == DigestAlgorithm::Md5);
  CHECK(plain->algorithm_text.empty());
  CHECK(plain->qop == DigestQop::None);
  const auto unknown = parse_credentials(
      "Digest "
      "username=\"a\",realm=\"b\",nonce=\"c\",uri=\"d\",response=\"0f\",algorithm=AKAv1-MD5,qop=x,nc="
      "00000001,cnonce=y");
  REQUIRE(unknown);
  CHECK(unknown->algorithm == DigestAlgorithm::Unknown);
  CHECK(unknown->algorithm_text == "AKAv1-MD5");
  CHECK(unknown->qop == DigestQop::Unknown);
}

TEST_CASE("a challenge names realm, nonce and what it accepts (RFC 7616 §3.3)") {
  const auto challenge = parse_challenge(
      "Digest realm=\"atlanta.com\", domain=\"sip:ss1.carrier.com\", qop=\"auth,auth-int\", "
      "nonce=\"f84f1cec41e6cbe5aea9c8e88d359\", opaque=\"\", stale=TRUE, algorithm=SHA-512-256");
  REQUIRE(challenge);
  CHECK(challenge->realm == "atlanta.com");
  CHECK(challenge->nonce == "f84f1cec41e6cbe5aea9c8e88d359");
  CHECK(challenge->offers(DigestQop::Auth));
  CHECK(challenge->offers(DigestQop::AuthInt));
  CHECK_FALSE(challenge->offers(DigestQop::None));
  CHECK(challenge->stale);
  CHECK(challenge->algorithm == DigestAlgorithm::Sha512_256);
  CHECK(parse_challenge("Digest realm=\"a\",nonce=\"b\"")->offers(DigestQop::None));
  CHECK(parse_challenge("Digest nonce=\"b\"").error() == ParseError::MissingParameter);
  CHECK(parse_challenge("Bearer authz_server=\"https://a\"").error() == ParseError::NotDigest);
}

TEST_CASE("Authentication-Info carries the next nonce (RFC 7616 §3.5)") {
  const auto info = parse_authentication_info(
      "nextnonce=\"47364c23\", qop=auth, rspauth=\"ab\", cnonce=\"x\", nc=00000002");
  REQUIRE(info);
  CHECK(info->nextnonce == "47364c23");
  CHECK(info->qop == DigestQop::Auth);
  CHECK(info->nc == 2);
}

TEST_CASE("algorithm names go both ways") {
  for (const auto algorithm :
       {DigestAlgorithm::Md5, DigestAlgorithm::Md5Sess, DigestAlgorithm::Sha256, DigestAlgorithm::Sha256Sess,
        DigestAlgorithm::Sha512_256, DigestAlgorithm::Sha512_256Sess}) {
    CHECK(digest_algorithm_of(name_of(algorithm)) == algorithm);
  }
}
