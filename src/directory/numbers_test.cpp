// SPDX-License-Identifier: Apache-2.0
// Primary numbers and aliases, found exactly and by the longest that fits.
#include <doctest/doctest.h>

#include <string>

#include "directory/directory.h"
#include "directory/test_values.h"

using namespace ringfence;
using namespace ringfence::directory;
using test::alias;

namespace {

SubscriberValues subscriber(Id id, std::string number) {
  return {id, 1, 1, State::Active, "user" + std::to_string(id), std::move(number), {}};
}

struct Fixture {
  base::QuiescentDomain readers{1};
  Directory directory{readers, {1, 2}};
  const Snapshot& now() const { return directory.snapshot(); }
  void apply(const std::vector<Change>& changes) { REQUIRE(directory.apply(changes)); }
  Id by_number(std::string_view digits) const {
    const auto* found = now().by_number(digits);
    return found != nullptr ? found->id() : 0;
  }
};

}  // namespace

TEST_CASE("a number is found exactly, be it the primary one or an alias") {
  Fixture f;
  f.apply({subscriber(1, "43123"), subscriber(2, ""), alias(1, "43777", 1), alias(2, "43888", 2)});
  CHECK(f.by_number("43123") == 1);
  CHECK(f.by_number("43777") == 1);
  CHECK(f.by_number("+43888") == 2);
  CHECK(f.by_number("4388") == 0);
  CHECK(f.by_number("438880") == 0);
  CHECK(f.by_number("+") == 0);
  CHECK(f.by_number(std::string(33, '4')) == 0);
}

TEST_CASE("the primary number goes before an alias of the same digits") {
  Fixture f;
  f.apply({alias(1, "43123", 2), subscriber(1, "43123"), subscriber(2, "")});
  CHECK(f.by_number("43123") == 1);
  f.apply({subscriber(1, "")});
  CHECK(f.by_number("43123") == 2);
}

TEST_CASE("an alias moves, and goes, with its row") {
  Fixture f;
  f.apply({subscriber(1, ""), subscriber(2, ""), alias(1, "43777", 1)});
  f.apply({alias(1, "43777", 2)});
  CHECK(f.by_number("43777") == 2);
  f.apply({alias(1, "43778", 2)});
  CHECK(f.by_number("43777") == 0);
  CHECK(f.by_number("43778") == 2);
  f.apply({Removal{Kind::Subscriber, 2}});
  CHECK(f.by_number("43778") == 0);  // until its own removal comes it leads nowhere
  f.apply({Removal{Kind::Number, 1}, subscriber(2, "")});
  CHECK(f.by_number("43778") == 0);
}

TEST_CASE("the longest number that fits is found, with what was matched and whose it is") {
  Fixture f;
  f.apply({subscriber(1, "43123"), subscriber(2, "4312345"), subscriber(3, ""), alias(1, "431234", 3, true)});
  const auto longest = [&f](std::string_view digits) { return f.now().longest_number(digits); };
  CHECK(longest("43123").subscriber->id() == 1);
  CHECK(longest("+4312399").subscriber->id() == 1);
  CHECK(longest("+4312399").number == "43123");
  CHECK_FALSE(longest("4312399").device);

  CHECK(longest("43123499").subscriber->id() == 3);
  CHECK(longest("43123499").number == "431234");
  CHECK(longest("43123499").device);

  CHECK(longest("4312345").subscriber->id() == 2);
  CHECK(longest("4312345678").number == "4312345");
  CHECK_FALSE(longest("4312"));
  CHECK_FALSE(longest(""));
  CHECK_FALSE(longest("99999"));

  SUBCASE("what is gone gives way to what is shorter") {
    f.apply({Removal{Kind::Subscriber, 2}});
    CHECK(longest("4312345678").number == "431234");
    f.apply({Removal{Kind::Number, 1}});
    CHECK(longest("4312345678").number == "43123");
    f.apply({Removal{Kind::Subscriber, 1}});
    CHECK_FALSE(longest("4312345678"));
  }
  SUBCASE("an alias that leads to nobody gives way as well") {
    f.apply({Removal{Kind::Subscriber, 3}});
    CHECK(longest("43123499").number == "43123");
  }
  SUBCASE("digits beyond the longest that a number may have are an extension") {
    const std::string full(kMaxNumber, '7');
    f.apply({subscriber(4, full)});
    CHECK(longest(full + "7777").number == full);
  }
}

TEST_CASE("an alias longer than a number may be, as no rule lets in, is not found and does no harm") {
  Fixture f;
  f.apply({subscriber(1, ""), alias(1, std::string(200, '4'), 1), alias(2, "", 1)});
  CHECK(f.by_number(std::string(200, '4')) == 0);
  CHECK_FALSE(f.now().longest_number(std::string(200, '4')));
  CHECK(f.now().entry(Kind::Number, 1) != nullptr);
}
