// SPDX-License-Identifier: Apache-2.0
// The index against a plain map, and with readers while it is written.
#include "location/aor_index.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/assert.h"
#include "base/random.h"
#include "location/record_packer.h"

namespace ringfence::location {
namespace {

constexpr base::HashSeed kSeed{11, 22};

std::string numbered_aor(std::uint64_t number) {
  return "sip:" + std::to_string(number) + "@example.test";
}

/// An index with records of one contact; the contact's text is what a test stores.
class Table {
 public:
  explicit Table(unsigned readers = 1) : readers_{readers} {}
  ~Table() {
    for (const auto& [aor, record] : records_) RecordPacker::destroy(record);
  }

  void put(const std::string& aor, std::string_view contact) {
    Binding binding;
    binding.contact = contact;
    const AorRecord* const fresh = RecordPacker::pack(arena_, aor, {&binding, 1});
    const auto found = records_.find(aor);
    if (found == records_.end()) {
      RF_ASSERT(index_.insert(hash(aor), fresh));
      records_.emplace(aor, fresh);
    } else {
      index_.replace(hash(aor), found->second, fresh);
      retire(std::exchange(found->second, fresh));
    }
    limbo_.reclaim();
  }
  void erase(const std::string& aor) {
    const auto found = records_.find(aor);
    if (found == records_.end()) return;
    index_.erase(hash(aor), found->second);
    retire(found->second);
    records_.erase(found);
    limbo_.reclaim();
  }
  [[nodiscard]] const AorRecord* find(const std::string& aor) const { return index_.find(hash(aor), aor); }
  [[nodiscard]] static std::uint64_t hash(std::string_view aor) { return base::hash_text(kSeed, aor); }
  [[nodiscard]] const std::map<std::string, const AorRecord*>& records() const { return records_; }
  [[nodiscard]] AorIndex& index() { return index_; }
  [[nodiscard]] base::QuiescentDomain& readers() { return readers_; }

 private:
  void retire(const AorRecord* record) {
    limbo_.retire(readers_, const_cast<AorRecord*>(record),
                  [](void* gone) { RecordPacker::destroy(static_cast<const AorRecord*>(gone)); });
  }

