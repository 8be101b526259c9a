// SPDX-License-Identifier: Apache-2.0
// When the store is tended.
#include "app/serve/store_keeper.h"

#include <doctest/doctest.h>
#include <poll.h>

#include <atomic>
#include <memory>

#include "store/memory_store.h"
#include "store/temporary_directory.h"

using namespace ringfence;
using namespace ringfence::app;

namespace {

/// Counts, and fails when told to.
class CountingStore final : public store::MemoryStore {
 public:
  using MemoryStore::MemoryStore;
  std::atomic<int> steps{0};
  std::atomic<int> more{0};  ///< steps that leave work for another
  std::atomic<bool> failing{false};

 protected:
  store::Result<bool> do_tend(base::WallTime) override {
    ++steps;
    if (failing) return store::error(store::Cause::Full, "cannot write", "a test said so");
    return more-- > 0;
  }
};

struct Bench {
  store::TemporaryDirectory directory;
  base::ManualClock clock;
  CountingStore store{clock};
  std::unique_ptr<control::Server> server =
      std::move(control::Server::open(directory.path() / "ctl.sock").value());
  control::Worker worker;
  StoreKeeper keeper{*server, worker, store, std::chrono::hours{24}, clock};

  /// Begins what is due, and waits for its end.
  void turn() {
    keeper.turn();
    while (!keeper.next_turn()) {
      pollfd ready{server->descriptor(), POLLIN, 0};
      ::poll(&ready, 1, -1);
      server->turn();
    }
  }
  base::Nanos wait() const { return *keeper.next_turn() - clock.now(); }
};

}  // namespace

TEST_CASE("the store is tended at the start, a second after a change, and every hour") {
  Bench bench;
  CHECK(bench.wait() == base::Nanos{0});
  bench.store.more = 3;
  bench.turn();
  CHECK(bench.store.steps == 4);
  CHECK(bench.wait() == StoreKeeper::kAtLeastEvery);
  bench.keeper.on_change();
  bench.clock.advance(std::chrono::milliseconds{900});
  bench.keeper.on_change();  // many changes do not put it off
  CHECK(bench.wait() == std::chrono::milliseconds{100});
  bench.turn();
  CHECK(bench.store.steps == 4);  // not due yet
  bench.clock.advance(std::chrono::milliseconds{100});
  bench.store.more = 0;
  bench.turn();
  CHECK(bench.store.steps == 5);
  CHECK(bench.wait() == StoreKeeper::kAtLeastEvery);
}

TEST_CASE("what could not be done is tried again after ten seconds, however many changes come") {
  Bench bench;
  bench.store.failing = true;
  bench.turn();
  CHECK(bench.wait() == StoreKeeper::kAfterFailure);
  bench.keeper.on_change();
  CHECK(bench.wait() == StoreKeeper::kAfterFailure);
  bench.store.failing = false;
  bench.store.more = 0;
  bench.clock.advance(std::chrono::seconds{10});
  bench.turn();
  CHECK(bench.wait() == StoreKeeper::kAtLeastEvery);
}
