// SPDX-License-Identifier: Apache-2.0
// The ring between two threads.
#include "base/spsc_ring.h"

#include <doctest/doctest.h>

#include <cstdint>
#include <memory>
#include <thread>
#include <vector>

using namespace ringfence::base;

TEST_CASE("a ring gives back what went in, in order, and holds as much as it promised") {
  SpscRing<int> ring{4};
  CHECK(ring.capacity() == 4);
  for (int round = 0; round < 10; ++round) {
    for (int i = 0; i < 4; ++i) CHECK(ring.push(round * 10 + i));
    CHECK(ring.size() == 4);
    CHECK_FALSE(ring.push(99));
    for (int i = 0; i < 4; ++i) {
      int value = -1;
      CHECK(ring.pop(value));
      CHECK(value == round * 10 + i);
    }
    int value = -1;
    CHECK_FALSE(ring.pop(value));
    CHECK(ring.size() == 0);
  }
}

TEST_CASE("a refused element stays with its sender, and a taken one leaves nothing in the ring") {
  SpscRing<std::shared_ptr<int>> ring{1};
  auto first = std::make_shared<int>(1);
  const std::weak_ptr<int> watch = first;
  CHECK(ring.push(std::move(first)));
  auto second = std::make_shared<int>(2);
  CHECK_FALSE(ring.push(std::move(second)));
  CHECK(second != nullptr);  // NOLINT(bugprone-use-after-move): refused, so not moved
  std::shared_ptr<int> out;
  CHECK(ring.pop(out));
  out.reset();
  CHECK(watch.expired());
}

TEST_CASE("elements can be filled in and looked at in their place") {
  SpscRing<int> ring{2};
  CHECK(ring.front() == nullptr);
  *ring.claim() = 5;
  CHECK(ring.front() == nullptr);  // claimed, not published
  ring.publish();
  REQUIRE(ring.front() != nullptr);
  CHECK(*ring.front() == 5);
  CHECK(ring.size() == 1);
  CHECK(ring.push(6));
  CHECK(ring.claim() == nullptr);
  std::vector<int> taken;
  CHECK(ring.drain([&taken](int& value) { taken.push_back(value); }, 10) == 2);
  CHECK(taken == std::vector{5, 6});
}

TEST_CASE("two threads pass a million numbers without loss, doubling or disorder") {
  constexpr std::uint64_t kCount = 1'000'000;
  SpscRing<std::uint64_t> ring{256};
  std::thread producer{[&ring] {
    for (std::uint64_t i = 0; i < kCount;) {
      if (ring.push(std::uint64_t{i})) {
        ++i;
      } else {
        std::this_thread::yield();
      }
    }
  }};
  std::uint64_t expected = 0;
  bool in_order = true;
  while (expected < kCount) {
    const auto taken =
        ring.drain([&](std::uint64_t value) { in_order = in_order && value == expected++; }, 64);
    if (taken == 0) std::this_thread::yield();
  }
  producer.join();
  CHECK(in_order);
  CHECK(ring.size() == 0);
}
