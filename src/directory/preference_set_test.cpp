// SPDX-License-Identifier: Apache-2.0
#include "directory/preference_set.h"

#include <doctest/doctest.h>

#include <string>

#include "directory/directory.h"
#include "directory/test_values.h"

using namespace ringfence;
using namespace ringfence::directory;
using test::preference;

namespace {

/// Subscriber 1 of customer 2 in domain 3, and peer 1.
struct Fixture {
  base::QuiescentDomain readers{1};
  Directory directory{readers, {1, 2}};

  Fixture() {
    apply({Domain{3, 1, "a.test"}, SubscriberValues{1, 1, 3, State::Active, "alice", "", {}, 2},
           Peer{1, 1, "carrier", base::Endpoint::parse("192.0.2.1:5060").value()}});
  }
  void apply(const std::vector<Change>& changes) { REQUIRE(directory.apply(changes)); }
  Preferences alice() const {
    const Snapshot& now = directory.snapshot();
    return now.preferences(*now.subscriber(Id{1}));
  }
  Preferences carrier() const {
    const Snapshot& now = directory.snapshot();
    return now.preferences(*now.peer(Id{1}));
  }
};

bool is_text_of_domain(const model::PreferenceInfo& info) {
  return info.type >= model::PrefType::Text && info.of(model::kOfDomain);
}

}  // namespace

TEST_CASE("a subscriber's own preference goes before its customer's, its domain's and the fallback") {
  Fixture f;
  const auto most = [&f] { return f.alice().integer(Pref::ConcurrentMax); };
  CHECK_FALSE(most());
  f.apply({preference(1, "concurrent_max", "30", Kind::Domain, 3)});
  CHECK(most() == 30);
  f.apply({preference(2, "concurrent_max", "20", Kind::Customer, 2)});
  CHECK(most() == 20);
  f.apply({preference(3, "concurrent_max", "10", Kind::Subscriber, 1)});
  CHECK(most() == 10);
  f.apply({Removal{Kind::Preference, 2}, Removal{Kind::Preference, 3}});
  CHECK(most() == 30);
  f.apply({Removal{Kind::Preference, 1}});
  CHECK_FALSE(most());
}

TEST_CASE("each type is read as what it is, and falls back to what its table says") {
  Fixture f;
  CHECK_FALSE(f.alice().flag(Pref::Clir));
  CHECK(f.alice().integer(Pref::SstExpires) == 300);
  CHECK(f.alice().text(Pref::Cc).empty());
  const auto& modes = model::preference(Pref::BlockInMode).choices;
  CHECK(modes[f.alice().choice(Pref::BlockInMode).value()] == "blacklist");
  CHECK_FALSE(f.alice().integer(Pref::ContactRingtimeout));

  f.apply({preference(1, "clir", "yes", Kind::Subscriber, 1),
           preference(2, "sst_expires", "1800", Kind::Domain, 3), preference(3, "cc", "43", Kind::Domain, 3),
           preference(4, "block_in_mode", "whitelist", Kind::Customer, 2),
           preference(5, "block_in_list", "43*,44*", Kind::Subscriber, 1),
           preference(6, "rewrite_rule_set", "austria", Kind::Domain, 3)});
  CHECK(f.alice().flag(Pref::Clir));
  CHECK(f.alice().integer(Pref::SstExpires) == 1800);
  CHECK(f.alice().text(Pref::Cc) == "43");
  CHECK(modes[f.alice().choice(Pref::BlockInMode).value()] == "whitelist");
  CHECK(f.alice().text(Pref::BlockInList) == "43*,44*");
  CHECK(f.alice().text(Pref::RewriteRuleSet) == "austria");
}

