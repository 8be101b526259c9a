// SPDX-License-Identifier: Apache-2.0
// Challenges: their order, their spelling, and the choice of those that fit.
#include "auth/challenge.h"

#include <doctest/doctest.h>

#include <string>

#include "base/allocation_counter.h"
#include "sip/digest.h"

namespace ringfence::auth {
namespace {

using namespace std::chrono_literals;
using crypto::HashKind;

struct Fixture {
  base::SeededRandom random{8760};
  DigestPolicy policy{.algorithms = {HashKind::Sha512_256, HashKind::Sha256, HashKind::Md5},
                      .qops = {sip::DigestQop::Auth},
                      .nonce_binding = NonceBinding::Address,
                      .nonce_lifetime = 300s};
  NonceMint mint{crypto::KeyRing::ephemeral(random), NonceBinding::Address, 300s};
  ChallengeRequest request{.role = AuthRole::Server,
                           .realm = "example.test",
                           .source = base::IpAddress::v4(192, 0, 2, 1),
                           .now = base::ManualClock::kWallStart};

  Challenges make() { return make_challenges(policy, mint, random, request); }
  static sip::DigestAlgorithm algorithm(const Challenges& made, std::size_t i) {
    return sip::parse_challenge(made[i]).value().algorithm;
  }
};

TEST_CASE_FIXTURE(Fixture,
                  "one challenge per algorithm, most preferred first (RFC 8760 §2.3), each readable") {
  const Challenges made = make();
  REQUIRE(made.size() == 3);
  CHECK(algorithm(made, 0) == sip::DigestAlgorithm::Sha512_256);
  CHECK(algorithm(made, 1) == sip::DigestAlgorithm::Sha256);
  CHECK(algorithm(made, 2) == sip::DigestAlgorithm::Md5);
  std::size_t lines = 0;
  for (std::size_t i = 0; i < made.size(); ++i) {
    const auto challenge = sip::parse_challenge(made[i]).value();
    CHECK(challenge.realm == "example.test");
    CHECK(challenge.qop == "auth");
    CHECK_FALSE(challenge.stale);
    CHECK(mint.check(challenge.nonce, request.realm, request.source, request.now).state == NonceState::Fresh);
    lines += std::string{"WWW-Authenticate: "}.size() + made[i].size() + 2;
  }
  CHECK(made.line_bytes() == lines);
}

TEST_CASE_FIXTURE(Fixture,
                  "a challenge quotes realm, nonce and qop, not algorithm and stale (RFC 7616 §3.3)") {
  request.stale = true;
  policy.qops = {sip::DigestQop::Auth, sip::DigestQop::AuthInt};
  const std::string text{make()[1]};
  CHECK(text.starts_with("Digest realm=\"example.test\", nonce=\""));
  CHECK(text.ends_with("\", algorithm=SHA-256, qop=\"auth,auth-int\", stale=true"));
}

TEST_CASE_FIXTURE(Fixture, "within a budget the last algorithm stays, then the others by preference") {
  const Challenges all = make();
  const std::size_t per_line = all.line_bytes() / 3 + 8;

  SUBCASE("room for all") {
    request.budget = all.line_bytes();
    CHECK(make().size() == 3);
  }
  SUBCASE("one byte short of all") {
    request.budget = all.line_bytes() - 1;
    const Challenges made = make();
    REQUIRE(made.size() == 2);
    CHECK(algorithm(made, 0) == sip::DigestAlgorithm::Sha512_256);
    CHECK(algorithm(made, 1) == sip::DigestAlgorithm::Md5);
    CHECK(made.line_bytes() <= request.budget);
  }
  SUBCASE("room for one") {
    request.budget = per_line;
    const Challenges made = make();
    REQUIRE(made.size() == 1);
    CHECK(algorithm(made, 0) == sip::DigestAlgorithm::Md5);
    CHECK(made.line_bytes() <= request.budget);
  }
  SUBCASE("room for none: one, as short as it can be") {
    request.budget = 0;
    const Challenges made = make();
    REQUIRE(made.size() == 1);
    CHECK(std::string{made[0]}.find("algorithm") == std::string::npos);
    CHECK(algorithm(made, 0) == sip::DigestAlgorithm::Md5);
    CHECK(made.line_bytes() < all.line_bytes() / 3);
    CHECK(made.line_bytes() <= 120);  // DESIGN §4: at most request + 120
  }
}

TEST_CASE_FIXTURE(Fixture, "without MD5 the shortest challenge names its algorithm") {
  policy.algorithms = {HashKind::Sha256};
  request.budget = 0;
  CHECK(algorithm(make(), 0) == sip::DigestAlgorithm::Sha256);
}

TEST_CASE_FIXTURE(Fixture, "the longest realm fits, and nothing is allocated") {
  const std::string realm(255, 'r');
  request.realm = realm;
  request.role = AuthRole::Proxy;
  request.stale = true;
  policy.qops = {sip::DigestQop::Auth, sip::DigestQop::AuthInt};
  const auto before = base::allocations_on_this_thread();
  const Challenges made = make();
  CHECK(base::allocations_on_this_thread() == before);
  CHECK(made.size() == 3);
  CHECK(sip::parse_challenge(made[2])->realm == realm);
}

}  // namespace
}  // namespace ringfence::auth
