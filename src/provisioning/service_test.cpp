// SPDX-License-Identifier: Apache-2.0
#include "provisioning/service.h"

#include "model/rules.h"
#include "provisioning/test_bench.h"

using namespace ringfence;
using namespace ringfence::provisioning;

TEST_CASE("the commands of the operator's contract work as they stand there") {
  TestBench bench;
  REQUIRE(bench.service.add(Kind::Domain, "example.test", {}, bench.actor));
  const auto added = bench.service.add(Kind::Subscriber, "1001@example.test",
                                       {{"password", "PW"}, {"number", "43123456"}}, bench.actor);
  REQUIRE(added);
  CHECK(text(added->record, "subscriber") == "1001@example.test");
  CHECK(text(added->record, "number") == "43123456");
  CHECK(added->record.find("password") == nullptr);
  REQUIRE(bench.service.add(Kind::Peer, "carrier", {{"address", "192.0.2.1:5060/udp"}}, bench.actor));

  REQUIRE(bench.subscriber("1001", "example.test") != nullptr);
  CHECK(bench.now().by_number("43123456") == bench.subscriber("1001", "example.test"));
  REQUIRE(bench.now().default_peer() != nullptr);
  CHECK(bench.now().default_peer()->name == "carrier");
}

TEST_CASE("the shards learn the HA1s of RFC 7616, and the database holds no trace of them in clear") {
  TestBench bench;
  bench.add_domain("http-auth.example.org");
  REQUIRE(bench.service.add(Kind::Subscriber, "Mufasa@http-auth.example.org",
                            {{"password", "Circle of Life"}}, bench.actor));
  const auto expected = ha1_of("Mufasa", "http-auth.example.org", "Circle of Life");
  const auto* known = bench.subscriber("Mufasa", "http-auth.example.org");
  REQUIRE(known != nullptr);
  CHECK(known->values().ha1 == expected);
  for (const auto kind : directory::kHa1Kinds) CHECK(known->ha1(kind).size() == crypto::size_of(kind));

  const auto row = bench.store.get(store::Kind::Subscriber, known->id()).value().value();
  for (const auto kind : directory::kHa1Kinds) {
    for (const auto& cell : row.cells) {
      CHECK(store::text_of(cell).find(base::as_text(expected.get(kind))) == std::string::npos);
    }
  }
  for (const auto& cell : row.cells) CHECK(store::text_of(cell).find("Circle") == std::string::npos);
}

TEST_CASE("a sealed HA1 opens with its key, in its row and its column only") {
  base::SeededRandom random{3};
  Ha1Vault vault{TestBench::key(), random};
  store::Row row{store::Kind::Subscriber};
  row.id = 5;
  const auto set = ha1_of("a", "b", "c");
  vault.seal_into(row, set);
  CHECK(vault.open(row) == set);
  CHECK(algorithms_in(row) == "MD5 SHA-256 SHA-512-256");

  SUBCASE("not with another key") {
    CHECK_FALSE(Ha1Vault(TestBench::key(8), random).open(row));
  }
  SUBCASE("not in another row") {
    row.id = 6;
    CHECK_FALSE(vault.open(row));
  }
  SUBCASE("not in another column") {
    std::swap(row[store::SubscriberField::Ha1Sha256], row[store::SubscriberField::Ha1Sha512_256]);
    CHECK_FALSE(vault.open(row));
  }
}

TEST_CASE("without --password one is made up, strong, and shown once") {
  TestBench bench;
  bench.add_domain("example.test");
  const auto added = bench.service.add(Kind::Subscriber, "1001@example.test", {}, bench.actor);
  REQUIRE(added);
  const std::string password = text(added->record, "password");
  CHECK(password.size() == 20);
  CHECK(bench.subscriber("1001", "example.test")->values().ha1 == ha1_of("1001", "example.test", password));
  const auto shown = bench.service.show(Kind::Subscriber, "1001@example.test");
  CHECK(shown->record.find("password") == nullptr);
}

