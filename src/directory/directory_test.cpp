// SPDX-License-Identifier: Apache-2.0
#include "directory/directory.h"

#include <doctest/doctest.h>

#include <string>

#include "base/allocation_counter.h"
#include "directory/test_values.h"

using namespace ringfence;
using namespace ringfence::directory;

namespace {

constexpr base::HashSeed kSeed{0x0123'4567'89ab'cdefU, 0xfedc'ba98'7654'3210U};

base::Endpoint endpoint(const char* text) {
  return base::Endpoint::parse(text).value();
}

SubscriberValues subscriber(Id id, Id domain, std::string username, std::string number = {}) {
  SubscriberValues values{id, 1, domain, State::Active, std::move(username), std::move(number), {}};
  std::array<std::byte, 32> ha1{};
  ha1.fill(static_cast<std::byte>(id));
  values.ha1.set(crypto::HashKind::Sha256, ha1);
  return values;
}

struct Fixture {
  base::QuiescentDomain readers{1};
  Directory directory{readers, kSeed};
  const Snapshot& now() const { return directory.snapshot(); }
};

}  // namespace

TEST_CASE("a domain is found by its name without case, with the final dot, and by address in any spelling") {
  Fixture f;
  const std::vector<Change> changes{Domain{1, 1, "example.test"}, Domain{2, 1, "192.0.2.10"},
                                    Domain{3, 1, "[2001:db8::1]"}};
  REQUIRE(f.directory.apply(changes));
  CHECK(f.now().domain("EXAMPLE.test")->id == 1);
  CHECK(f.now().domain("example.test.")->id == 1);
  CHECK(f.now().domain("192.0.2.10")->id == 2);
  CHECK(f.now().domain("[2001:DB8:0::0:1]")->id == 3);
  CHECK(f.now().domain(Id{3})->name == "[2001:db8::1]");
  CHECK(f.now().domain("example") == nullptr);
  CHECK(f.now().domain("") == nullptr);
  CHECK(f.now().domains() == 3);
}

TEST_CASE("a subscriber is found by username with case, by id and by number, and only in its own domain") {
  Fixture f;
  const std::vector<Change> changes{Domain{1, 1, "a.test"}, Domain{2, 1, "b.test"},
                                    subscriber(7, 1, "Alice", "431234"), subscriber(8, 2, "alice")};
  REQUIRE(f.directory.apply(changes));
  const Domain& a = *f.now().domain("a.test");
  const Domain& b = *f.now().domain("b.test");
  REQUIRE(f.now().subscriber("Alice", a) != nullptr);
  CHECK(f.now().subscriber("Alice", a)->id() == 7);
  CHECK(f.now().subscriber("alice", a) == nullptr);  // RFC 3261 §19.1.4: the user part has case
  CHECK(f.now().subscriber("alice", b)->id() == 8);
  CHECK(f.now().by_number("431234")->id() == 7);
  CHECK(f.now().by_number("+431234")->id() == 7);
  CHECK(f.now().by_number("43123") == nullptr);
  CHECK(f.now().by_number("") == nullptr);
  CHECK(f.now().subscriber(Id{7})->values() == subscriber(7, 1, "Alice", "431234"));
  CHECK(f.now().subscriber(Id{7})->ha1(crypto::HashKind::Sha256).size() == 32);
  CHECK(f.now().subscriber(Id{7})->ha1(crypto::HashKind::Md5).empty());
}

TEST_CASE("what is known of a record finds it again: as it is now, or not at all when it is gone") {
  Fixture f;
  REQUIRE(
      f.directory.apply(std::vector<Change>{Domain{1, 1, "a.test"}, subscriber(7, 1, "alice", "431234")}));
  const Domain* domain = f.now().domain("a.test");
  const Known<Domain> known_domain = f.now().known(*domain);
  const Known<Subscriber> known = f.now().known(*f.now().subscriber("alice", *domain));
  CHECK(known);
  CHECK(known.id() == 7);
  CHECK(f.now().find(known) == f.now().subscriber(Id{7}));
  CHECK(f.now().find(known_domain) == domain);

  SUBCASE("changed by its id, its name and its number") {
    REQUIRE(f.directory.apply(subscriber(7, 1, "alicia", "439999")));
    REQUIRE(f.now().find(known) != nullptr);
    CHECK(f.now().find(known)->values() == subscriber(7, 1, "alicia", "439999"));
  }
  SUBCASE("removed, and another has its name") {
    REQUIRE(f.directory.apply(std::vector<Change>{Removal{Kind::Subscriber, 7}, subscriber(8, 1, "alice")}));
    CHECK(f.now().find(known) == nullptr);
    CHECK(f.now().find(known_domain) == domain);
  }
  SUBCASE("loaded anew") {
    REQUIRE(f.directory.apply(
        std::vector<Change>{LoadBegin{}, subscriber(7, 2, "alice"), Domain{2, 1, "a.test"}, LoadEnd{}}));
    REQUIRE(f.now().find(known) != nullptr);
    CHECK(f.now().find(known)->domain() == 2);
    CHECK(f.now().find(known_domain) == nullptr);
  }
  SUBCASE("nobody is found in no version") {
    REQUIRE(f.directory.apply(subscriber(0, 1, "zero")));
    CHECK_FALSE(Known<Subscriber>{});
    CHECK(f.now().find(Known<Subscriber>{}) == nullptr);
    CHECK(f.now().find(Known<Domain>{}) == nullptr);
  }
}

