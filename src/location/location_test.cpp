// SPDX-License-Identifier: Apache-2.0
// Bindings as shards see them: bound, found, expired, dropped, listed, and back after a restart.
#include "location/location.h"

#include <doctest/doctest.h>

#include <atomic>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "base/allocation_counter.h"
#include "base/random.h"
#include "base/sim_clock.h"
#include "journal/journal.h"
#include "journal/scratch_directory.h"
#include "location/partition.h"
#include "location/test_phone.h"
#include "observe/log.h"

namespace ringfence::location {
namespace {

using namespace std::chrono_literals;

/// A location with its shards' surroundings, on simulated time.
struct World {
  explicit World(Options given = {}, unsigned shards = 1) : options{given}, readers{shards} {
    options.shards = shards;
    options.policy.jitter_percent = given.policy.jitter_percent;
    location = std::make_unique<Location>(options, readers);
    for (unsigned shard = 0; shard < shards; ++shard) {
      location->partition(static_cast<net::ShardId>(shard)).attach(clock, random, clock.timers());
    }
  }

  [[nodiscard]] Partition& owner(std::string_view aor) {
    return location->partition(location->owner_of(aor));
  }
  auto apply(const RegisterUpdate& update) { return owner(update.aor).apply(update); }
  [[nodiscard]] std::vector<std::string> contacts(std::string_view aor) const {
    std::vector<std::string> texts;
    if (const AorRecord* const record = location->find(aor)) {
      for (const Binding binding : *record) texts.emplace_back(binding.contact);
    }
    return texts;
  }

