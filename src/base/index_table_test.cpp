// SPDX-License-Identifier: Apache-2.0
// The open-addressing index, also against a multimap.
#include "base/index_table.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <set>
#include <vector>

#include "base/allocation_counter.h"
#include "base/random.h"

using namespace ringfence::base;

namespace {

/// All slots under a hash, by way of an equality that refuses what it has seen.
std::set<std::uint32_t> all_under(const IndexTable& table, std::uint64_t hash) {
  std::set<std::uint32_t> found;
  while (const auto slot = table.find(hash, [&found](std::uint32_t each) { return !found.contains(each); })) {
    found.insert(*slot);
  }
  return found;
}

}  // namespace

TEST_CASE("an entry is found by its hash and the caller's equality") {
  IndexTable table;
  table.insert(42, 7);
  CHECK(table.find(42, [](std::uint32_t slot) { return slot == 7; }) == 7);
  CHECK_FALSE(table.find(42, [](std::uint32_t slot) { return slot == 8; }));
  CHECK_FALSE(table.find(43, [](std::uint32_t) { return true; }));
  CHECK(table.erase(42, 7));
  CHECK_FALSE(table.erase(42, 7));
  CHECK(table.size() == 0);
}

TEST_CASE("several slots may share a hash") {
  IndexTable table;
  for (std::uint32_t slot = 0; slot < 100; ++slot) table.insert(5, slot);
  CHECK(all_under(table, 5).size() == 100);
  CHECK(table.erase(5, 50));
  CHECK(all_under(table, 5).size() == 99);
  CHECK_FALSE(all_under(table, 5).contains(50));
}

TEST_CASE("random use agrees with a multimap, crowded places included") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    CAPTURE(seed);
    SeededRandom random{seed};
    // Few different hashes make long runs; hashes near the top of the table make runs that wrap around.
    const std::uint64_t hashes = seed % 2 == 0 ? 40 : 1U << 20;
    const std::uint64_t offset = seed % 3 == 0 ? 0xffff'fff0U : 0;
    IndexTable table{seed % 5};
    std::multimap<std::uint64_t, std::uint32_t> model;
    for (std::uint32_t step = 0; step < 4000; ++step) {
      if (random.below(5) < 3 || model.empty()) {
        const auto hash = offset + random.below(hashes);
        table.insert(hash, step);
        model.emplace(hash, step);
      } else {
        const auto victim =
            std::next(model.begin(),
                      static_cast<std::ptrdiff_t>(random.below(std::min<std::size_t>(model.size(), 50))));
        CHECK(table.erase(victim->first, victim->second));
        model.erase(victim);
      }
      REQUIRE(table.size() == model.size());
    }
    for (const auto& [hash, slot] : model) {
      CHECK(table.find(hash, [want = slot](std::uint32_t each) { return each == want; }) == slot);
    }
    while (!model.empty()) {
      CHECK(table.erase(model.begin()->first, model.begin()->second));
      model.erase(model.begin());
    }
    CHECK(table.size() == 0);
    CHECK_FALSE(table.find(offset, [](std::uint32_t) { return true; }));
  }
}

TEST_CASE("a table with room reserved allocates nothing, and clear() keeps the room") {
  if (!counting_available()) return;
  IndexTable table;
  table.reserve(10'000);
  const auto before = allocations_on_this_thread();
  for (int round = 0; round < 2; ++round) {
    for (std::uint32_t i = 0; i < 10'000; ++i) table.insert(i * 0x9e37'79b9'7f4a'7c15U, i);
    table.clear();
  }
  CHECK(allocations_on_this_thread() == before);
}