TEST_CASE("a weak password is remarked upon, or refused where the policy says so") {
  TestBench bench;
  bench.add_domain("example.test");
  const auto add = [&bench](const char* user, Arguments arguments) {
    return bench.service.add(Kind::Subscriber, std::string{user} + "@example.test", arguments, bench.actor);
  };
  CHECK(add("10010001", {{"password", "10010001"}})->notes.at(0).find("user name") != std::string::npos);
  CHECK(add("2", {{"password", "1234567"}})->notes.at(0).find("8 characters") != std::string::npos);
  CHECK(add("3", {{"password", "1234567"}, {"allow-weak-password", "true"}})->notes.empty());
  CHECK(add("4", {{"password", "correct horse"}})->notes.empty());

  Service strict = bench.make({.refuse_weak = true});
  check_refused(strict.add(Kind::Subscriber, "5@example.test", {{"password", "short"}}, bench.actor),
                Reason::NotAllowed, "--allow-weak-password");
  CHECK(strict.add(Kind::Subscriber, "5@example.test",
                   {{"password", "short"}, {"allow-weak-password", "true"}}, bench.actor));
}

TEST_CASE("every refusal names the field, the value and the rule") {
  TestBench bench;
  bench.add_domain("example.test");
  const auto add = [&bench](Kind kind, std::string_view key, Arguments arguments) {
    return bench.service.add(kind, key, arguments, bench.actor);
  };
  check_refused(add(Kind::Domain, "exa mple", {}), Reason::Usage, "\"exa mple\" is not allowed: a host name");
  check_refused(add(Kind::Subscriber, "1001", {}), Reason::Usage, "\"1001\" is not allowed: user@domain");
  check_refused(add(Kind::Subscriber, "a b@example.test", {}), Reason::Usage, "letters, digits");
  check_refused(add(Kind::Subscriber, "1001@example.test", {{"number", "43x"}}), Reason::Usage,
                "number \"43x\" is not allowed: digits only");
  check_refused(
      add(Kind::Subscriber, "1001@example.test", {{"colour", "red"}}), Reason::Usage,
      "there is no option --colour: it takes --password, --allow-weak-password, --customer, --number");
  check_refused(add(Kind::Peer, "carrier", {}), Reason::Usage, "--address ADDRESS is missing");
  for (const auto* address : {"192.0.2.1", "192.0.2.1:0/udp", "192.0.2.1:5060/tls", "host.test:5060/udp",
                              "0.0.0.0:5060/udp", "224.0.0.1:5060/udp", "[::]:5060/tcp", ""}) {
    CAPTURE(address);
    check_refused(add(Kind::Peer, "carrier", {{"address", address}}), Reason::Usage,
                  "for example 192.0.2.1:5060/udp");
  }
  check_refused(bench.service.set(Kind::Subscriber, "1001@example.test", {}, bench.actor), Reason::Usage,
                "nothing to change");
  CHECK(bench.told == 1);  // the domain
}

TEST_CASE("a refused password is never repeated") {
  TestBench bench;
  bench.add_domain("example.test");
  const auto refused = bench.service.add(Kind::Subscriber, "1001@example.test",
                                         {{"password",
                                           "se\x01"
                                           "cret"}},
                                         bench.actor);
  check_refused(refused, Reason::Usage, "password is not allowed");
  const auto& failure = refused.error().failure;
  CHECK((failure.what + failure.why + failure.next).find("cret") == std::string::npos);
}

TEST_CASE("what is not there is not found, and the answer says how to get there") {
  TestBench bench;
  check_refused(bench.service.add(Kind::Subscriber, "1@nowhere.test", {}, bench.actor), Reason::NotFound,
                "ringfence domain add nowhere.test");
  check_refused(bench.service.show(Kind::Domain, "nowhere.test"), Reason::NotFound, "ringfence domain ls");
  check_refused(bench.service.remove(Kind::Peer, "nobody", bench.actor), Reason::NotFound, "no such peer");
  check_refused(bench.service.set(Kind::Subscriber, "1@nowhere.test", {{"state", "locked"}}, bench.actor),
                Reason::NotFound, "no such subscriber");
  check_refused(bench.service.list(Kind::Subscriber, {{"domain", "nowhere.test"}}, 0, 10), Reason::NotFound,
                "no domain nowhere.test");
}

TEST_CASE("what is taken is a conflict that names the holder") {
  TestBench bench;
  bench.add_domain("example.test");
  REQUIRE(bench.service.add(Kind::Subscriber, "1001@example.test", {{"number", "1"}}, bench.actor));
  REQUIRE(bench.service.add(Kind::Peer, "one", {{"address", "192.0.2.1:5060"}}, bench.actor));
  check_refused(bench.service.add(Kind::Domain, "EXAMPLE.test.", {}, bench.actor), Reason::Conflict,
                "there already");
  check_refused(bench.service.add(Kind::Subscriber, "1001@Example.test", {}, bench.actor), Reason::Conflict,
                "there already");
  check_refused(bench.service.add(Kind::Subscriber, "2@example.test", {{"number", "+1"}}, bench.actor),
                Reason::Conflict, "1001@example.test has the number 1");
  check_refused(bench.service.add(Kind::Peer, "two", {{"address", "192.0.2.1:5060/udp"}}, bench.actor),
                Reason::Conflict, "peer one has this address already");
  check_refused(bench.service.remove(Kind::Domain, "example.test", bench.actor), Reason::Conflict,
                "it still has 1 subscriber");
  CHECK(bench.service.add(Kind::Peer, "two", {{"address", "192.0.2.1:5060/tcp"}}, bench.actor));
}

