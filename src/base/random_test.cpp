// SPDX-License-Identifier: Apache-2.0
// Random numbers.
#include "base/random.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <set>
#include <vector>

using namespace ringfence::base;

TEST_CASE("below() stays below its bound and reaches every value of a small one") {
  SeededRandom random{1};
  for (const std::uint64_t bound : {1U, 2U, 3U, 10U, 64U, 1000U}) {
    std::vector<int> seen(bound);
    for (std::uint64_t i = 0; i < bound * 100; ++i) {
      const auto value = random.below(bound);
      REQUIRE(value < bound);
      ++seen[value];
    }
    CHECK(std::count(seen.begin(), seen.end(), 0) == 0);
  }
  for (int i = 0; i < 1000; ++i) CHECK(random.below(std::uint64_t{1} << 63) < std::uint64_t{1} << 63);
}

TEST_CASE("a seed names one sequence") {
  SeededRandom one{42};
  SeededRandom same{42};
  SeededRandom other{43};
  for (int i = 0; i < 100; ++i) {
    const auto value = one.next();
    CHECK(value == same.next());
    CHECK(value != other.next());
  }
}

TEST_CASE("the kernel's numbers do not repeat, within a batch or over several") {
  SystemRandom random;
  std::set<std::uint64_t> seen;
  for (int i = 0; i < 1000; ++i) seen.insert(random.next());
  CHECK(seen.size() == 1000);
}

TEST_CASE("fill() reaches the last byte, and no further") {
  SeededRandom random{3};
  for (std::size_t size = 0; size <= 20; ++size) {
    std::array<std::byte, 21> bytes{};
    std::array<bool, 21> touched{};
    for (int round = 0; round < 50; ++round) {
      random.fill(MutableBytes{bytes}.first(size));
      for (std::size_t i = 0; i < bytes.size(); ++i) touched[i] = touched[i] || bytes[i] != std::byte{0};
    }
    for (std::size_t i = 0; i < bytes.size(); ++i) CHECK(touched[i] == (i < size));
  }
}
