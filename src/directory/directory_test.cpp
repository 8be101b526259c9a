// SPDX-License-Identifier: Apache-2.0
#include "directory/directory.h"

#include <doctest/doctest.h>

#include <atomic>
#include <map>
#include <string>
#include <thread>

#include "base/allocation_counter.h"
#include "base/random.h"

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

TEST_CASE("a look-up allocates nothing") {
  Fixture f;
  std::vector<Change> changes{Domain{1, 1, "a.test"}};
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
                     f.now().peer(f.now().default_peer()->address, net::Protocol::Udp) != nullptr;
  const auto after = base::allocations_on_this_thread();
  CHECK(found);
  CHECK(after == before);
}

namespace {

/// The same directory as plain maps.
struct Model {
  std::map<Id, Domain> domains;
  std::map<Id, SubscriberValues> subscribers;
  std::map<Id, Peer> peers;

  void take(const Domain& domain) { domains[domain.id] = domain; }
  void take(const SubscriberValues& values) { subscribers[values.id] = values; }
  void take(const Peer& peer) { peers[peer.id] = peer; }
  void take(const Removal& removal) {
    if (removal.kind == Kind::Domain) domains.erase(removal.id);
    if (removal.kind == Kind::Subscriber) subscribers.erase(removal.id);
    if (removal.kind == Kind::Peer) peers.erase(removal.id);
  }
  void take(const LoadBegin&) {}
  void take(const LoadEnd&) {}

  bool name_taken(const SubscriberValues& wanted) const {
    for (const auto& [id, known] : subscribers) {
      if (id == wanted.id) continue;
      if (known.domain == wanted.domain && known.username == wanted.username) return true;
      if (!known.number.empty() && known.number == wanted.number) return true;
    }
    return false;
  }
};

void check_equal(const Snapshot& snapshot, const Model& model) {
  REQUIRE(snapshot.domains() == model.domains.size());
  REQUIRE(snapshot.subscribers() == model.subscribers.size());
  REQUIRE(snapshot.peers() == model.peers.size());
  for (const auto& [id, domain] : model.domains) {
    REQUIRE(snapshot.domain(id) != nullptr);
    REQUIRE(*snapshot.domain(id) == domain);
    REQUIRE(snapshot.domain(domain.name) == snapshot.domain(id));
  }
  for (const auto& [id, values] : model.subscribers) {
    const Subscriber* found = snapshot.subscriber(id);
    REQUIRE(found != nullptr);
    REQUIRE(found->values() == values);
    REQUIRE(snapshot.subscriber(values.username, Domain{values.domain, 1, ""}) == found);
    REQUIRE(snapshot.by_number(values.number) == (values.number.empty() ? nullptr : found));
  }
  const Peer* default_peer = nullptr;
  for (const auto& [id, peer] : model.peers) {
    REQUIRE(*snapshot.peer(id) == peer);
    REQUIRE(snapshot.peer(peer.address, peer.protocol) == snapshot.peer(id));
    if (peer.is_default) default_peer = snapshot.peer(id);
  }
  REQUIRE(snapshot.default_peer() == default_peer);
}

/// A change that a database would allow, so that no two rows ever hold one key.
std::optional<Change> random_change(base::Random& random, const Model& model) {
  const Id id = 1 + random.below(40);
  switch (random.below(8)) {
    case 0:
      return Change{Removal{static_cast<Kind>(random.below(3)), id}};
    case 1:
      return Change{
          Domain{id, 1, "domain" + std::to_string(id) + (random.below(2) == 0 ? ".test" : ".example")}};
    case 2: {
      const auto port = static_cast<std::uint16_t>(5060 + id + 100 * random.below(3));
      Peer peer{
          id, 1, "peer", {base::IpAddress::v4(192, 0, 2, 1), port}, net::Protocol::Udp, random.below(4) == 0};
      for (const auto& [other, known] : model.peers) peer.is_default &= other == id || !known.is_default;
      return Change{peer};
    }
    default: {
      auto values = subscriber(id, 1 + random.below(3), "user" + std::to_string(random.below(30)));
      if (random.below(2) == 0) values.number = std::to_string(43000 + random.below(30));
      values.state = static_cast<State>(random.below(3));
      if (model.name_taken(values)) return std::nullopt;
      return Change{values};
    }
  }
}

}  // namespace