  base::QuiescentDomain readers_;
  RecordArena arena_;
  base::Limbo limbo_;
  AorIndex index_{kSeed, readers_, limbo_};
  std::map<std::string, const AorRecord*> records_;
};

TEST_CASE("the index agrees with a map through inserts, replacements, erasures and growth (random, seeded)") {
  base::SeededRandom random{1};
  Table table;
  for (unsigned step = 0; step < 60'000; ++step) {
    const std::string aor = numbered_aor(random.below(5000));
    // First mostly filling, then mostly emptying.
    if (random.below(10) < (step < 30'000 ? 8U : 2U)) {
      table.put(aor, "sip:" + std::to_string(step));
    } else {
      table.erase(aor);
    }
    if (step % 5000 == 0) {
      std::uint64_t wrong = 0;
      for (std::uint64_t number = 0; number < 5000; ++number) {
        const std::string each = numbered_aor(number);
        const auto expected = table.records().find(each);
        if (table.find(each) != (expected == table.records().end() ? nullptr : expected->second)) ++wrong;
      }
      CHECK(wrong == 0);
      CHECK(table.index().size() == table.records().size());
    }
  }
}

TEST_CASE("addresses of record that come and go for ever do not grow the index") {
  Table table;
  for (std::uint64_t number = 0; number < 1000; ++number) table.put(numbered_aor(number), "sip:x");
  const std::size_t bytes = table.index().bytes();
  for (std::uint64_t number = 1000; number < 101'000; ++number) {
    table.put(numbered_aor(number), "sip:x");
    table.erase(numbered_aor(number - 1000));
  }
  CHECK(table.index().size() == 1000);
  CHECK(table.index().bytes() <= 3 * bytes);
}

TEST_CASE("an entry costs at most 25 bytes of index") {
  Table table;
  for (std::uint64_t number = 0; number < 100'000; ++number) table.put(numbered_aor(number), "sip:x");
  CHECK(table.index().bytes() / table.index().size() <= 25);
}

TEST_CASE("a walk by pages sees each record that stays exactly once, while the index grows under it") {
  Table table;
  for (std::uint64_t number = 0; number < 500; ++number) table.put(numbered_aor(number), "sip:x");
  std::multiset<std::string> seen;
  std::uint64_t at = 0;
  std::uint64_t next_new = 500;
  do {
    at = table.index().visit_page(at, [&](const AorRecord& record) { seen.emplace(record.aor()); });
    for (unsigned i = 0; i < 300 && next_new < 10'000; ++i) table.put(numbered_aor(next_new++), "sip:x");
  } while (at != 0);
  std::uint64_t once = 0;
  for (std::uint64_t number = 0; number < 500; ++number) once += seen.count(numbered_aor(number));
  CHECK(once == 500);
}

TEST_CASE("notes of expiry are found in time, page by page, and survive splits") {
  Table table;
  base::SeededRandom random{2};
  std::map<std::string, std::uint32_t> due;
  for (std::uint64_t number = 0; number < 3000; ++number) {
    const std::string aor = numbered_aor(number);
    const auto second = static_cast<std::uint32_t>(100 + random.below(1000));
    table.put(aor, "sip:x");
    table.index().note_expiry(Table::hash(aor), second);
    due[aor] = second;
  }
  CHECK_FALSE(table.index().take_expired(0, 99));
  for (std::uint32_t now = 100; now <= 1100; now += 50) {
    std::uint64_t from = 0;
    while (const auto place = table.index().take_expired(from, now)) {
      (void)table.index().visit_page(*place, [&](const AorRecord& record) {
        const std::uint32_t second = due[std::string{record.aor()}];
        if (second <= now) {
          due.erase(std::string{record.aor()});
        } else {
          table.index().note_expiry(*place, second);
        }
      });
      from = *place;
      std::vector<std::string> gone;
      (void)table.index().visit_page(*place, [&](const AorRecord& record) {
        if (!due.contains(std::string{record.aor()})) gone.emplace_back(record.aor());
      });
      for (const std::string& aor : gone) table.erase(aor);
    }
    CHECK(std::ranges::all_of(due, [now](const auto& entry) { return entry.second > now; }));
  }
  CHECK(due.empty());
}

TEST_CASE("readers on other threads find every record that stays, whatever the writer does to others") {
  constexpr unsigned kReaders = 2;
  constexpr std::uint64_t kStaying = 200;
  Table table{kReaders};
  for (std::uint64_t number = 0; number < kStaying; ++number) table.put(numbered_aor(number), "sip:stays");
  std::atomic<bool> stop{false};
  std::atomic<std::uint64_t> wrong{0};
  std::vector<std::thread> threads;
  for (unsigned reader = 0; reader < kReaders; ++reader) {
    table.readers().active(reader);
    threads.emplace_back([&, reader] {
      base::SeededRandom random{reader};
      while (!stop.load(std::memory_order_relaxed)) {
        for (unsigned i = 0; i < 50; ++i) {
          const std::uint64_t number = random.below(2 * kStaying);
          const std::string aor = numbered_aor(number);
          const AorRecord* const record = table.find(aor);
          if (record == nullptr ? number < kStaying : record->aor() != aor) ++wrong;
          if (record != nullptr && (*record->begin()).contact.substr(0, 4) != "sip:") ++wrong;
        }
        std::uint64_t at = 0;
        std::uint64_t staying = 0;
        do {
          at = table.index().visit_page(at, [&](const AorRecord& record) {
            if ((*record.begin()).contact == "sip:stays") ++staying;
          });
        } while (at != 0);
        if (staying < kStaying) ++wrong;
        table.readers().quiescent(reader);
      }
      table.readers().idle(reader);
    });
  }
  base::SeededRandom random{99};
  for (unsigned step = 0; step < 30'000; ++step) {
    const std::uint64_t number = random.below(5000);
    if (number < kStaying) {
      table.put(numbered_aor(number), "sip:stays");
    } else if (random.below(3) == 0) {
      table.erase(numbered_aor(number));
    } else {
      table.put(numbered_aor(number), "sip:moves");
    }
  }
  stop = true;
  for (std::thread& thread : threads) thread.join();
  CHECK(wrong == 0);
}

}  // namespace
}  // namespace ringfence::location