TEST_CASE("a peer is matched by address, port and transport together") {
  Fixture f;
  const std::vector<Change> changes{
      Peer{1, 1, "carrier", endpoint("192.0.2.1:5060"), net::Protocol::Udp, true},
      Peer{2, 1, "other", endpoint("[2001:db8::1]:5060"), net::Protocol::Tcp, false}};
  REQUIRE(f.directory.apply(changes));
  CHECK(f.now().peer(endpoint("192.0.2.1:5060"), net::Protocol::Udp)->id == 1);
  CHECK(f.now().peer(endpoint("192.0.2.1:5060"), net::Protocol::Tcp) == nullptr);
  CHECK(f.now().peer(endpoint("192.0.2.1:5061"), net::Protocol::Udp) == nullptr);
  CHECK(f.now().peer(endpoint("[2001:db8::1]:5060"), net::Protocol::Tcp)->id == 2);
  CHECK(f.now().default_peer()->id == 1);
}

TEST_CASE("the default route moves with its peers and goes with the last one") {
  Fixture f;
  const Peer one{1, 1, "one", endpoint("192.0.2.1:5060"), net::Protocol::Udp, true};
  Peer two{2, 1, "two", endpoint("192.0.2.2:5060"), net::Protocol::Udp, false};
  REQUIRE(f.directory.apply(std::vector<Change>{one, two}));
  Peer demoted = one;
  demoted.is_default = false;
  two.is_default = true;

  SUBCASE("in one step, whichever comes first") {
    REQUIRE(f.directory.apply(std::vector<Change>{two, demoted}));
    CHECK(f.now().default_peer()->id == 2);
    Peer back = two;
    back.is_default = false;
    REQUIRE(f.directory.apply(std::vector<Change>{back, one}));
    CHECK(f.now().default_peer()->id == 1);
  }
  SUBCASE("it follows the record when the peer changes") {
    Peer moved = one;
    moved.address = endpoint("192.0.2.9:5060");
    REQUIRE(f.directory.apply(moved));
    CHECK(f.now().default_peer()->address == moved.address);
    CHECK(f.now().peer(one.address, one.protocol) == nullptr);
  }
  SUBCASE("and is none when its peer is removed") {
    REQUIRE(f.directory.apply(Removal{Kind::Peer, 1}));
    CHECK(f.now().default_peer() == nullptr);
  }
  SUBCASE("or disabled, which is known by its address as before") {
    Peer disabled = one;
    disabled.enabled = false;
    REQUIRE(f.directory.apply(disabled));
    CHECK(f.now().default_peer() == nullptr);
    CHECK(f.now().peer(one.address, one.protocol)->id == 1);
    REQUIRE(f.directory.apply(one));
    CHECK(f.now().default_peer()->id == 1);
  }
}

TEST_CASE("two subscribers may trade names and numbers within one step") {
  Fixture f;
  REQUIRE(f.directory.apply(
      std::vector<Change>{Domain{1, 1, "a.test"}, subscriber(5, 1, "a", "1"), subscriber(7, 1, "b", "2")}));
  REQUIRE(f.directory.apply(std::vector<Change>{subscriber(5, 1, "b", "2"), subscriber(7, 1, "a", "1")}));
  const Domain& domain = *f.now().domain("a.test");
  CHECK(f.now().subscriber("b", domain)->id() == 5);
  CHECK(f.now().subscriber("a", domain)->id() == 7);
  CHECK(f.now().by_number("1")->id() == 7);
  CHECK(f.now().by_number("2")->id() == 5);
}

TEST_CASE("a full load replaces everything at its end and nothing before") {
  Fixture f;
  REQUIRE(f.directory.apply(std::vector<Change>{Domain{1, 1, "old.test"}, subscriber(5, 1, "a", "1")}));
  REQUIRE(
      f.directory.apply(std::vector<Change>{LoadBegin{}, Domain{2, 1, "new.test"}, subscriber(6, 2, "b")}));
  CHECK(f.now().domain("new.test") == nullptr);
  CHECK(f.now().domain("old.test") != nullptr);

  SUBCASE("it may end in a later call") {
    REQUIRE(f.directory.apply(std::vector<Change>{subscriber(6, 2, "c"), LoadEnd{}}));
    CHECK(f.now().domain("old.test") == nullptr);
    CHECK(f.now().subscriber(Id{5}) == nullptr);
    CHECK(f.now().by_number("1") == nullptr);
    CHECK(f.now().subscriber("c", *f.now().domain("new.test"))->id() == 6);
    CHECK(f.now().subscribers() == 1);
  }
  SUBCASE("it may start over when its sender was restarted") {
    REQUIRE(f.directory.apply(std::vector<Change>{LoadBegin{}, Domain{3, 1, "newer.test"}, LoadEnd{}}));
    CHECK(f.now().domain("newer.test") != nullptr);
    CHECK(f.now().domain("new.test") == nullptr);
  }
  SUBCASE("it may never end") {
    CHECK(f.now().subscribers() == 1);
  }
}

