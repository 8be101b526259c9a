// SPDX-License-Identifier: Apache-2.0
// An import into a real database, and a full load out of it.
#include <benchmark/benchmark.h>

#include "provisioning/import.h"
#include "store/sqlite_store.h"
#include "store/temporary_directory.h"

using namespace ringfence;
using namespace ringfence::provisioning;

namespace {

const store::Actor kActor{"bench", "bench"};

struct Platform {
  store::TemporaryDirectory directory;
  base::SystemClock clock;
  base::SystemRandom random;
  std::unique_ptr<store::SqliteStore> store =
      std::move(store::SqliteStore::open(directory.path(), clock).value());
  Service service{*store, crypto::Key{}, random, [](std::span<const directory::Change>) {}};
};

std::string lines(std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) {
    text += "user" + std::to_string(i) + "@example.test,password" + std::to_string(i) + ",4312" +
            std::to_string(i) + "\n";
  }
  return text;
}

bool import_lines(Platform& platform, std::string_view text) {
  if (!platform.service.add(Kind::Domain, "example.test", {}, kActor)) return false;
  Import import{platform.service, Kind::Subscriber, kActor};
  import.feed(text);
  return import.finish([](std::size_t, std::size_t) {}).has_value();
}

void import_file(benchmark::State& state) {
  const std::string text = lines(static_cast<std::size_t>(state.range(0)));
  for (auto _ : state) {
    Platform platform;
    if (!import_lines(platform, text)) state.SkipWithError("import failed");
  }
}
BENCHMARK(import_file)->Arg(100'000)->Unit(benchmark::kMillisecond);

void full_load(benchmark::State& state) {
  Platform platform;
  if (!import_lines(platform, lines(static_cast<std::size_t>(state.range(0)))))
    state.SkipWithError("import failed");
  for (auto _ : state) {
    std::size_t changes = 0;
    if (!platform.service.load(
            [&changes](std::span<const directory::Change> batch) { changes += batch.size(); })) {
      state.SkipWithError("load failed");
    }
    benchmark::DoNotOptimize(changes);
  }
}
BENCHMARK(full_load)->Arg(100'000)->Unit(benchmark::kMillisecond);

}  // namespace
