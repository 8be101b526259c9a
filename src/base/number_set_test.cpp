// SPDX-License-Identifier: Apache-2.0
// Number sets, beside std::set.
#include "base/number_set.h"

#include <doctest/doctest.h>

#include <set>

#include "base/random.h"

using namespace ringfence::base;

TEST_CASE("an empty set has no first number, wherever one looks") {
  for (const std::uint32_t bound : {1U, 64U, 65U, 4096U, 4097U, 34'818U}) {
    const NumberSet set{bound};
    CHECK_FALSE(set.first_from(0));
    CHECK_FALSE(set.first_from(bound - 1));
    CHECK_FALSE(set.first_from(bound));
  }
}

TEST_CASE("a number is found from itself and from below, not from above") {
  NumberSet set{34'818};
  for (const std::uint32_t number : {0U, 63U, 64U, 4095U, 4096U, 32'768U, 34'817U}) {
    CAPTURE(number);
    set.insert(number);
    CHECK(set.first_from(0) == number);
    CHECK(set.first_from(number) == number);
    CHECK_FALSE(set.first_from(number + 1));
    set.erase(number);
    CHECK_FALSE(set.first_from(0));
  }
}

TEST_CASE("a number set agrees with std::set over random sequences") {
  constexpr std::uint32_t kBound = 10'000;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    CAPTURE(seed);
    SeededRandom random{seed};
    NumberSet set{kBound};
    std::set<std::uint32_t> model;
    const std::uint64_t dense = 1 + random.below(kBound);
    for (int step = 0; step < 2000; ++step) {
      const auto number = static_cast<std::uint32_t>(random.below(dense));
      if (random.below(2) == 0) {
        set.insert(number);
        model.insert(number);
      } else {
        set.erase(number);
        model.erase(number);
      }
      const auto from = static_cast<std::uint32_t>(random.below(kBound));
      const auto expected = model.lower_bound(from);
      const auto found = set.first_from(from);
      REQUIRE(found.has_value() == (expected != model.end()));
      if (found) REQUIRE(*found == *expected);
    }
  }
}
