// SPDX-License-Identifier: Apache-2.0
// Nonces: fresh where and while they should be, foreign everywhere else.
#include "auth/nonce.h"

#include <doctest/doctest.h>

#include <string>

namespace ringfence::auth {
namespace {

using namespace std::chrono_literals;

constexpr base::WallTime kNow = base::ManualClock::kWallStart;

base::IpAddress address(std::string_view text) {
  return base::IpAddress::parse(text).value();
}

struct Fixture {
  base::SeededRandom random{7616};
  crypto::KeyRing keys = crypto::KeyRing::ephemeral(random);

  std::string make(const NonceMint& mint, std::string_view source, base::WallTime now = kNow) {
    const NonceText text = mint.make("example.test", address(source), now, random);
    return {text.data(), text.size()};
  }
  static NonceState state(const NonceMint& mint, std::string_view nonce, std::string_view source,
                          base::WallTime now = kNow, std::string_view realm = "example.test") {
    return mint.check(nonce, realm, address(source), now).state;
  }
};

TEST_CASE_FIXTURE(Fixture, "a nonce is fresh for its lifetime and stale afterwards") {
  const NonceMint mint{keys, NonceBinding::Address, 300s};
  const std::string nonce = make(mint, "192.0.2.1");
  CHECK(state(mint, nonce, "192.0.2.1") == NonceState::Fresh);
  CHECK(state(mint, nonce, "192.0.2.1", kNow + 300s) == NonceState::Fresh);
  CHECK(state(mint, nonce, "192.0.2.1", kNow + 300s + 1ms) == NonceState::Stale);
}

TEST_CASE_FIXTURE(Fixture,
                  "a clock that was set back a little is borne, one set back far makes nonces stale") {
  const NonceMint mint{keys, NonceBinding::Address, 300s};
  const std::string nonce = make(mint, "192.0.2.1");
  CHECK(state(mint, nonce, "192.0.2.1", kNow - NonceMint::kClockSlack) == NonceState::Fresh);
  CHECK(state(mint, nonce, "192.0.2.1", kNow - NonceMint::kClockSlack - 1ms) == NonceState::Stale);
}

TEST_CASE_FIXTURE(Fixture, "a nonce carries its time and tells itself from others") {
  const NonceMint mint{keys, NonceBinding::Address, 300s};
  const auto first =
      mint.check(make(mint, "192.0.2.1", kNow + 5ms), "example.test", address("192.0.2.1"), kNow);
  const auto second =
      mint.check(make(mint, "192.0.2.1", kNow + 5ms), "example.test", address("192.0.2.1"), kNow);
  CHECK(first.id.issued == kNow + 5ms);
  CHECK_FALSE(first.id == second.id);
}

TEST_CASE_FIXTURE(Fixture, "from another source, realm or key a nonce is foreign") {
  const NonceMint mint{keys, NonceBinding::Address, 300s};
  const NonceMint other{crypto::KeyRing::ephemeral(random), NonceBinding::Address, 300s};
  const std::string nonce = make(mint, "192.0.2.1");
  CHECK(state(mint, nonce, "192.0.2.2") == NonceState::Foreign);
  CHECK(state(mint, nonce, "2001:db8::1") == NonceState::Foreign);
  CHECK(state(mint, nonce, "192.0.2.1", kNow, "example.com") == NonceState::Foreign);
  CHECK(state(other, nonce, "192.0.2.1") == NonceState::Foreign);
}

TEST_CASE_FIXTURE(Fixture, "the binding decides how much of the source counts") {
  const NonceMint prefix{keys, NonceBinding::Prefix, 300s};
  CHECK(state(prefix, make(prefix, "192.0.2.1"), "192.0.2.254") == NonceState::Fresh);
  CHECK(state(prefix, make(prefix, "192.0.2.1"), "192.0.3.1") == NonceState::Foreign);
  CHECK(state(prefix, make(prefix, "2001:db8:0:1234::1"), "2001:db8:0:12ff::2") == NonceState::Fresh);
  CHECK(state(prefix, make(prefix, "2001:db8:0:1234::1"), "2001:db8:0:1334::1") == NonceState::Foreign);
  const NonceMint none{keys, NonceBinding::None, 300s};
  CHECK(state(none, make(none, "192.0.2.1"), "2001:db8::1") == NonceState::Fresh);
}

TEST_CASE_FIXTURE(Fixture, "every changed character, and every other length, makes a nonce foreign") {
  const NonceMint mint{keys, NonceBinding::Address, 300s};
  const std::string nonce = make(mint, "192.0.2.1");
  for (std::size_t i = 0; i < nonce.size(); ++i) {
    std::string changed = nonce;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    CHECK(state(mint, changed, "192.0.2.1") == NonceState::Foreign);
    CHECK(state(mint, nonce.substr(0, i), "192.0.2.1") == NonceState::Foreign);
  }
  CHECK(state(mint, nonce + 'A', "192.0.2.1") == NonceState::Foreign);
  CHECK(state(mint, "dcd98b7102dd2f0e8b11d0f600bfb0c093", "192.0.2.1") == NonceState::Foreign);
}

TEST_CASE_FIXTURE(Fixture, "after a key rotation old nonces stay fresh and new ones come from the new key") {
  const NonceMint before{keys, NonceBinding::Address, 300s};
  const std::string old = make(before, "192.0.2.1");
  REQUIRE(keys.rotate(random).has_value());
  const NonceMint after{keys, NonceBinding::Address, 300s};
  CHECK(state(after, old, "192.0.2.1") == NonceState::Fresh);
  CHECK(state(before, make(after, "192.0.2.1"), "192.0.2.1") == NonceState::Foreign);
}

}  // namespace
}  // namespace ringfence::auth