  Options options;
  base::QuiescentDomain readers;
  base::SimClock clock;
  base::SeededRandom random{1};
  std::unique_ptr<Location> location;
};

Options without_jitter() {
  Options options;
  options.policy.jitter_percent = 0;
  return options;
}

TEST_CASE("a bound contact is found with its flow, and with nothing else's") {
  World world{without_jitter(), 3};
  TestPhone phone{"1001"};
  const auto result = world.apply(phone.refresh());
  REQUIRE(result);
  CHECK(result->added == 1);
  const AorRecord* const record = world.location->find(phone.aor());
  REQUIRE(record != nullptr);
  CHECK(record == result->record);
  const Binding binding = *record->begin();
  CHECK(binding.contact == phone.uri());
  CHECK(binding.flow.remote.port == 5060);
  CHECK(binding.left(world.clock.now()) == 600s);
  CHECK(world.location->find("1002@example.test") == nullptr);
  CHECK(world.location->bindings() == 1);
}

TEST_CASE("a contact that is not refreshed is dead on time, and removed soon after") {
  World world{without_jitter()};
  TestPhone phone{"1001"};
  REQUIRE(world.apply(phone.refresh(120s)));
  world.clock.run_for(119s + 999ms);
  REQUIRE(world.location->find(phone.aor()) != nullptr);
  CHECK((*world.location->find(phone.aor())->begin()).live(world.clock.now()));
  world.clock.run_for(1ms);
  if (const AorRecord* const record = world.location->find(phone.aor())) {
    CHECK_FALSE((*record->begin()).live(world.clock.now()));
  }
  world.clock.run_for(2s);
  CHECK(world.location->find(phone.aor()) == nullptr);
  CHECK(world.location->bindings() == 0);
  CHECK(world.location->count(Counter::Expired) == 1);
}

TEST_CASE("of two contacts the one that is not refreshed goes alone") {
  World world{without_jitter()};
  TestPhone desk{"1001", "desk"};
  TestPhone mobile{"1001", "mobile"};
  mobile.contact("sip:1001@203.0.113.9:49152");
  REQUIRE(world.apply(desk.refresh(60s)));
  REQUIRE(world.apply(mobile.refresh(600s)));
  CHECK(world.contacts(desk.aor()).size() == 2);
  world.clock.run_for(62s);
  CHECK(world.contacts(desk.aor()) == std::vector<std::string>{mobile.uri()});
  CHECK(world.location->bindings() == 1);
}

TEST_CASE("ten thousand contacts that expire in one second go in slices") {
  World world{without_jitter()};
  for (unsigned i = 0; i < 10'000; ++i) {
    TestPhone phone{std::to_string(i)};
    REQUIRE(world.apply(phone.refresh(60s)));
  }
  world.clock.run_for(62s);
  CHECK(world.location->aors() == 0);
  CHECK(world.location->count(Counter::Expired) == 10'000);
}

TEST_CASE("granted lifetimes are spread downward, never below the minimum, and told as they are") {
  Options options;
  options.policy.jitter_percent = 10;
  World world{options};
  std::set<std::chrono::seconds> seen;
  for (unsigned i = 0; i < 300; ++i) {
    TestPhone phone{std::to_string(i)};
    const auto result = world.apply(phone.refresh(3600s));
    REQUIRE(result);
    const Binding binding = *result->record->begin();
    CHECK(binding.granted <= 3600s);
    CHECK(binding.granted >= 3240s);
    CHECK(binding.left(world.clock.now()) == binding.granted);
    seen.insert(binding.granted);
  }
  CHECK(seen.size() > 100);
  TestPhone brief{"brief"};
  const auto result = world.apply(brief.refresh(60s));
  REQUIRE(result);
  CHECK((*result->record->begin()).granted == 60s);
}

TEST_CASE("the table has a bound, which refuses new contacts and lets old ones refresh") {
  Options options = without_jitter();
  options.max_bindings = 2;
  World world{options};
  TestPhone one{"1"};
  TestPhone two{"2"};
  TestPhone three{"3"};
  REQUIRE(world.apply(one.refresh()));
  REQUIRE(world.apply(two.refresh()));
  CHECK(world.apply(three.refresh()).error() == BindError::Full);
  CHECK(world.apply(two.refresh()));
  CHECK(world.apply(one.refresh(0s)));
  CHECK(world.apply(three.refresh()));
  CHECK(world.location->count(Counter::RefusedFull) == 1);
}

TEST_CASE("an operator's drop removes all contacts of an address of record") {
  World world{without_jitter()};
  TestPhone phone{"1001"};
  REQUIRE(world.apply(phone.refresh()));
  CHECK(world.owner(phone.aor()).drop(phone.aor()));
  CHECK(world.location->find(phone.aor()) == nullptr);
  CHECK_FALSE(world.owner(phone.aor()).drop(phone.aor()));
  CHECK(world.apply(phone.refresh()));  // the phone may come back
}

TEST_CASE("a listing in pages has each address of record once, from all shards") {
  World world{without_jitter(), 3};
  std::set<std::string> expected;
  for (unsigned i = 0; i < 1000; ++i) {
    TestPhone phone{std::to_string(i)};
    REQUIRE(world.apply(phone.refresh()));
    expected.insert(phone.aor());
  }
  std::set<std::string> seen;
  Cursor cursor;
  unsigned pages = 0;
  while (!cursor.finished) {
    std::size_t in_page = 0;
    world.location->list(cursor, 100, [&](const AorRecord& record) {
      CHECK(seen.emplace(record.aor()).second);
      ++in_page;
    });
    CHECK(in_page < 200);
    ++pages;
  }
  CHECK(seen == expected);
  CHECK(pages > 5);
}

TEST_CASE("refreshing allocates nothing") {
  if (!base::counting_available()) return;
  World world{without_jitter()};
  std::vector<TestPhone> phones;
  for (unsigned i = 0; i < 100; ++i) phones.emplace_back(std::to_string(i));
  std::uint64_t before = 0;
  bool right = true;
  for (unsigned round = 0; round < 20; ++round) {
    if (round == 10) before = base::allocations_on_this_thread();
    for (TestPhone& phone : phones) {
      const std::uint64_t own = base::allocations_on_this_thread();  // the phone's own
      const RegisterUpdate update = phone.refresh();
      before += base::allocations_on_this_thread() - own;
      right = world.apply(update).has_value() && right;
    }
  }
  CHECK(base::allocations_on_this_thread() - before == 0);
  CHECK(right);
}

/// A node on disk: opens the journal, reloads, runs, and can be killed.
struct Node {
  explicit Node(const std::filesystem::path& directory, std::chrono::milliseconds wall_step = 0ms,
                unsigned shards = 2)
      : world{without_jitter(), shards} {
    observe::Log::set_level(observe::Level::Error);
    world.clock.step_wall(wall_step);
    journal::Options options{
        .directory = directory, .rings = shards, .ring_bytes = journal::Options::kMinRing};
    options.copier_thread = false;
    auto opened = journal::Journal::open(options, [&](const journal::Record& record) {
      if (record.stream == journal::Stream::Bindings)
        (void)world.location->reload(record.payload, Moment::of(world.clock));
    });
    REQUIRE(opened);
    journal = std::move(*opened);
    for (unsigned shard = 0; shard < shards; ++shard) {
      world.location->partition(static_cast<net::ShardId>(shard)).plug(journal->writer(shard));
    }
  }

  World world;
  std::unique_ptr<journal::Journal> journal;
};

TEST_CASE("after a restart each binding is back with the time it had left, and says so") {
  const journal::ScratchDirectory scratch;
  TestPhone stays{"stays"};
  TestPhone leaves{"leaves"};
  TestPhone brief{"brief"};
  TestPhone dropped{"dropped"};
  {
    Node node{scratch.path()};
    REQUIRE(node.world.apply(stays.refresh(3000s)));
    REQUIRE(node.world.apply(leaves.refresh()));
    REQUIRE(node.world.apply(brief.refresh(100s)));
    REQUIRE(node.world.apply(dropped.refresh()));
    node.world.clock.run_for(50s);
    REQUIRE(node.world.apply(leaves.refresh(0s)));
    REQUIRE(node.world.owner(dropped.aor()).drop(dropped.aor()));
  }
  Node node{scratch.path(), 400s,
            3};  // 400 s on the wall clock after the first start, and with one shard more
  const AorRecord* const record = node.world.location->find(stays.aor());
  REQUIRE(record != nullptr);
  const Binding binding = *record->begin();
  CHECK(binding.left(node.world.clock.now()) == 2600s);
  CHECK(binding.reloaded);
  CHECK(binding.contact == stays.uri());
  CHECK(node.world.location->find(leaves.aor()) == nullptr);
  CHECK(node.world.location->find(brief.aor()) == nullptr);
  CHECK(node.world.location->find(dropped.aor()) == nullptr);
  CHECK(node.world.location->bindings() == 1);

  CHECK(node.world.apply(stays.refresh()));  // the CSeq goes on where it was
  CHECK_FALSE((*node.world.location->find(stays.aor())->begin()).reloaded);
  node.world.clock.run_for(3001s);
  CHECK(node.world.location->bindings() == 0);
}

TEST_CASE("however often a node is started again, a binding lives no longer for it") {
  const journal::ScratchDirectory scratch;
  TestPhone desk{"1001"};
  TestPhone mobile{"1001", "call-2"};
  mobile.contact("sip:1001@192.0.2.8:5060");
  {
    Node node{scratch.path(), 250ms};  // the seconds of two clocks do not begin together
    REQUIRE(node.world.apply(desk.refresh(3000s)));
    REQUIRE(node.world.apply(mobile.refresh()));
  }
  for (unsigned restart = 1; restart <= 20; ++restart) {
    Node node{scratch.path(), 100'250ms - restart * 1ms};  // and are read one after the other
    REQUIRE(node.world.apply(mobile.refresh()));           // which writes down all contacts again
    for (const Binding binding : *node.world.location->find(desk.aor())) {
      if (binding.contact == desk.uri()) CHECK(binding.left(node.world.clock.now()) == 2900s);
    }
  }
}

TEST_CASE("the order of updates survives a restart: an old REGISTER is still refused") {
  const journal::ScratchDirectory scratch;
  TestPhone phone{"1001"};
  const RegisterUpdate old = phone.refresh();
  {
    Node node{scratch.path()};
    REQUIRE(node.world.apply(old));
  }
  Node node{scratch.path()};
  CHECK(node.world.apply(old).error() == BindError::OutOfOrder);
}

TEST_CASE("a snapshot keeps what is live and forgets what is gone") {
  const journal::ScratchDirectory scratch;
  std::vector<TestPhone> phones;
  for (unsigned i = 0; i < 300; ++i) phones.emplace_back(std::to_string(i));
  {
    Node node{scratch.path()};
    for (unsigned round = 0; round < 10; ++round) {
      for (TestPhone& phone : phones) REQUIRE(node.world.apply(phone.refresh()));
    }
    for (unsigned i = 0; i < 100; ++i) REQUIRE(node.world.apply(phones[i].refresh(0s)));
    const std::uint64_t before = node.journal->statistics().bytes_on_disk;
    node.journal->request_snapshot();
    while (node.journal->statistics().compactions == 0) {
      node.journal->copy();
      for (unsigned shard = 0; shard < 2; ++shard) node.journal->writer(shard).work();
    }
    CHECK(before < node.journal->statistics().bytes_copied);
    CHECK(node.journal->statistics().bytes_on_disk < 200 * 400);
  }
  Node node{scratch.path()};
  CHECK(node.world.location->bindings() == 200);
  CHECK(node.world.location->find(phones[99].aor()) == nullptr);
  CHECK(node.world.location->find(phones[100].aor()) != nullptr);
  CHECK(node.journal->recovery().records == 200);
}

TEST_CASE("a full journal refuses no phone, is counted, and heals") {
  const journal::ScratchDirectory scratch;
  std::vector<TestPhone> phones;
  for (unsigned i = 0; i < 100; ++i) phones.emplace_back(std::to_string(i));
  {
    Node node{scratch.path(), 0ms, 1};
    while (node.world.location->count(Counter::Unjournalled) < 100) {
      for (TestPhone& phone : phones) REQUIRE(node.world.apply(phone.refresh()));
    }
    while (node.journal->statistics().compactions == 0) {
      node.journal->copy();
      node.journal->writer(0).work();
    }
  }
  Node node{scratch.path()};
  CHECK(node.world.location->bindings() == 100);
}

TEST_CASE("bytes that are no record are refused and counted") {
  World world;
  CHECK_FALSE(world.location->reload(base::as_bytes("garbage"), Moment::of(world.clock)));
  CHECK(world.location->count(Counter::ReloadUnreadable) == 1);
}

TEST_CASE("every shard reads what the owner writes, from threads of their own") {
  constexpr unsigned kShards = 2;
  constexpr unsigned kAors = 500;
  constexpr unsigned kRounds = 20;
  Options options = without_jitter();
  options.shards = kShards;
  base::QuiescentDomain readers{kShards};
  Location location{options, readers};
  std::atomic<std::uint64_t> wrong{0};
  std::vector<std::thread> threads;
  for (unsigned shard = 0; shard < kShards; ++shard) {
    readers.active(shard);
    threads.emplace_back([&, shard] {
      base::SimClock clock;
      base::SeededRandom random{shard};
      Partition& own = location.partition(static_cast<net::ShardId>(shard));
      own.attach(clock, random, clock.timers());
      std::vector<TestPhone> phones;
      for (unsigned i = 0; i < kAors; ++i) phones.emplace_back(std::to_string(i));
      for (unsigned round = 0; round < kRounds; ++round) {
        for (TestPhone& phone : phones) {
          if (location.owner_of(phone.aor()) == shard) {
            // One in four leaves and comes back in the next round.
            if (!own.apply(phone.refresh(random.below(4) == 0 ? 0s : 600s))) ++wrong;
          } else if (const AorRecord* const record = location.find(phone.aor())) {
            if (record->aor() != phone.aor() || (*record->begin()).contact != phone.uri()) ++wrong;
          }
          readers.quiescent(shard);
        }
        clock.run_for(1s);
      }
      readers.idle(shard);
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(wrong == 0);
}

}  // namespace
}  // namespace ringfence::location
