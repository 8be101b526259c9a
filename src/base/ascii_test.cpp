// SPDX-License-Identifier: Apache-2.0
// ASCII, bytes and time.
#include "base/ascii.h"

#include <doctest/doctest.h>

#include <string>

#include "base/time.h"

using namespace ringfence::base;
using namespace std::chrono_literals;

TEST_CASE("only ASCII letters have a case") {
  CHECK(iequals("Via", "vIA"));
  CHECK_FALSE(iequals("Via", "Vi"));
  CHECK_FALSE(iequals("[", "{"));        // they differ in the bit that tells the case of letters
  CHECK_FALSE(iequals("\xc4", "\xe4"));  // and so do A and a with dots in Latin-1
  for (int c = 0; c < 256; ++c) {
    const char each = static_cast<char>(c);
    CHECK((to_lower(each) != each) == (each >= 'A' && each <= 'Z'));
  }
}

TEST_CASE("hexadecimal digits have values, others none") {
  CHECK(hex_value('0') == 0);
  CHECK(hex_value('f') == 15);
  CHECK(hex_value('F') == 15);
  for (const char c : {'g', 'G', '/', ':', '@', '`', '\0', '\xff'}) CHECK(hex_value(c) == -1);
}

TEST_CASE("blanks are trimmed from both ends and kept inside") {
  CHECK(trim(" \t\r\na b\n ") == "a b");
  CHECK(trim(" \r\n").empty());
}

TEST_CASE("a manual clock moves only when told, its wall also by steps") {
  ManualClock clock;
  CHECK(clock.wall() == ManualClock::kWallStart);
  clock.advance(1500us);
  CHECK(clock.now().time_since_epoch() == 1500us);
  CHECK(clock.wall() == ManualClock::kWallStart + 1ms);
  clock.step_wall(-1h);
  CHECK(clock.wall() == ManualClock::kWallStart + 1ms - 1h);
  CHECK(clock.now().time_since_epoch() == 1500us);
}

TEST_CASE("the machine's monotonic clock does not go back") {
  const SystemClock clock;
  const auto first = clock.now();
  CHECK(clock.now() >= first);
  CHECK(clock.wall().time_since_epoch() > 1'767'225'600s);  // 2026
}