TEST_CASE("every fallback of the table is what is read where nothing is set") {
  Fixture f;
  for (const model::PreferenceInfo& info : model::preferences()) {
    CAPTURE(info.name);
    switch (info.type) {
      case model::PrefType::Flag:
        CHECK(f.alice().flag(info.id) == (info.fallback == "yes"));
        break;
      case model::PrefType::Integer: {
        const auto value = f.alice().integer(info.id);
        CHECK((value ? std::to_string(*value) : std::string{}) == info.fallback);
        break;
      }
      case model::PrefType::Choice: {
        const auto value = f.alice().choice(info.id);
        CHECK((value ? info.choices[*value] : std::string_view{}) == info.fallback);
        break;
      }
      case model::PrefType::Text:
      case model::PrefType::List:
      case model::PrefType::Set:
        CHECK(f.alice().text(info.id) == info.fallback);
        break;
    }
  }
}

TEST_CASE("a set holds every preference at once, each in its place") {
  Fixture f;
  std::vector<Change> changes;
  Id id = 0;
  for (const model::PreferenceInfo& info : model::preferences()) {
    if (is_text_of_domain(info)) {
      changes.emplace_back(
          preference(++id, std::string{info.name}, "of " + std::string{info.name}, Kind::Domain, 3));
    }
  }
  REQUIRE(id > 40);
  f.apply(changes);
  for (const model::PreferenceInfo& info : model::preferences()) {
    if (is_text_of_domain(info)) {
      CHECK(f.alice().text(info.id) == "of " + std::string{info.name});
    }
  }
}

TEST_CASE("a peer has its own preferences, and those of nobody else who has its id") {
  Fixture f;
  f.apply({preference(1, "sst_expires", "1800", Kind::Subscriber, 1)});
  CHECK(f.carrier().integer(Pref::SstExpires) == 300);
  f.apply({preference(2, "sst_expires", "600", Kind::Peer, 1)});
  CHECK(f.carrier().integer(Pref::SstExpires) == 600);
  CHECK(f.alice().integer(Pref::SstExpires) == 1800);
}

TEST_CASE("a subscriber without a customer inherits no customer's preferences") {
  Fixture f;
  f.apply({SubscriberValues{1, 1, 3, State::Active, "alice", "", {}, 0},
           preference(1, "concurrent_max", "20", Kind::Customer, 2)});
  CHECK_FALSE(f.alice().integer(Pref::ConcurrentMax));
}

TEST_CASE(
    "rows that no table explains are passed over: another name, another owner's, a choice that is none") {
  Fixture f;
  f.apply({preference(1, "colour", "red", Kind::Subscriber, 1), preference(2, "clir", "yes", Kind::Domain, 3),
           preference(3, "block_in_mode", "grey", Kind::Subscriber, 1),
           preference(4, "peer_auth_user", "us", Kind::Subscriber, 1),
           preference(5, "cc", "43", Kind::Subscriber, 1)});
  CHECK_FALSE(f.alice().flag(Pref::Clir));
  const auto& modes = model::preference(Pref::BlockInMode).choices;
  CHECK(modes[f.alice().choice(Pref::BlockInMode).value()] == "blacklist");
  CHECK(f.alice().text(Pref::PeerAuthUser).empty());
  CHECK(f.alice().text(Pref::Cc) == "43");
}

TEST_CASE("a preference follows its row to another name, value and owner") {
  Fixture f;
  f.apply({preference(1, "cc", "43", Kind::Subscriber, 1)});
  f.apply({preference(1, "cc", "44", Kind::Subscriber, 1)});
  CHECK(f.alice().text(Pref::Cc) == "44");
  f.apply({preference(1, "ac", "1", Kind::Subscriber, 1)});
  CHECK(f.alice().text(Pref::Cc).empty());
  CHECK(f.alice().text(Pref::Ac) == "1");
  f.apply({preference(1, "ac", "2", Kind::Domain, 3)});
  CHECK(f.alice().text(Pref::Ac) == "2");
  f.apply({LoadBegin{}, SubscriberValues{1, 1, 3, State::Active, "alice", "", {}, 2}, LoadEnd{}});
  CHECK(f.alice().text(Pref::Ac).empty());
}
