// SPDX-License-Identifier: Apache-2.0
#include "directory/children.h"

#include <doctest/doctest.h>

#include <string>

#include "directory/directory.h"
#include "directory/test_values.h"

using namespace ringfence;
using namespace ringfence::directory;
using test::rewrite_rule;

namespace {

using Ids = std::vector<Id>;

struct Fixture {
  base::QuiescentDomain readers{1};
  Directory directory{readers, {1, 2}};
  void apply(const std::vector<Change>& changes) { REQUIRE(directory.apply(changes)); }
  Ids rules(Id set) const { return ids(directory.snapshot().children(Kind::RewriteRule, set)); }
  static Ids ids(std::span<const Entry* const> entries) {
    Ids ids;
    for (const Entry* entry : entries) ids.push_back(entry->id());
    return ids;
  }
};

}  // namespace

TEST_CASE("the children of a row stand by priority, then by id") {
  Fixture f;
  f.apply({rewrite_rule(4, 1, 20), rewrite_rule(3, 1, 10), rewrite_rule(2, 1, 20), rewrite_rule(9, 2, 1)});
  CHECK(f.rules(1) == Ids{3, 2, 4});
  CHECK(f.rules(2) == Ids{9});
  CHECK(f.rules(3).empty());
}

TEST_CASE("a list follows its entries: they come, change, move to another parent and go") {
  Fixture f;
  f.apply({rewrite_rule(1, 1, 10), rewrite_rule(2, 1, 20), rewrite_rule(3, 1, 30)});
  f.apply({rewrite_rule(3, 1, 5)});
  CHECK(f.rules(1) == Ids{3, 1, 2});
  f.apply({rewrite_rule(1, 2, 10)});
  CHECK(f.rules(1) == Ids{3, 2});
  CHECK(f.rules(2) == Ids{1});
  f.apply({Removal{Kind::RewriteRule, 3}, rewrite_rule(4, 1, 1)});
  CHECK(f.rules(1) == Ids{4, 2});
  f.apply({Removal{Kind::RewriteRule, 2}, Removal{Kind::RewriteRule, 4}});
  CHECK(f.rules(1).empty());
}

TEST_CASE("what comes and goes within one step leaves no trace in the list") {
  Fixture f;
  f.apply({rewrite_rule(1, 1, 10)});
  f.apply(
      {rewrite_rule(2, 1, 20), rewrite_rule(2, 1, 5), rewrite_rule(3, 1, 1), Removal{Kind::RewriteRule, 3}});
  CHECK(f.rules(1) == Ids{2, 1});
  f.apply({Removal{Kind::RewriteRule, 1}, rewrite_rule(1, 1, 7)});
  CHECK(f.rules(1) == Ids{2, 1});
}

TEST_CASE("the entries of a list are those that are found by their ids") {
  Fixture f;
  f.apply({rewrite_rule(1, 1, 10), rewrite_rule(2, 1, 20)});
  f.apply({rewrite_rule(2, 1, 30)});
  const Snapshot& now = f.directory.snapshot();
  for (const Entry* rule : now.children(Kind::RewriteRule, 1))
    CHECK(now.entry(Kind::RewriteRule, rule->id()) == rule);
}

TEST_CASE("kinds with one id and parents with one id are not mixed up") {
  Fixture f;
  f.apply({test::entry(Kind::Reminder, 1, {{"subscriber", std::int64_t{1}}}),
           test::entry(Kind::SpeedDial, 1, {{"subscriber", std::int64_t{1}}}),
           test::preference(1, "cc", "43", Kind::Customer, 1),
           test::preference(2, "cc", "44", Kind::Domain, 1)});
  const Snapshot& now = f.directory.snapshot();
  CHECK(now.children(Kind::Reminder, 1).front()->kind() == Kind::Reminder);
  CHECK(now.children(Kind::SpeedDial, 1).front()->kind() == Kind::SpeedDial);
  CHECK(Fixture::ids(now.children(Kind::Preference, Kind::Customer, 1)) == Ids{1});
  CHECK(Fixture::ids(now.children(Kind::Preference, Kind::Domain, 1)) == Ids{2});
  CHECK(now.children(Kind::Preference, Kind::Subscriber, 1).empty());
}

TEST_CASE("a row without a parent, or of a kind that has none, is in no list") {
  Fixture f;
  f.apply({test::entry(Kind::TimeSet, 1), test::entry(Kind::TimeSet, 2, {{"subscriber", std::int64_t{5}}}),
           test::stateful(Kind::Customer, 1, State::Active)});
  const Snapshot& now = f.directory.snapshot();
  CHECK(now.entry(Kind::TimeSet, 1) != nullptr);
  CHECK(Fixture::ids(now.children(Kind::TimeSet, 5)) == Ids{2});
  CHECK(now.children(Kind::TimeSet, 0).empty());
  CHECK(now.children(Kind::Customer, 1).empty());
  CHECK(parent_kind(Kind::Customer) == Kind::None);
  CHECK(parent_kind(Kind::Period) == Kind::TimeSet);
}

TEST_CASE("ten thousand children of one parent load in one list, and one more is a copy of it") {
  constexpr Id kMany = 10'000;
  Fixture f;
  std::vector<Change> changes{LoadBegin{}};
  for (Id id = kMany; id > 0; --id) changes.emplace_back(rewrite_rule(id, 1, 7));
  changes.emplace_back(LoadEnd{});
  f.apply(changes);
  REQUIRE(f.rules(1).size() == kMany);
  CHECK(f.rules(1).front() == 1);
  CHECK(f.rules(1).back() == kMany);
  f.apply({rewrite_rule(kMany + 1, 1, 0)});
  CHECK(f.rules(1).size() == kMany + 1);
  CHECK(f.rules(1).front() == kMany + 1);
}