TEST_CASE("an end without a beginning is refused and harms nothing") {
  Fixture f;
  CHECK_FALSE(f.directory.apply(std::vector<Change>{Domain{1, 1, "a.test"}, LoadEnd{}}));
  CHECK(f.now().domain("a.test") != nullptr);
}

TEST_CASE("ids beyond 32 bits are kept whole") {
  constexpr Id kFar = Id{1} << 40U;
  Fixture f;
  SubscriberValues values = subscriber(kFar, kFar + 1, "alice", "431234");
  values.tenant = kFar + 2;
  values.customer = kFar + 3;
  REQUIRE(f.directory.apply(values));
  CHECK(f.now().subscriber(kFar)->values() == values);
  CHECK(f.now().subscriber(kFar)->ha1(crypto::HashKind::Sha256).size() == 32);
}

TEST_CASE("the worst state among subscriber, customer, domain and reseller holds") {
  using test::stateful;
  Fixture f;
  SubscriberValues alice = subscriber(7, 1, "alice");
  alice.customer = 3;
  const std::vector<Change> all_active{Domain{1, 1, "a.test"}, alice,
                                       stateful(Kind::Customer, 3, State::Active),
                                       stateful(Kind::Reseller, 1, State::Active)};
  REQUIRE(f.directory.apply(all_active));
  const auto state = [&f] { return f.now().effective_state(*f.now().subscriber(Id{7})); };
  REQUIRE(state() == State::Active);

  SUBCASE("its own") {
    alice.state = State::Terminated;
    REQUIRE(f.directory.apply(alice));
    CHECK(state() == State::Terminated);
  }
  SUBCASE("its customer's") {
    REQUIRE(f.directory.apply(stateful(Kind::Customer, 3, State::Locked)));
    CHECK(state() == State::Locked);
    REQUIRE(f.directory.apply(stateful(Kind::Customer, 3, State::Active)));
    CHECK(state() == State::Active);
  }
  SUBCASE("its domain's") {
    REQUIRE(f.directory.apply(Domain{1, 1, "a.test", State::Locked}));
    CHECK(state() == State::Locked);
  }
  SUBCASE("its reseller's, and the worst of several") {
    REQUIRE(f.directory.apply(stateful(Kind::Reseller, 1, State::Terminated)));
    REQUIRE(f.directory.apply(stateful(Kind::Customer, 3, State::Locked)));
    CHECK(state() == State::Terminated);
  }
  SUBCASE("a reseller without a row is active, as in databases from before there were any") {
    REQUIRE(f.directory.apply(Removal{Kind::Reseller, 1}));
    CHECK(state() == State::Active);
  }
  SUBCASE("a customer that is named and not there is locked") {
    REQUIRE(f.directory.apply(Removal{Kind::Customer, 3}));
    CHECK(state() == State::Locked);
  }
  SUBCASE("and so is a domain") {
    REQUIRE(f.directory.apply(Removal{Kind::Domain, 1}));
    CHECK(state() == State::Locked);
  }
}

TEST_CASE("a look-up allocates nothing") {
  Fixture f;
  std::vector<Change> changes{Domain{1, 1, "a.test"}, test::alias(1, "439999", 77, true),
                              test::preference(2, "cc", "43", Kind::Domain, 1), test::rewrite_rule(3, 4, 1)};
  for (Id id = 1; id <= 1000; ++id) {
    changes.push_back(subscriber(id, 1, "user" + std::to_string(id), std::to_string(43000 + id)));
  }
  changes.push_back(Peer{1, 1, "p", endpoint("192.0.2.1:5060"), net::Protocol::Udp, true});
  REQUIRE(f.directory.apply(changes));
  const auto before = base::allocations_on_this_thread();
  const Domain* domain = f.now().domain("A.Test.");
  const bool found = domain != nullptr && f.now().subscriber("user500", *domain) != nullptr &&
                     f.now().by_number("+43500") != nullptr && f.now().subscriber(Id{77}) != nullptr &&
                     f.now().domain("[2001:db8::1]") == nullptr &&
                     f.now().peer(f.now().default_peer()->address, net::Protocol::Udp) != nullptr &&
                     f.now().longest_number("43999912").device &&
                     f.now().children(Kind::RewriteRule, 4).size() == 1 &&
                     f.now().preferences(*f.now().subscriber(Id{77})).text(model::Pref::Cc) == "43" &&
                     f.now().effective_state(*f.now().subscriber(Id{77})) == State::Active;
  const auto after = base::allocations_on_this_thread();
  CHECK(found);
  CHECK(after == before);
}