TEST_CASE("the snapshot equals plain maps after any sequence of changes and loads") {
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    CAPTURE(seed);
    base::SeededRandom random{seed};
    base::QuiescentDomain readers{1};
    Directory directory{readers, {random.next(), random.next()}};
    Model model;
    std::map<Id, Known<Subscriber>> known;  // from whatever step last saw the subscriber, removed or not
    for (int step = 0; step < 60; ++step) {
      std::vector<Change> batch;
      const bool full_load = random.below(10) == 0;
      if (full_load) {
        model = {};
        batch.emplace_back(LoadBegin{});
      }
      for (auto wanted = random.below(30); wanted > 0; --wanted) {
        const auto change = random_change(random, model);
        if (!change) continue;
        std::visit([&model](const auto& value) { model.take(value); }, *change);
        batch.push_back(*change);
      }
      if (full_load) batch.emplace_back(LoadEnd{});
      REQUIRE(directory.apply(batch));
      const Snapshot& now = directory.snapshot();
      check_equal(now, model);
      for (const auto& [id, seen] : known) REQUIRE(now.find(seen) == now.subscriber(id));
      for (const auto& [id, values] : model.subscribers) {
        if (random.below(3) == 0) known[id] = now.known(*now.subscriber(id));
      }
    }
  }
}

TEST_CASE("readers on their threads never see half a change") {
  constexpr unsigned kReaders = 2;
  constexpr Id kPairs = 50;
  base::QuiescentDomain readers{kReaders};
  Directory directory{readers, kSeed};
  // Each step renumbers a pair of subscribers together: whoever sees one of them new and the other old saw
  // half a step.
  const auto pair = [](Id n, Id round) {
    return std::vector<Change>{
        subscriber(2 * n, 1, "left" + std::to_string(n), std::to_string(1000 * round + 2 * n)),
        subscriber(2 * n + 1, 1, "right" + std::to_string(n), std::to_string(1000 * round + 2 * n + 1))};
  };
  for (Id n = 0; n < kPairs; ++n) REQUIRE(directory.apply(pair(n, 1)));

  std::atomic<bool> done{false};
  std::atomic<unsigned> torn{0};
  std::atomic<unsigned> turns{0};
  std::vector<std::thread> threads;
  for (unsigned reader = 0; reader < kReaders; ++reader) {
    threads.emplace_back([&, reader] {
      base::SeededRandom random{reader};
      Known<Subscriber> known;  // of an earlier turn
      readers.active(reader);
      while (!done.load(std::memory_order_relaxed)) {
        const Snapshot& now = directory.snapshot();
        const Id n = random.below(kPairs);
        const Subscriber* left = now.subscriber(Id{2 * n});
        const Subscriber* right = now.subscriber("right" + std::to_string(n), Domain{1, 1, ""});
        const bool whole =
            left != nullptr && right != nullptr &&
            std::stoul(std::string{left->number()}) + 1 == std::stoul(std::string{right->number()}) &&
            now.by_number(left->number()) == left && now.by_number(right->number()) == right &&
            now.find(known) == (known ? now.subscriber(known.id()) : nullptr);
        if (right != nullptr && random.below(4) == 0) known = now.known(*right);
        if (!whole) torn.fetch_add(1);
        turns.fetch_add(1, std::memory_order_relaxed);
        readers.quiescent(reader);
      }
      readers.idle(reader);
    });
  }
  base::SeededRandom random{99};
  for (Id round = 2; round < 3000 || turns.load() < 1000; ++round) {
    const Id n = random.below(kPairs);
    if (!directory.apply(pair(n, round))) torn.fetch_add(1000);
  }
  done = true;
  for (auto& thread : threads) thread.join();
  CHECK(torn.load() == 0);
}

TEST_CASE("a change survives its way through bytes") {
  const std::vector<Change> changes{
      LoadBegin{},
      LoadEnd{},
      Domain{1, 2, "example.test"},
      subscriber(3, 1, "alice", "43123"),
      SubscriberValues{4, 1, 1, State::Terminated, "", "", {}},
      Peer{5, 1, "carrier", endpoint("[2001:db8::1]:5060"), net::Protocol::Wss, true},
      Removal{Kind::Peer, 6}};
  std::vector<std::byte> bytes;
  base::ByteWriter writer{bytes};
  for (const Change& change : changes) write_change(writer, change);
  base::ByteReader reader{bytes};
  for (const Change& change : changes) {
    const auto read = read_change(reader);
    REQUIRE(read);
    CHECK(*read == change);
  }
  CHECK(reader.finished());
}
