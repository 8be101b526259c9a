// SPDX-License-Identifier: Apache-2.0
// Timer chains: order, removal from anywhere, and how much memory they hold.
#include "base/timer_chains.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <deque>
#include <vector>

#include "base/random.h"
#include "base/timer_wheel.h"

using namespace ringfence::base;

namespace {

struct Crowd {
  explicit Crowd(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) timers.emplace_back([](void*) {}, nullptr);
  }
  std::deque<Timer> timers;
};

/// Link by link, as a wheel moves them.
std::vector<Timer*> take_all(TimerChains& chains, TimerChains::Id chain) {
  std::vector<Timer*> all;
  while (!chains.empty(chain)) {
    const auto link = chains.take_link(chain);
    all.insert(all.end(), link.timers.begin(), link.timers.begin() + link.count);
  }
  return all;
}

}  // namespace

TEST_CASE("a chain keeps the order of appending") {
  Crowd crowd{23};
  TimerChains chains{2};
  std::vector<Timer*> appended;
  for (Timer& timer : crowd.timers) {
    CHECK(chains.append(1, timer) != nullptr);
    appended.push_back(&timer);
  }
  CHECK(chains.empty(0));
  CHECK(&chains.front(1) == appended.front());
  CHECK(take_all(chains, 1) == appended);
  CHECK(chains.empty(1));
  CHECK(chains.links() == 0);
}

TEST_CASE("a chain with timers is found by its number") {
  Crowd crowd{1};
  TimerChains chains{1000};
  CHECK_FALSE(chains.first_used(0));
  const auto entry = chains.append(700, crowd.timers[0]);
  CHECK(chains.first_used(0) == 700);
  CHECK(chains.first_used(700) == 700);
  CHECK_FALSE(chains.first_used(701));
  chains.remove(entry);
  CHECK_FALSE(chains.first_used(0));
}

TEST_CASE("what is removed is gone, from the front, the middle and the end, and the rest keeps its order") {
  struct Kept {
    Timer* timer;
    TimerChains::Entry entry;
  };
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    CAPTURE(seed);
    SeededRandom random{seed};
    Crowd crowd{400};
    TimerChains chains{1};
    std::vector<Kept> kept;
    for (Timer& timer : crowd.timers) {
      kept.push_back({&timer, chains.append(0, timer)});
      while (!kept.empty() && random.below(3) == 0) {
        const auto gone = kept.begin() + static_cast<std::ptrdiff_t>(random.below(kept.size()));
        chains.remove(gone->entry);
        kept.erase(gone);
      }
      REQUIRE(chains.links() <= kept.size());
      REQUIRE(chains.empty(0) == kept.empty());
      if (!kept.empty()) REQUIRE(&chains.front(0) == kept.front().timer);
    }
    std::vector<Timer*> expected;
    expected.reserve(kept.size());
    for (const Kept& each : kept) expected.push_back(each.timer);
    CHECK(take_all(chains, 0) == expected);
  }
}
