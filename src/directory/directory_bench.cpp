// SPDX-License-Identifier: Apache-2.0
// How long a full load takes and what a subscriber costs in memory; look-ups and patches at full size.
#include <benchmark/benchmark.h>
#include <malloc.h>

#include <string>

#include "base/random.h"
#include "directory/directory.h"

using namespace ringfence;
using namespace ringfence::directory;

namespace {

constexpr std::size_t kBatch = 1000;

std::string username(Id id) {
  return "user" + std::to_string(100'000 + id);
}
std::string number(Id id) {
  return "4312" + std::to_string(10'000'000 + id);
}

SubscriberValues subscriber(Id id) {
  SubscriberValues values{id, 1, 1, State::Active, username(id), number(id), {}};
  const std::array<std::byte, 32> ha1{};
  values.ha1.set(crypto::HashKind::Md5, base::Bytes{ha1}.first(16));
  values.ha1.set(crypto::HashKind::Sha256, ha1);
  values.ha1.set(crypto::HashKind::Sha512_256, ha1);
  return values;
}

void load(Directory& directory, Id count) {
  (void)directory.apply(std::vector<Change>{LoadBegin{}, Domain{1, 1, "example.test"}});
  std::vector<Change> batch;
  for (Id id = 1; id <= count; ++id) {
    batch.emplace_back(subscriber(id));
    if (batch.size() < kBatch && id < count) continue;
    (void)directory.apply(batch);
    batch.clear();
  }
  (void)directory.apply(LoadEnd{});
}

struct Loaded {
  base::QuiescentDomain readers{1};
  Directory directory{readers, {0x1234'5678'9abc'def0U, 42}};
  Id count;
  explicit Loaded(Id size) : count{size} { load(directory, size); }
};

void full_load(benchmark::State& state) {
  const auto count = static_cast<Id>(state.range(0));
  std::size_t bytes = 0;
  for (auto _ : state) {
    const auto before = ::mallinfo2();
    Loaded loaded{count};
    const auto after = ::mallinfo2();
    bytes = after.uordblks + after.hblkhd - before.uordblks - before.hblkhd;
  }
  state.counters["bytes_each"] = static_cast<double>(bytes) / static_cast<double>(count);
  state.counters["each"] =
      benchmark::Counter(static_cast<double>(count),
                         benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}
BENCHMARK(full_load)->Arg(200'000)->Arg(1'000'000)->Unit(benchmark::kMillisecond);

/// Keys are made beforehand and asked in random order, so that the caches help no more than they would in
/// service.
void look_up(benchmark::State& state) {
  const Loaded loaded{static_cast<Id>(state.range(0))};
  base::SeededRandom random{7};
  std::vector<std::string> names;
  for (int i = 0; i < 1 << 16; ++i) names.push_back(username(1 + random.below(loaded.count)));
  std::size_t next = 0;
  for (auto _ : state) {
    const Snapshot& now = loaded.directory.snapshot();
    const Domain* domain = now.domain("example.test");
    benchmark::DoNotOptimize(now.subscriber(names[next++ & 0xffff], *domain));
  }
}
BENCHMARK(look_up)->Arg(200'000)->Arg(1'000'000);

void look_up_number(benchmark::State& state) {
  const Loaded loaded{static_cast<Id>(state.range(0))};
  base::SeededRandom random{7};
  std::vector<std::string> numbers;
  for (int i = 0; i < 1 << 16; ++i) numbers.push_back(number(1 + random.below(loaded.count)));
  std::size_t next = 0;
  for (auto _ : state)
    benchmark::DoNotOptimize(loaded.directory.snapshot().by_number(numbers[next++ & 0xffff]));
}
BENCHMARK(look_up_number)->Arg(1'000'000);

void patch(benchmark::State& state) {
  Loaded loaded{static_cast<Id>(state.range(0))};
  base::SeededRandom random{7};
  for (auto _ : state) {
    auto values = subscriber(1 + random.below(loaded.count));
    values.state = State::Locked;
    (void)loaded.directory.apply(values);
  }
}
BENCHMARK(patch)->Arg(1'000'000);

}  // namespace
