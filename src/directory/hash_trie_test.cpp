// SPDX-License-Identifier: Apache-2.0
#include "directory/hash_trie.h"

#include <doctest/doctest.h>

#include <bit>
#include <map>
#include <memory>
#include <vector>

#include "base/random.h"

using namespace ringfence;
using namespace ringfence::directory;

namespace {

/// A record whose hash the test chooses.
struct Entry {
  std::uint64_t hash;
  int key;
  int value;
};

const Entry& entry_in(const void* record) {
  return *static_cast<const Entry*>(record);
}

const TrieKeys kKeys{nullptr, [](const void*, const void* record) { return entry_in(record).hash; },
                     [](const void* a, const void* b) { return entry_in(a).key == entry_in(b).key; }};

const Entry* find(const HashTrie& trie, std::uint64_t hash, int key) {
  return static_cast<const Entry*>(
      trie.find(hash, [key](const void* record) { return entry_in(record).key == key; }));
}

void free_all(std::vector<TriePage*> pages) {
  for (TriePage* page : pages) free_page(page);
}

}  // namespace

TEST_CASE("the bits of a word are counted as std::popcount does") {
  base::SeededRandom random{1};
  for (unsigned bit = 0; bit < 64; ++bit) CHECK(TriePage::ones_in((std::uint64_t{1} << bit) - 1) == bit);
  CHECK(TriePage::ones_in(~std::uint64_t{0}) == 64);
  for (int i = 0; i < 10'000; ++i) {
    const std::uint64_t word = random.next() & random.next();
    REQUIRE(TriePage::ones_in(word) == static_cast<unsigned>(std::popcount(word)));
  }
}

TEST_CASE("an empty trie finds nothing and lets go of nothing") {
  HashTrie trie;
  const Entry entry{7, 1, 1};
  TrieEdit edit{1};
  CHECK(find(trie, 7, 1) == nullptr);
  CHECK_FALSE(edit.remove(trie, kKeys, &entry));
}

TEST_CASE("records whose whole hashes are equal are told apart by their keys") {
  HashTrie trie;
  std::vector<Entry> entries;
  for (int key = 0; key < 20; ++key) entries.push_back({0xabcd'ef01'2345'6789U, key, key});
  TrieEdit edit{1};
  for (const Entry& entry : entries) CHECK(edit.put(trie, kKeys, &entry) == nullptr);
  CHECK(trie.size() == 20);
  for (const Entry& entry : entries) CHECK(find(trie, entry.hash, entry.key) == &entry);
  CHECK(find(trie, entries[0].hash, 99) == nullptr);

  const Entry newer{entries[3].hash, 3, 33};
  CHECK(edit.put(trie, kKeys, &newer) == &entries[3]);
  CHECK(find(trie, newer.hash, 3) == &newer);
  CHECK_FALSE(edit.remove(trie, kKeys, &entries[3]));  // it is no longer there
  CHECK(edit.remove(trie, kKeys, &newer));
  for (const Entry& entry : entries) {
    if (entry.key != 3) CHECK(edit.remove(trie, kKeys, &entry));
  }
  CHECK(trie.size() == 0);
  destroy_pages(trie);
  free_all(edit.take_garbage());
}

TEST_CASE("an older version keeps what it had while newer ones are written") {
  HashTrie first;
  const Entry one{1, 1, 1};
  const Entry two{1U | (1U << 6), 2, 2};  // shares its first digit with `one`
  TrieEdit edit{1};
  edit.put(first, kKeys, &one);

  HashTrie second = first;
  TrieEdit later{2};
  later.put(second, kKeys, &two);
  later.remove(second, kKeys, &one);

  CHECK(find(first, one.hash, 1) == &one);
  CHECK(find(first, two.hash, 2) == nullptr);
  CHECK(find(second, one.hash, 1) == nullptr);
  CHECK(find(second, two.hash, 2) == &two);
  free_all(later.take_garbage());  // the pages of `first`
  destroy_pages(second);
}

TEST_CASE("a trie equals a map after any sequence of edits, with hashes that collide in many digits") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    CAPTURE(seed);
    base::SeededRandom random{seed};
    std::vector<std::unique_ptr<Entry>> entries;
    std::map<int, const Entry*> model;
    HashTrie trie;
    for (std::uint64_t number = 1; number <= 100; ++number) {
      TrieEdit edit{number};
      for (auto changes = random.below(20); changes > 0; --changes) {
        const int key = static_cast<int>(random.below(60));
        const auto known = model.find(key);
        if (random.below(3) == 0) {
          if (known == model.end()) continue;
          REQUIRE(edit.remove(trie, kKeys, known->second));
          model.erase(known);
        } else {
          // Keys differ in the lowest, a middle or the highest digit only, or in nothing but the key.
          const auto digit = static_cast<std::uint64_t>(key / 4);
          const std::uint64_t hash = std::array{digit, digit << 30, digit << 60,
                                                std::uint64_t{5}}[static_cast<std::size_t>(key) % 4];
          entries.push_back(std::make_unique<Entry>(hash, key, static_cast<int>(number)));
          const void* replaced = edit.put(trie, kKeys, entries.back().get());
          REQUIRE(replaced == (known == model.end() ? nullptr : known->second));
          model[key] = entries.back().get();
        }
      }
      REQUIRE(trie.size() == model.size());
      std::size_t visited = 0;
      trie.for_each([&](const void* record) {
        ++visited;
        REQUIRE(model.at(entry_in(record).key) == record);
      });
      REQUIRE(visited == model.size());
      for (const auto& [key, entry] : model) REQUIRE(find(trie, entry->hash, key) == entry);
      free_all(edit.take_garbage());
    }
    destroy_pages(trie);
  }
}
