// SPDX-License-Identifier: Apache-2.0
// What a flow has proven is kept until its time is over, and strangers cannot push it out.
#include "guard/source_table.h"

#include <doctest/doctest.h>

namespace ringfence::guard {
namespace {

using namespace std::chrono_literals;
using net::SourceClass;

constexpr base::HashSeed kSeed{1, 2};
constexpr base::MonoTime kNow{1h};

net::Flow flow(unsigned number) {
  net::Flow flow;
  flow.remote = {
      base::IpAddress::v4(192, 0, static_cast<std::uint8_t>(number >> 8), static_cast<std::uint8_t>(number)),
      5060};
  flow.listener = 0;
  return flow;
}

/// One line of four candidates: every flow competes with every other.
struct OneLine {
  SourceTable table{kSeed, 4};

  bool remember(unsigned number, SourceClass shown, base::Nanos for_so_long, base::MonoTime now = kNow) {
    return table.remember(flow(number), shown, now + for_so_long, now);
  }
  [[nodiscard]] SourceClass class_of(unsigned number, base::MonoTime now = kNow) const {
    return table.class_of(flow(number), now);
  }
};

}  // namespace

TEST_CASE_FIXTURE(OneLine, "a flow is what it has shown, until its time is over") {
  CHECK(class_of(1) == SourceClass::Unknown);
  CHECK_FALSE(remember(1, SourceClass::Validated, 10s));
  CHECK_FALSE(remember(2, SourceClass::Known, 20s));

  CHECK(class_of(1) == SourceClass::Validated);
  CHECK(class_of(2) == SourceClass::Known);
  CHECK(class_of(1, kNow + 10s - 1us) == SourceClass::Validated);
  CHECK(class_of(1, kNow + 10s) == SourceClass::Unknown);
  CHECK(class_of(2, kNow + 20s - 1us) == SourceClass::Known);
  CHECK(class_of(2, kNow + 20s + 1ns) == SourceClass::Unknown);
}

TEST_CASE("address, port, listener and protocol each make another flow") {
  SourceTable table{kSeed, 1024};
  const net::Flow proven = flow(1);
  table.remember(proven, SourceClass::Known, kNow + 1min, kNow);
  REQUIRE(table.class_of(proven, kNow) == SourceClass::Known);

  CHECK(table.class_of(flow(2), kNow) == SourceClass::Unknown);
  net::Flow other = proven;
  other.remote.port = 5061;
  CHECK(table.class_of(other, kNow) == SourceClass::Unknown);
  other = proven;
  other.listener = 1;
  CHECK(table.class_of(other, kNow) == SourceClass::Unknown);
  other = proven;
  other.protocol = net::Protocol::Tcp;
  CHECK(table.class_of(other, kNow) == SourceClass::Unknown);
}

TEST_CASE_FIXTURE(OneLine, "a weaker proof does not weaken a flow, and a shorter one does not shorten it") {
  remember(1, SourceClass::Known, 1min);
  CHECK_FALSE(remember(1, SourceClass::Validated, 10s));
  CHECK(class_of(1) == SourceClass::Known);
  CHECK(class_of(1, kNow + 59s) == SourceClass::Known);

  remember(2, SourceClass::Validated, 1min);
  CHECK_FALSE(remember(2, SourceClass::Known, 2min));
  CHECK(class_of(2, kNow + 119s) == SourceClass::Known);
}

TEST_CASE_FIXTURE(OneLine,
                  "a flow whose registration is over is not Known again for having shown reachability") {
  remember(1, SourceClass::Known, 10s);
  const auto later = kNow + 20s;
  REQUIRE(class_of(1, later) == SourceClass::Unknown);
  remember(1, SourceClass::Validated, 1min, later);
  CHECK(class_of(1, later) == SourceClass::Validated);
  CHECK(table.known_until(flow(1)) <= later);
}

TEST_CASE_FIXTURE(OneLine, "known_until tells the end of Known flows only") {
  remember(1, SourceClass::Validated, 1min);
  remember(2, SourceClass::Known, 1min);
  CHECK(table.known_until(flow(1)) == base::MonoTime{});
  CHECK(table.known_until(flow(3)) == base::MonoTime{});
  const auto end = table.known_until(flow(2));
  CHECK(end >= kNow + 1min);
  CHECK(end <= kNow + 1min + 1ns);  // the lowest bit is the class
}

TEST_CASE_FIXTURE(OneLine, "a forgotten flow is unknown, and its place is free") {
  for (unsigned i = 1; i <= 4; ++i) remember(i, SourceClass::Known, 1min);
  table.forget(flow(2));
  table.forget(flow(9));  // never seen: nothing happens
  CHECK(class_of(2) == SourceClass::Unknown);
  CHECK_FALSE(remember(5, SourceClass::Validated, 1min));
  for (const unsigned stays : {1U, 3U, 4U}) CHECK(class_of(stays) == SourceClass::Known);
}

TEST_CASE_FIXTURE(OneLine,
                  "an entry whose time is over gives way first, whatever it was, and nothing is lost") {
  remember(1, SourceClass::Validated, 2min);
  remember(2, SourceClass::Known, 3min);
  remember(3, SourceClass::Known, 10s);
  remember(4, SourceClass::Validated, 1min);
  const auto later = kNow + 30s;
  CHECK_FALSE(remember(5, SourceClass::Validated, 1min, later));
  CHECK(class_of(1, later) == SourceClass::Validated);
  CHECK(class_of(2, later) == SourceClass::Known);
  CHECK(class_of(4, later) == SourceClass::Validated);
  CHECK(class_of(5, later) == SourceClass::Validated);
}

TEST_CASE_FIXTURE(OneLine, "among live entries a Validated one gives way, the one that ends first") {
  remember(1, SourceClass::Known, 1s);  // ends before all others, but it registered
  remember(2, SourceClass::Validated, 2min);
  remember(3, SourceClass::Validated, 1min);
  remember(4, SourceClass::Known, 1h);
  CHECK(remember(5, SourceClass::Validated, 1h));
  CHECK(class_of(1) == SourceClass::Known);
  CHECK(class_of(2) == SourceClass::Validated);
  CHECK(class_of(3) == SourceClass::Unknown);
  CHECK(class_of(4) == SourceClass::Known);
  CHECK(class_of(5) == SourceClass::Validated);
}

TEST_CASE_FIXTURE(OneLine, "no number of Validated flows takes the place of a live Known one") {
  for (unsigned i = 1; i <= 4; ++i) remember(i, SourceClass::Known, 1s * i);
  for (unsigned i = 5; i < 1000; ++i) CHECK(remember(i, SourceClass::Validated, 24h));
  for (unsigned i = 1; i <= 4; ++i) CHECK(class_of(i) == SourceClass::Known);
}

TEST_CASE_FIXTURE(OneLine,
                  "a Known flow finds a place among four Known ones: the one that ends first gives way") {
  for (unsigned i = 1; i <= 4; ++i) remember(i, SourceClass::Known, 1min * i);
  CHECK(remember(5, SourceClass::Known, 10min));
  CHECK(class_of(1) == SourceClass::Unknown);
  for (unsigned i = 2; i <= 5; ++i) CHECK(class_of(i) == SourceClass::Known);
}

TEST_CASE("the table has the size it was made with, however many flows come") {
  SourceTable table{kSeed, 1000};
  const auto bytes = table.bytes();
  CHECK(bytes == 1024 * 16);
  for (unsigned i = 0; i < 10'000; ++i) table.remember(flow(i), SourceClass::Known, kNow + 1min, kNow);
  CHECK(table.bytes() == bytes);
}

TEST_CASE_FIXTURE(OneLine, "a flow that shows reachability stays Known no longer than it registered for") {
  remember(1, SourceClass::Known, 10s);
  remember(1, SourceClass::Validated, 1min);
  CHECK(class_of(1, kNow + 9s) == SourceClass::Known);
  CHECK(class_of(1, kNow + 20s) != SourceClass::Known);
}

}  // namespace ringfence::guard
