// SPDX-License-Identifier: Apache-2.0
// No use of a nonce is accepted twice, whatever the table had to forget.
#include "auth/nonce_count.h"

#include <doctest/doctest.h>

#include <set>
#include <utility>

#include "base/allocation_counter.h"
#include "base/random.h"

namespace ringfence::auth {
namespace {

using namespace std::chrono_literals;

constexpr base::WallTime kBorn = base::ManualClock::kWallStart;
constexpr base::HashSeed kSeed{1, 2};
constexpr std::uint64_t kAlice = 1001;
constexpr std::uint64_t kBob = 1002;

NonceId nonce_at(std::chrono::milliseconds after, std::uint64_t random = 1) {
  return {random, kBorn + after};
}

TEST_CASE("each count of a nonce is accepted once, in any order within 64") {
  NonceCounts counts{100, 300s, kSeed, kBorn};
  const NonceId nonce = nonce_at(0ms);
  CHECK(counts.use(kAlice, nonce, 1, kBorn) == NonceUse::New);
  CHECK(counts.use(kAlice, nonce, 1, kBorn) == NonceUse::Replayed);
  CHECK(counts.use(kAlice, nonce, 3, kBorn) == NonceUse::New);
  CHECK(counts.use(kAlice, nonce, 2, kBorn) == NonceUse::New);
  CHECK(counts.use(kAlice, nonce, 2, kBorn) == NonceUse::Replayed);
  CHECK(counts.use(kAlice, nonce, 66, kBorn) == NonceUse::New);
  CHECK(counts.use(kAlice, nonce, 3, kBorn) == NonceUse::Replayed);
  CHECK(counts.use(kAlice, nonce, 4, kBorn) == NonceUse::New);  // 62 behind
  CHECK(counts.use(kAlice, nonce, 1000, kBorn) == NonceUse::New);
  CHECK(counts.use(kAlice, nonce, 937, kBorn) == NonceUse::New);       // 63 behind: the last of the window
  CHECK(counts.use(kAlice, nonce, 936, kBorn) == NonceUse::Replayed);  // 64 behind: we cannot know
  CHECK(counts.use(kAlice, nonce, 0xffff'ffff, kBorn) == NonceUse::New);
  CHECK(counts.use(kAlice, nonce, 0xffff'ffff, kBorn) == NonceUse::Replayed);
}

TEST_CASE("accounts and nonces have windows of their own") {
  NonceCounts counts{100, 300s, kSeed, kBorn};
  CHECK(counts.use(kAlice, nonce_at(0ms, 1), 1, kBorn) == NonceUse::New);
  CHECK(counts.use(kBob, nonce_at(0ms, 1), 1, kBorn) == NonceUse::New);
  CHECK(counts.use(kAlice, nonce_at(0ms, 2), 1, kBorn) == NonceUse::New);
  CHECK(counts.size() == 3);
}

TEST_CASE("a nonce used without qop serves once") {
  NonceCounts counts{100, 300s, kSeed, kBorn};
  CHECK(counts.use(kAlice, nonce_at(0ms), 0, kBorn) == NonceUse::New);
  CHECK(counts.use(kAlice, nonce_at(0ms), 0, kBorn) == NonceUse::Replayed);
  CHECK(counts.use(kAlice, nonce_at(0ms), 1, kBorn) == NonceUse::Replayed);
  CHECK(counts.use(kAlice, nonce_at(0ms), 0xffff'ffff, kBorn) == NonceUse::Replayed);
  CHECK(counts.use(kBob, nonce_at(0ms, 2), 1, kBorn) == NonceUse::New);
  CHECK(counts.use(kBob, nonce_at(0ms, 2), 0, kBorn) == NonceUse::Replayed);
}

TEST_CASE("a nonce from before the table's birth counts as forgotten: a restart lets nothing be replayed") {
  NonceCounts counts{100, 300s, kSeed, kBorn};
  CHECK(counts.use(kAlice, nonce_at(-1ms), 1, kBorn) == NonceUse::Forgotten);
  CHECK(counts.use(kAlice, nonce_at(0ms), 1, kBorn) == NonceUse::New);
}

TEST_CASE(
    "an account's ninth nonce pushes out its earliest, which is never accepted again, and nobody else's") {
  NonceCounts counts{100, 300s, kSeed, kBorn};
  CHECK(counts.use(kBob, nonce_at(0ms, 99), 1, kBorn) == NonceUse::New);
  for (int i = 1; i <= 9; ++i) CHECK(counts.use(kAlice, nonce_at(i * 1ms), 1, kBorn) == NonceUse::New);
  CHECK(counts.size() == 1 + NonceCounts::kPerAccount);
  CHECK(counts.evicted() == 1);
  CHECK(counts.use(kAlice, nonce_at(1ms), 2, kBorn) == NonceUse::Forgotten);
  CHECK(counts.use(kAlice, nonce_at(1ms, 77), 1, kBorn) ==
        NonceUse::Forgotten);  // issued as early: we cannot know
  CHECK(counts.use(kAlice, nonce_at(2ms), 2, kBorn) == NonceUse::New);
  CHECK(counts.use(kBob, nonce_at(0ms, 99), 2, kBorn) == NonceUse::New);
  CHECK(counts.use(kBob, nonce_at(0ms, 98), 1, kBorn) == NonceUse::New);
}

TEST_CASE("a full table pushes out the oldest entry and accepts no unknown nonce of its age any more") {
  NonceCounts counts{4, 300s, kSeed, kBorn};
  for (std::uint64_t account = 1; account <= 5; ++account) {
    CHECK(counts.use(account, nonce_at(std::chrono::milliseconds{account}), 1, kBorn) == NonceUse::New);
  }
  CHECK(counts.size() == 4);
  CHECK(counts.use(1, nonce_at(1ms), 1, kBorn) == NonceUse::Forgotten);
  CHECK(counts.use(9, nonce_at(1ms, 3), 1, kBorn) == NonceUse::Forgotten);
  CHECK(counts.use(5, nonce_at(5ms), 1, kBorn) == NonceUse::Replayed);
}

TEST_CASE("expired entries make room without forgetting anything that could still be used") {
  NonceCounts counts{4, 300s, kSeed, kBorn};
  for (std::uint64_t account = 1; account <= 4; ++account)
    (void)counts.use(account, nonce_at(0ms, account), 1, kBorn);
  const base::WallTime later = kBorn + 301s;
  CHECK(counts.use(7, nonce_at(300s), 1, later) == NonceUse::New);
  CHECK(counts.size() == 1);
  CHECK(counts.evicted() == 0);
  CHECK(counts.use(8, nonce_at(1s), 1, later) == NonceUse::New);  // not pushed out, merely old
}

TEST_CASE("against a model that forgets nothing: no use is accepted twice, under any pressure") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    CAPTURE(seed);
    base::SeededRandom random{seed};
    NonceCounts counts{1 + random.below(40), 60s, kSeed, kBorn};
    std::set<std::tuple<std::uint64_t, std::uint64_t, std::uint32_t>> used;
    base::WallTime now = kBorn;
    for (int step = 0; step < 5000; ++step) {
      now += std::chrono::milliseconds{random.below(500)};
      const std::uint64_t account = random.below(6);
      const std::uint64_t age = random.below(60'000);
      const auto issued = now - std::chrono::milliseconds{age - age % 1000};
      const NonceId nonce{random.below(2), std::chrono::floor<std::chrono::seconds>(issued)};
      if (nonce.issued + 60s < now) continue;  // NonceMint would have called it stale
      const auto nc = static_cast<std::uint32_t>(1 + random.below(130));
      const std::uint64_t name =
          nonce.random + 2 * static_cast<std::uint64_t>(nonce.issued.time_since_epoch().count());
      const bool accepted = counts.use(account, nonce, nc, now) == NonceUse::New;
      const bool known = !used.emplace(account, name, nc).second;
      if (accepted) REQUIRE_FALSE(known);
      if (!accepted && !known) used.erase({account, name, nc});
    }
  }
}

TEST_CASE("counting allocates nothing after construction, with the table full") {
  if (!base::counting_available()) return;
  NonceCounts counts{64, 300s, kSeed, kBorn};
  base::SeededRandom random{1};
  const auto before = base::allocations_on_this_thread();
  for (int i = 0; i < 10'000; ++i) {
    (void)counts.use(random.below(100), nonce_at(i * 1ms, random.next()), 1, kBorn + i * 1ms);
  }
  CHECK(base::allocations_on_this_thread() == before);
}

}  // namespace
}  // namespace ringfence::auth