TEST_CASE("a subscriber can be changed in each of its fields, and the shards see it") {
  TestBench bench;
  bench.add_domain("example.test");
  REQUIRE(bench.service.add(Kind::Subscriber, "1001@example.test", {{"number", "1"}}, bench.actor));
  const auto set = [&bench](Arguments arguments) {
    return bench.service.set(Kind::Subscriber, "sip:1001@EXAMPLE.test", arguments, bench.actor);
  };
  REQUIRE(set({{"number", "+43 2"}}).error().reason == Reason::Usage);
  REQUIRE(set({{"number", "+432"}}));
  CHECK(bench.now().by_number("1") == nullptr);
  CHECK(bench.now().by_number("432") != nullptr);
  REQUIRE(set({{"number", ""}}));
  CHECK(bench.now().by_number("432") == nullptr);
  REQUIRE(set({{"state", "locked"}}));
  CHECK(bench.subscriber("1001", "example.test")->state() == directory::State::Locked);
  REQUIRE(set({{"password", "another secret"}}));
  CHECK(bench.subscriber("1001", "example.test")->values().ha1 ==
        ha1_of("1001", "example.test", "another secret"));
  REQUIRE(bench.service.remove(Kind::Subscriber, "1001@example.test", bench.actor));
  CHECK(bench.subscriber("1001", "example.test") == nullptr);
  REQUIRE(bench.service.remove(Kind::Domain, "example.test", bench.actor));
  CHECK(bench.now().domain("example.test") == nullptr);
}

TEST_CASE("there is one default peer: the first, then whoever is given it") {
  TestBench bench;
  const auto add = [&bench](const char* name, const char* address, Arguments arguments = {}) {
    arguments.emplace("address", address);
    REQUIRE(bench.service.add(Kind::Peer, name, arguments, bench.actor));
  };
  const auto default_name = [&bench] { return bench.now().default_peer()->name; };
  add("one", "192.0.2.1:5060/udp");
  add("two", "192.0.2.2:5060/udp");
  CHECK(default_name() == "one");
  add("three", "[2001:db8::3]:5060/tcp", {{"default", "true"}});
  CHECK(default_name() == "three");
  REQUIRE(bench.service.set(Kind::Peer, "two", {{"default", "true"}}, bench.actor));
  CHECK(default_name() == "two");
  check_refused(bench.service.set(Kind::Peer, "two", {{"default", "false"}}, bench.actor), Reason::Conflict,
                "set ANOTHER --default");
  const auto defaults = bench.store.count(
      store::Kind::Peer, {store::Condition::equal(store::PeerField::Default, std::int64_t{1})});
  CHECK(defaults == 1U);

  REQUIRE(bench.service.set(Kind::Peer, "two", {{"address", "192.0.2.9:5070/tcp"}}, bench.actor));
  CHECK(bench.now().default_peer()->address == base::Endpoint::parse("192.0.2.9:5070"));
  const auto removed = bench.service.remove(Kind::Peer, "two", bench.actor);
  REQUIRE(removed);
  CHECK(removed->notes.size() == 1);
  CHECK(bench.now().default_peer() == nullptr);
}

TEST_CASE("a peer passes through only after it is let") {
  TestBench bench;
  REQUIRE(bench.service.add(Kind::Peer, "one", {{"address", "192.0.2.1:5060/udp"}}, bench.actor));
  REQUIRE(bench.service.add(Kind::Peer, "two", {{"address", "192.0.2.2:5060/udp"}, {"transit", "yes"}},
                            bench.actor));
  const auto passes = [&bench](const char* address) {
    return bench.now().peer(*base::Endpoint::parse(address), net::Protocol::Udp)->transit;
  };
  CHECK_FALSE(passes("192.0.2.1:5060"));
  CHECK(passes("192.0.2.2:5060"));
  REQUIRE(bench.service.set(Kind::Peer, "one", {{"transit", "yes"}}, bench.actor));
  REQUIRE(bench.service.set(Kind::Peer, "two", {{"transit", "no"}}, bench.actor));
  CHECK(passes("192.0.2.1:5060"));
  CHECK_FALSE(passes("192.0.2.2:5060"));
  check_refused(bench.service.set(Kind::Peer, "two", {{"transit", "maybe"}}, bench.actor), Reason::Usage,
                "yes or no");
}

