// SPDX-License-Identifier: Apache-2.0
// Who is accepted, who is challenged again, and that nobody learns who exists.
#include "auth/verify.h"

#include <doctest/doctest.h>

#include <string>

#include "auth/challenge.h"
#include "auth/digest.h"
#include "base/allocation_counter.h"
#include "base/encoding.h"
#include "crypto/ha1.h"

namespace ringfence::auth {
namespace {

using namespace std::chrono_literals;
using crypto::HashKind;

constexpr std::string_view kRealm = "example.test";
constexpr std::string_view kUri = "sip:example.test";

/// A phone that answers a challenge.
struct Phone {
  std::string username = "alice";
  std::string password = "secret";
  std::string realm{kRealm};
  std::string uri{kUri};
  std::string nonce;
  std::string nc = "00000001";
  HashKind kind = HashKind::Sha256;
  sip::DigestQop qop = sip::DigestQop::Auth;
  std::string body;

  [[nodiscard]] std::string response() const {
    const auto ha1 = crypto::ha1(kind, username, realm, password);
    return base::to_hex(digest_response({.kind = kind,
                                         .ha1 = ha1.bytes(),
                                         .method = "REGISTER",
                                         .uri = uri,
                                         .nonce = nonce,
                                         .nc = nc,
                                         .cnonce = "c",
                                         .qop = qop,
                                         .body = body})
                            .bytes());
  }
  [[nodiscard]] std::string credentials(std::string_view extra = {}) const {
    std::string text = "Digest username=\"" + username + "\", realm=\"" + realm + "\", nonce=\"" + nonce +
                       "\", uri=\"" + uri + "\", response=\"" + response() +
                       "\", algorithm=" + std::string{name_of(algorithm_of(kind))};
    if (qop != sip::DigestQop::None) {
      text += ", qop=" + std::string{name_of(qop)} + ", nc=" + nc + ", cnonce=\"c\"";
    }
    return text + std::string{extra};
  }
};

struct Fixture {
  base::SeededRandom random{1};
  DigestPolicy policy{.algorithms = {HashKind::Sha512_256, HashKind::Sha256, HashKind::Md5},
                      .qops = {sip::DigestQop::Auth, sip::DigestQop::AuthInt},
                      .nonce_binding = NonceBinding::Address,
                      .nonce_lifetime = 300s};
  NonceMint mint{crypto::KeyRing::ephemeral(random), policy.nonce_binding, policy.nonce_lifetime};
  DigestVerifier verifier{policy, mint, random};
  directory::Subscriber::Owner alice = subscriber("alice", "secret");
  DigestRequest request{.method = "REGISTER",
                        .uri = kUri,
                        .body = {},
                        .realm = kRealm,
                        .source = base::IpAddress::v4(192, 0, 2, 1),
                        .now = base::ManualClock::kWallStart};
  Phone phone;

  Fixture() { phone.nonce = new_nonce(); }

