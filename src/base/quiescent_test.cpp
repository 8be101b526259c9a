// SPDX-License-Identifier: Apache-2.0
// Reclamation: what may be freed and when, also with real threads.
#include "base/quiescent.h"

#include <doctest/doctest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "base/random.h"

using namespace ringfence::base;

namespace {

void count_destruction(void* counter) {
  ++*static_cast<int*>(counter);
}

}  // namespace

TEST_CASE("an object is freed when each active reader has ended a turn since") {
  QuiescentDomain domain{2};
  domain.active(0);
  domain.active(1);
  Limbo limbo;
  int destroyed = 0;
  limbo.retire(domain, &destroyed, count_destruction);

  CHECK(limbo.reclaim() == 0);
  domain.quiescent(0);
  CHECK(limbo.reclaim() == 0);
  domain.quiescent(1);
  CHECK(limbo.reclaim() == 1);
  CHECK(destroyed == 1);
  CHECK(limbo.waiting() == 0);
}

TEST_CASE("idle readers hold up nothing, and readers begin idle") {
  QuiescentDomain domain{2};
  Limbo limbo;
  int destroyed = 0;
  limbo.retire(domain, &destroyed, count_destruction);
  CHECK(limbo.reclaim() == 1);

  domain.active(0);
  limbo.retire(domain, &destroyed, count_destruction);
  CHECK(limbo.reclaim() == 0);
  domain.idle(0);
  CHECK(limbo.reclaim() == 1);
}

TEST_CASE("a reader that came back after the retirement does not hold it up for long, nor see it") {
  QuiescentDomain domain{1};
  const auto epoch = domain.retire_epoch();
  CHECK(domain.safe(epoch));
  domain.active(0);
  CHECK(domain.safe(epoch));
  const auto later = domain.retire_epoch();
  CHECK_FALSE(domain.safe(later));
}

TEST_CASE("objects of several domains wait each for their own readers, oldest first") {
  QuiescentDomain one{1};
  QuiescentDomain other{1};
  one.active(0);
  int destroyed = 0;
  {
    Limbo limbo;
    limbo.retire(other, &destroyed, count_destruction);
    limbo.retire(one, &destroyed, count_destruction);
    limbo.retire(one, &destroyed, count_destruction);
    CHECK(limbo.reclaim() == 1);
    CHECK(limbo.waiting() == 2);
  }
  CHECK(destroyed == 3);  // the limbo's end frees the rest
}

TEST_CASE("readers that come, read and go never meet a freed object") {
  constexpr unsigned kReaders = 3;
  constexpr int kVersions = 20'000;
  struct Version {
    std::atomic<int> alive{1};
  };
  QuiescentDomain domain{kReaders};
  std::atomic<Version*> current{new Version};
  std::atomic<bool> stop{false};
  std::atomic<int> dead_seen{0};

  std::vector<std::thread> readers;
  readers.reserve(kReaders);
  for (unsigned reader = 0; reader < kReaders; ++reader) {
    readers.emplace_back([&, reader] {
      SeededRandom random{reader};
      domain.active(reader);
      while (!stop.load(std::memory_order_relaxed)) {
        const Version* const first = current.load(std::memory_order_acquire);
        const Version* const second = current.load(std::memory_order_acquire);
        if (first->alive.load(std::memory_order_relaxed) != 1) ++dead_seen;
        if (second->alive.load(std::memory_order_relaxed) != 1) ++dead_seen;
        if (random.below(16) == 0) {
          domain.idle(reader);
          std::this_thread::yield();
          domain.active(reader);
        } else {
          domain.quiescent(reader);
        }
      }
      domain.idle(reader);
    });
  }
  Limbo limbo;
  std::size_t freed = 0;
  for (int i = 0; i < kVersions; ++i) {
    Version* const old = current.exchange(new Version, std::memory_order_acq_rel);
    limbo.retire(domain, old, [](void* gone) {
      auto* const version = static_cast<Version*>(gone);
      version->alive.store(0, std::memory_order_relaxed);
      delete version;
    });
    if (i % 8 == 0) freed += limbo.reclaim();
    if (i % 64 == 0) std::this_thread::yield();
  }
  stop = true;
  for (auto& reader : readers) reader.join();
  freed += limbo.reclaim();
  delete current.load();
  CHECK(dead_seen == 0);
  CHECK(freed == kVersions);
}