TEST_CASE("lists come in pages, filtered, and show less than show") {
  TestBench bench;
  bench.add_domain("a.test");
  bench.add_domain("b.test");
  for (int i = 0; i < 25; ++i) {
    const std::string key = "user" + std::to_string(i) + (i % 5 == 0 ? "@a.test" : "@b.test");
    REQUIRE(bench.service.add(Kind::Subscriber, key, {{"password", "12345678"}}, bench.actor));
  }
  std::size_t seen = 0;
  std::optional<store::Id> after = 0;
  while (after) {
    const auto page = bench.service.list(Kind::Subscriber, {}, *after, 10);
    REQUIRE(page);
    CHECK(page->records.size() <= 10);
    seen += page->records.size();
    after = page->next;
  }
  CHECK(seen == 25);
  const auto in_a = bench.service.list(Kind::Subscriber, {{"domain", "A.test"}}, 0, 100);
  REQUIRE(in_a);
  CHECK(in_a->records.size() == 5);
  CHECK(in_a->records[0].find("algorithms") == nullptr);
  CHECK(bench.service.list(Kind::Subscriber, {{"username", "user1"}}, 0, 100)->records.size() == 11);
  CHECK(text(bench.service.show(Kind::Subscriber, "user0@a.test")->record, "algorithms") ==
        "MD5 SHA-256 SHA-512-256");
  CHECK(text(bench.service.show(Kind::Domain, "b.test")->record, "subscribers") == "20");
}

TEST_CASE("when the database fails, nothing changes and the shards learn nothing") {
  TestBench bench;
  bench.add_domain("example.test");
  REQUIRE(bench.service.add(Kind::Peer, "one", {{"address", "192.0.2.1:5060"}}, bench.actor));
  const auto told = bench.told;
  for (unsigned writes = 0; writes < 4; ++writes) {
    CAPTURE(writes);
    bench.store.fail_after(writes, store::Cause::Full);
    // Two rows change in this one: the old default and the new.
    check_refused(bench.service.add(Kind::Peer, "two", {{"address", "192.0.2.2:5060"}, {"default", "true"}},
                                    bench.actor),
                  Reason::Failed, "cannot write");
    CHECK(bench.told == told);
    CHECK(bench.now().default_peer()->name == "one");
    CHECK(bench.store.count(store::Kind::Peer, {}) == 1U);
  }
}

TEST_CASE("a full load gives another directory the same content") {
  TestBench bench;
  bench.add_domain("a.test");
  REQUIRE(bench.service.add(Kind::Peer, "one", {{"address", "192.0.2.1:5060"}}, bench.actor));
  for (int i = 0; i < 2500; ++i) {
    REQUIRE(bench.service.add(Kind::Subscriber, std::to_string(i) + "@a.test",
                              {{"number", std::to_string(i)}}, bench.actor));
  }
  directory::Directory other{bench.readers, {3, 4}};
  std::size_t largest = 0;
  REQUIRE(bench.service.load([&](std::span<const directory::Change> changes) {
    largest = std::max(largest, changes.size());
    REQUIRE(other.apply(changes));
  }));
  CHECK(largest == Service::kBatch);
  CHECK(other.snapshot().subscribers() == 2500);
  CHECK(other.snapshot().default_peer()->name == "one");
  for (int i = 0; i < 2500; ++i) {
    const auto* theirs = other.snapshot().by_number(std::to_string(i));
    REQUIRE(theirs != nullptr);
    REQUIRE(theirs->values() == bench.now().by_number(std::to_string(i))->values());
  }
}

TEST_CASE("a load with the wrong key says so and never ends") {
  TestBench bench;
  bench.add_domain("a.test");
  REQUIRE(bench.service.add(Kind::Subscriber, "1@a.test", {}, bench.actor));
  Service wrong{bench.store, TestBench::key(9), bench.random, [](std::span<const directory::Change>) {}};
  bool ended = false;
  const auto loaded = wrong.load([&ended](std::span<const directory::Change> changes) {
    for (const auto& change : changes) ended |= std::holds_alternative<directory::LoadEnd>(change);
  });
  check_refused(loaded, Reason::Failed, "ha1.key");
  CHECK_FALSE(ended);
}
