// SPDX-License-Identifier: Apache-2.0
// Slots, generations and the life of objects in a SlotMap.
#include "base/slot_map.h"

#include <doctest/doctest.h>

#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/allocation_counter.h"
#include "base/random.h"

using namespace ringfence::base;

namespace {

struct Counted {
  explicit Counted(int& alive, int number = 0) : living{alive}, value{number} { ++living; }
  ~Counted() { --living; }
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;
  int& living;
  int value;
};

}  // namespace

TEST_CASE("an id finds its object until the object goes, and never its successor") {
  SlotMap<std::string> map{10};
  SlotId first;
  CHECK_FALSE(first);
  REQUIRE(map.emplace(first, "one"));
  CHECK(first);
  CHECK(*map.get(first) == "one");

  map.erase(first);
  CHECK(map.get(first) == nullptr);
  SlotId second;
  REQUIRE(map.emplace(second, "two"));
  CHECK(second.slot == first.slot);
  CHECK(second != first);
  CHECK(map.get(first) == nullptr);
  CHECK(*map.get(second) == "two");
  map.erase(first);  // an old id does nothing
  CHECK(map.size() == 1);
}

TEST_CASE("invented ids find nothing") {
  SlotMap<int> map{1000};
  SlotId id;
  REQUIRE(map.emplace(id, 7));
  CHECK(map.get(SlotId{}) == nullptr);
  CHECK(map.get({id.slot, id.generation + 1}) == nullptr);
  CHECK(map.get({id.slot + 1, 1}) == nullptr);  // allocated, free, and at that generation
  CHECK(map.get({999'999, 1}) == nullptr);
  CHECK(map.get({0xffff'ffff, 0xffff'ffff}) == nullptr);
  CHECK(map.live_at(id.slot) == id);
  CHECK_FALSE(map.live_at(id.slot + 1));
  CHECK_FALSE(map.live_at(0xffff'ffff));
}

TEST_CASE("a full map refuses, and has room again after an erase") {
  SlotMap<int> map{300};  // more than a chunk, not a multiple of one
  std::vector<SlotId> ids(300);
  for (int i = 0; i < 300; ++i) REQUIRE(map.emplace(ids[static_cast<std::size_t>(i)], i));
  SlotId extra{7, 7};
  CHECK(map.emplace(extra, 0) == nullptr);
  CHECK(extra == SlotId{7, 7});
  CHECK(map.size() == map.capacity());
  map.erase(ids[150]);
  CHECK(map.emplace(extra, 42) != nullptr);
  CHECK(extra.slot == ids[150].slot);
}

TEST_CASE("objects stay where they are while the map grows") {
  SlotMap<int> map{10'000};
  std::map<int*, int> at;
  for (int i = 0; i < 10'000; ++i) {
    SlotId id;
    int* const place = map.emplace(id, i);
    REQUIRE(at.emplace(place, i).second);
  }
  for (const auto& [place, value] : at) CHECK(*place == value);
}

TEST_CASE("every object is destroyed once, by erase, by clear or with the map") {
  int alive = 0;
  {
    SlotMap<Counted> map{1000};
    std::vector<SlotId> ids(1000);
    for (auto& id : ids) REQUIRE(map.emplace(id, alive));
    CHECK(alive == 1000);
    for (std::size_t i = 0; i < 500; ++i) map.erase(ids[i * 2]);
    CHECK(alive == 500);
    map.for_each([&map](SlotId id, Counted&) {
      if (id.slot % 4 == 1) map.erase(id);
    });
    CHECK(alive == static_cast<int>(map.size()));
    map.clear();
    CHECK(alive == 0);
    REQUIRE(map.emplace(ids[0], alive));
  }
  CHECK(alive == 0);
}

TEST_CASE("random use agrees with a map of the standard library") {
  SeededRandom random{99};
  SlotMap<std::uint64_t> map{500};
  std::vector<std::pair<SlotId, std::uint64_t>> live;
  std::vector<SlotId> dead;
  for (int step = 0; step < 20'000; ++step) {
    if (random.below(2) == 0) {
      SlotId id;
      const auto value = random.next();
      auto* const made = map.emplace(id, value);
      REQUIRE((made != nullptr) == (live.size() < 500));
      if (made != nullptr) live.emplace_back(id, value);
    } else if (!live.empty()) {
      const auto victim = random.below(live.size());
      map.erase(live[victim].first);
      dead.push_back(live[victim].first);
      live[victim] = live.back();
      live.pop_back();
    }
  }
  CHECK(map.size() == live.size());
  for (const auto& [id, value] : live) CHECK(*map.get(id) == value);
  for (const auto& id : dead) CHECK(map.get(id) == nullptr);
}

TEST_CASE("a map with everything reserved allocates nothing") {
  if (!counting_available()) return;
  SlotMap<int> map{1000};
  map.reserve_all();
  const auto before = allocations_on_this_thread();
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 1000; ++i) {
      SlotId id;
      REQUIRE(map.emplace(id, i));
    }
    map.clear();
  }
  CHECK(allocations_on_this_thread() == before);
}
