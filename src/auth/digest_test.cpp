// SPDX-License-Identifier: Apache-2.0
// Known answers of digest authentication.
#include "auth/digest.h"

#include <doctest/doctest.h>

#include <string>

#include "base/encoding.h"
#include "crypto/ha1.h"

namespace ringfence::auth {
namespace {

using crypto::HashKind;
using sip::DigestQop;

std::string response(HashKind kind, const crypto::HashValue& ha1, DigestInput input) {
  input.kind = kind;
  input.ha1 = ha1.bytes();
  return base::to_hex(digest_response(input).bytes());
}

DigestInput rfc7616(std::string_view uri, std::string_view nonce, std::string_view cnonce) {
  return {.kind = HashKind::Md5,
          .ha1 = {},
          .method = "GET",
          .uri = uri,
          .nonce = nonce,
          .nc = "00000001",
          .cnonce = cnonce,
          .qop = DigestQop::Auth,
          .body = {}};
}

TEST_CASE("RFC 7616 §3.9.1: MD5 and SHA-256 with qop=auth") {
  const DigestInput input = rfc7616("/dir/index.html", "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v",
                                    "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ");
  const auto ha1 = [](HashKind kind) {
    return crypto::ha1(kind, "Mufasa", "http-auth@example.org", "Circle of Life");
  };
  CHECK(response(HashKind::Md5, ha1(HashKind::Md5), input) == "8ca523f5e9506fed4657c9700eebdbec");
  CHECK(response(HashKind::Sha256, ha1(HashKind::Sha256), input) ==
        "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1");
}

TEST_CASE("RFC 7616 §3.9.2 as erratum 4897 corrects it: SHA-512-256") {
  const DigestInput input = rfc7616("/doe.json", "5TsQWLVdgBdmrQ0XsxbDODV+57QdFR34I9HAbC/RVvkK",
                                    "NTg6RKcb9boFIAS3KrFK9BGeh+iDa/sm6jUMp2wds69v");
  const auto ha1 =
      crypto::ha1(HashKind::Sha512_256, "J\xc3\xa4s\xc3\xb8n Doe", "api@example.org", "Secret, or not?");
  CHECK(response(HashKind::Sha512_256, ha1, input) ==
        "3798d4131c277846293534c3edc11bd8a5e4cdcbff78b05db9d95eeb1cec68a5");
}

TEST_CASE("RFC 2617 §3.5: MD5 with qop=auth") {
  DigestInput input = rfc7616("/dir/index.html", "dcd98b7102dd2f0e8b11d0f600bfb0c093", "0a4f113b");
  const auto ha1 = crypto::ha1(HashKind::Md5, "Mufasa", "testrealm@host.com", "Circle Of Life");
  CHECK(response(HashKind::Md5, ha1, input) == "6629fae49393a05397450978507c4ef1");
}

TEST_CASE("SIP examples of draft-smith-sip-auth-examples: no qop, auth and auth-int") {
  const auto ha1 = crypto::ha1(HashKind::Md5, "bob", "biloxi.com", "zanzibar");
  DigestInput input = rfc7616("sip:bob@biloxi.com", "dcd98b7102dd2f0e8b11d0f600bfb0c093", "0a4f113b");
  input.method = "INVITE";
  input.body =
      "v=0\r\no=bob 2890844526 2890844526 IN IP4 media.biloxi.com\r\ns=-\r\nc=IN IP4 media.biloxi.com\r\nt=0 "
      "0\r\n"
      "m=audio 49170 RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\nm=video 51372 RTP/AVP 31\r\na=rtpmap:31 "
      "H261/90000\r\n"
      "m=video 53000 RTP/AVP 32\r\na=rtpmap:32 MPV/90000\r\n";
  CHECK(response(HashKind::Md5, ha1, input) == "89eb0059246c02b2f6ee02c7961d5ea3");
  input.qop = DigestQop::None;
  CHECK(response(HashKind::Md5, ha1, input) == "bf57e4e0d0bffc0fbaedce64d59add5e");
  input.qop = DigestQop::AuthInt;
  CHECK(response(HashKind::Md5, ha1, input) == "bdbeebb2da6adb6bca02599c2239e192");
}

TEST_CASE("a response is compared without case, and only in its full length") {
  const auto value = crypto::hash(HashKind::Md5, {"abc"});
  CHECK(spells("900150983cd24fb0d6963f7d28e17f72", value));
  CHECK(spells("900150983CD24FB0D6963F7D28E17F72", value));
  CHECK_FALSE(spells("900150983cd24fb0d6963f7d28e17f73", value));
  CHECK_FALSE(spells("900150983cd24fb0d6963f7d28e17f", value));
  CHECK_FALSE(spells("900150983cd24fb0d6963f7d28e17f7", value));
  CHECK_FALSE(spells("900150983cd24fb0d6963f7d28e17f7200", value));
  CHECK_FALSE(spells("", value));
  CHECK_FALSE(spells(std::string(64, 'g'), value));
}

TEST_CASE("session algorithms have no hash of ours, the others do") {
  CHECK(hash_kind_of(sip::DigestAlgorithm::Md5) == HashKind::Md5);
  CHECK(hash_kind_of(sip::DigestAlgorithm::Sha512_256) == HashKind::Sha512_256);
  for (const auto algorithm : {sip::DigestAlgorithm::Unknown, sip::DigestAlgorithm::Md5Sess,
                               sip::DigestAlgorithm::Sha256Sess, sip::DigestAlgorithm::Sha512_256Sess}) {
    CHECK_FALSE(hash_kind_of(algorithm).has_value());
  }
  for (const auto kind : {HashKind::Md5, HashKind::Sha256, HashKind::Sha512_256}) {
    CHECK(hash_kind_of(algorithm_of(kind)) == kind);
  }
}

}  // namespace
}  // namespace ringfence::auth
