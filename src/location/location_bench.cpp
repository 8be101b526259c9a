// SPDX-License-Identifier: Apache-2.0
// What a contact costs: resident memory at 100,000 and a million, a first binding, a refresh, a look-up,
// expiry.
#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <unistd.h>

#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "base/random.h"
#include "base/sim_clock.h"
#include "location/location.h"
#include "location/partition.h"
#include "location/register_update.h"

namespace {

using namespace ringfence;
using namespace std::chrono_literals;

std::size_t resident_bytes() {
  std::size_t pages = 0;
  std::ifstream statm{"/proc/self/statm"};
  statm >> pages >> pages;
  return pages * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

/// The texts that the side-by-side harness registers: about 110 bytes a contact.
struct Texts {
  explicit Texts(std::uint64_t number)
      : aor{fmt::format("u{}@bench.example", number)},
        contact{fmt::format("sip:u{}@10.0.17.119:5060;transport=udp", number)},
        call_id{fmt::format("r{}-7c1d2e@127.0.0.31", number)} {}
  std::string aor;
  std::string contact;
  std::string call_id;
};

class World {
 public:
  explicit World(std::uint64_t contacts) : contacts_{contacts} {
    partition().attach(clock_, random_, clock_.timers());
    before_ = resident_bytes();
    for (std::uint64_t number = 0; number < contacts; ++number) bind(number);
    after_ = resident_bytes();
  }

  void bind(std::uint64_t number) {
    const Texts texts{number};
    const location::ContactUpdate contact{.uri = texts.contact, .expires = 3600s};
    location::RegisterUpdate update;
    update.aor = texts.aor;
    update.call_id = texts.call_id;
    update.cseq = ++cseq_;
    update.contacts = {&contact, 1};
    update.user_agent = "baseline-phone/1.0";
    update.flow.remote = {base::IpAddress::v4(10, 0, 17, 119), 5060};
    benchmark::DoNotOptimize(partition().apply(update));
  }
  [[nodiscard]] double bytes_per_contact() const {
    return static_cast<double>(after_ - before_) / static_cast<double>(contacts_);
  }
  [[nodiscard]] std::uint64_t contacts() const { return contacts_; }
  [[nodiscard]] const location::Location& location() const { return location_; }
  [[nodiscard]] base::SimClock& clock() { return clock_; }

 private:
  location::Partition& partition() { return location_.partition(0); }

  std::uint64_t contacts_;
  std::uint32_t cseq_ = 0;
  std::size_t before_ = 0;
  std::size_t after_ = 0;
  base::SimClock clock_;
  base::SeededRandom random_{1};
  base::QuiescentDomain readers_{1};
  location::Location location_{{.seed = {1, 2}, .shards = 1}, readers_};
};

/// Worlds are dear: one per size, kept.
World& world_of(std::int64_t contacts) {
  static std::unique_ptr<World> world;
  if (world == nullptr || world->contacts() != static_cast<std::uint64_t>(contacts)) {
    world = nullptr;
    world = std::make_unique<World>(static_cast<std::uint64_t>(contacts));
  }
  return *world;
}

void find(benchmark::State& state) {
  World& world = world_of(state.range(0));
  base::SeededRandom random{2};
  std::vector<std::string> aors;
  for (unsigned i = 0; i < 65'536; ++i) aors.push_back(Texts{random.below(world.contacts())}.aor);
  std::size_t at = 0;
  for (auto _ : state) {
    const auto* record = world.location().find(aors[at++ % aors.size()]);
    benchmark::DoNotOptimize((*record->begin()).flow.remote.port);
  }
  state.counters["bytes/contact"] = world.bytes_per_contact();
}
BENCHMARK(find)->Arg(100'000)->Arg(1'000'000);

void refresh(benchmark::State& state) {
  World& world = world_of(state.range(0));
  base::SeededRandom random{3};
  for (auto _ : state) world.bind(random.below(world.contacts()));
}
BENCHMARK(refresh)->Arg(100'000)->Arg(1'000'000);

void bind_first(benchmark::State& state) {
  for (auto _ : state) {
    World world{static_cast<std::uint64_t>(state.range(0))};
    benchmark::DoNotOptimize(&world);
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(bind_first)->Arg(100'000)->Unit(benchmark::kMillisecond);

/// A second of a full table in which nothing expires: what the sweeping costs by itself.
void idle_second(benchmark::State& state) {
  World& world = world_of(state.range(0));
  for (auto _ : state) {
    if (world.clock().now() > base::MonoTime{40min}) state.SkipWithError("bindings have begun to expire");
    world.clock().run_for(1s);
  }
}
BENCHMARK(idle_second)->Arg(1'000'000)->Iterations(60)->Unit(benchmark::kMicrosecond);

}  // namespace