  static directory::Subscriber::Owner subscriber(std::string name, std::string_view password) {
    directory::SubscriberValues values{
        .id = 7, .tenant = 1, .domain = 1, .state = {}, .username = std::move(name), .number = {}, .ha1 = {}};
    for (const auto kind : {HashKind::Md5, HashKind::Sha256, HashKind::Sha512_256}) {
      values.ha1.set(kind, crypto::ha1(kind, values.username, kRealm, password).bytes());
    }
    return directory::Subscriber::make(values);
  }
  std::string new_nonce() {
    const NonceText text = mint.make(kRealm, request.source, request.now, random);
    return {text.data(), text.size()};
  }
  DigestResult check(const std::string& credentials, const directory::Subscriber* account) const {
    return verifier.check(sip::parse_credentials(credentials).value(), request, account);
  }
  DigestOutcome outcome(const directory::Subscriber* account) const {
    return check(phone.credentials(), account).outcome;
  }
};

TEST_CASE_FIXTURE(Fixture, "the right password is accepted with every algorithm and qop on offer") {
  for (const auto kind : {HashKind::Md5, HashKind::Sha256, HashKind::Sha512_256}) {
    for (const auto qop : {sip::DigestQop::Auth, sip::DigestQop::AuthInt}) {
      phone.kind = kind;
      phone.qop = qop;
      phone.body = "v=0\r\n";
      request.body = "v=0\r\n";
      phone.nc = "0000000a";
      const DigestResult result = check(phone.credentials(), alice.get());
      CHECK(result.outcome == DigestOutcome::Accepted);
      CHECK(result.nc == 10);
      CHECK(result.nonce == mint.check(phone.nonce, kRealm, request.source, request.now).id);
    }
  }
}

TEST_CASE_FIXTURE(Fixture, "a wrong password and an unknown user end the same way") {
  phone.password = "guess";
  CHECK(outcome(alice.get()) == DigestOutcome::WrongPassword);
  CHECK(outcome(nullptr) == DigestOutcome::WrongPassword);
  phone.password = "secret";
  CHECK(outcome(nullptr) == DigestOutcome::WrongPassword);
}

TEST_CASE_FIXTURE(Fixture, "an account without an HA1 of the algorithm cannot be entered with it") {
  directory::SubscriberValues values = alice->values();
  values.ha1 = {};
  values.ha1.set(HashKind::Md5, crypto::ha1(HashKind::Md5, "alice", kRealm, "secret").bytes());
  const auto old = directory::Subscriber::make(values);
  CHECK(outcome(old.get()) == DigestOutcome::WrongPassword);
  phone.kind = HashKind::Md5;
  CHECK(outcome(old.get()) == DigestOutcome::Accepted);
}

TEST_CASE_FIXTURE(Fixture, "what is hashed is protected: method, uri, count, and with auth-int the body") {
  SUBCASE("method") {
    request.method = "INVITE";
    CHECK(outcome(alice.get()) == DigestOutcome::WrongPassword);
  }
  SUBCASE("count") {
    std::string text = phone.credentials();
    text.replace(text.find("nc=00000001"), 11, "nc=00000002");
    CHECK(check(text, alice.get()).outcome == DigestOutcome::WrongPassword);
  }
  SUBCASE("body") {
    phone.qop = sip::DigestQop::AuthInt;
    request.body = "changed";
    CHECK(outcome(alice.get()) == DigestOutcome::WrongPassword);
    phone.qop = sip::DigestQop::Auth;  // does not cover it
    CHECK(outcome(alice.get()) == DigestOutcome::Accepted);
  }
}

TEST_CASE_FIXTURE(Fixture, "a nonce that is old, changed, or seen from elsewhere is stale, not a failure") {
  phone.password = "guess";  // nobody looks at it
  SUBCASE("old") {
    request.now += 301s;
  }
  SUBCASE("from elsewhere") {
    request.source = base::IpAddress::v4(192, 0, 2, 2);
  }
  SUBCASE("changed") {
    phone.nonce[20] = phone.nonce[20] == 'A' ? 'B' : 'A';
  }
  SUBCASE("invented") {
    phone.nonce = "dcd98b7102dd2f0e8b11d0f600bfb0c093";
  }
  CHECK(outcome(alice.get()) == DigestOutcome::Stale);
  CHECK(outcome(nullptr) == DigestOutcome::Stale);
}

TEST_CASE_FIXTURE(Fixture, "credentials that do not follow the challenge are challenged again") {
  SUBCASE("algorithm not on offer") {
    policy.algorithms = {HashKind::Sha512_256};
  }
  SUBCASE("qop not on offer") {
    policy.qops = {sip::DigestQop::AuthInt};
  }
  SUBCASE("another realm") {
    phone.realm = "example.com";
  }
  SUBCASE("count zero") {
    phone.nc = "00000000";
  }
  SUBCASE("no qop with SHA-256") {
    phone.qop = sip::DigestQop::None;
  }
  CHECK(outcome(alice.get()) == DigestOutcome::Challenge);
}

TEST_CASE_FIXTURE(Fixture, "a hashed user name, which is never asked for, is challenged again") {
  CHECK(check(phone.credentials(", userhash=true"), alice.get()).outcome == DigestOutcome::Challenge);
}

TEST_CASE_FIXTURE(Fixture, "an old phone without qop is accepted with MD5, and its nonce has no count") {
  phone.kind = HashKind::Md5;
  phone.qop = sip::DigestQop::None;
  const DigestResult result = check(phone.credentials(), alice.get());
  CHECK(result.outcome == DigestOutcome::Accepted);
  CHECK(result.nc == 0);
}

TEST_CASE_FIXTURE(Fixture, "a digest about another target is refused as such") {
  phone.uri = "sip:premium@example.test";
  request.uri = "sip:bob@example.test";
  CHECK(outcome(alice.get()) == DigestOutcome::WrongUri);
}

TEST_CASE(
    "the digest's uri may differ from the Request-URI in what proxies and ALGs rewrite, not in the user") {
  CHECK(uri_corresponds("sip:bob@example.test", "sip:bob@example.test"));
  CHECK(uri_corresponds("sip:bob@example.test", "sip:bob@EXAMPLE.test;transport=udp"));
  CHECK(uri_corresponds("sip:b%6fb@example.test", "sip:bob@192.0.2.1:5060"));
  CHECK(uri_corresponds("sip:example.test", "sip:192.0.2.1"));
  CHECK(uri_corresponds("tel:+43-1-2345", "tel:+4312345"));
  CHECK_FALSE(uri_corresponds("sip:bob@example.test", "sip:alice@example.test"));
  CHECK_FALSE(uri_corresponds("sip:bob@example.test", "sip:Bob@example.test"));
  CHECK_FALSE(uri_corresponds("sip:bob@example.test", "sip:example.test"));
  CHECK_FALSE(uri_corresponds("sip:bo@example.test", "sip:bob@example.test"));
  CHECK_FALSE(uri_corresponds("tel:+431", "sip:+431@example.test"));
  CHECK_FALSE(uri_corresponds("", "sip:example.test"));
  CHECK_FALSE(uri_corresponds("*", "sip:example.test"));
}

TEST_CASE("quoted pairs of a user name are undone") {
  std::array<char, 8> buffer{};
  CHECK(plain_username("alice", buffer) == "alice");
  CHECK(plain_username(R"(al\"ice)", buffer) == R"(al"ice)");
  CHECK(plain_username(R"(a\\b)", buffer) == R"(a\b)");
  CHECK_FALSE(plain_username(R"(\a\b\c\d\e\f\g\h\i)", buffer).has_value());
}

std::string register_with(std::string_view headers) {
  return "REGISTER sip:example.test SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\r\nFrom: "
         "<sip:alice@example.test>;tag=1\r\n"
         "To: <sip:alice@example.test>\r\nCall-ID: 1\r\nCSeq: 1 REGISTER\r\nMax-Forwards: 70\r\n" +
         std::string{headers} + "Content-Length: 0\r\n\r\n";
}

TEST_CASE_FIXTURE(Fixture, "of several credentials those with our realm and an algorithm on offer count") {
  policy.algorithms = {HashKind::Sha256};
  Phone other = phone;
  other.realm = "example.com";
  Phone weak = phone;
  weak.kind = HashKind::Md5;
  const std::string text = register_with(
      "Authorization: Basic YWxpY2U6c2VjcmV0\r\nAuthorization: " + other.credentials() +
      "\r\nAuthorization: " + weak.credentials() + "\r\nAuthorization: " + phone.credentials() + "\r\n");
  sip::MessageIndex index;
  REQUIRE(sip::parse(text, index).has_value());
  const sip::Message message{text, index};
  const auto found = find_credentials(message, sip::HeaderId::Authorization, kRealm, policy);
  REQUIRE(found.has_value());
  CHECK(found->algorithm == sip::DigestAlgorithm::Sha256);
  CHECK(found->realm == kRealm);
  CHECK(verifier.check(*found, request, alice.get()).outcome == DigestOutcome::Accepted);
  CHECK_FALSE(find_credentials(message, sip::HeaderId::ProxyAuthorization, kRealm, policy).has_value());
  CHECK_FALSE(find_credentials(message, sip::HeaderId::Authorization, "example.org", policy).has_value());
}

TEST_CASE_FIXTURE(Fixture, "finding and checking credentials allocates nothing") {
  if (!base::counting_available()) return;
  const std::string text = register_with("Authorization: " + phone.credentials() + "\r\n");
  sip::MessageIndex index;
  REQUIRE(sip::parse(text, index).has_value());
  const sip::Message message{text, index};
  const auto before = base::allocations_on_this_thread();
  const auto found = find_credentials(message, sip::HeaderId::Authorization, kRealm, policy);
  const DigestOutcome outcome = verifier.check(*found, request, alice.get()).outcome;
  CHECK(base::allocations_on_this_thread() == before);
  CHECK(outcome == DigestOutcome::Accepted);
}

}  // namespace
}  // namespace ringfence::auth
