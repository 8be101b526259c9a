// SPDX-License-Identifier: Apache-2.0
// How long a full load takes and what a subscriber costs in memory; look-ups and patches at full size. What
// hangs on subscribers is measured in directory_entries_bench.cpp.
#include <benchmark/benchmark.h>
#include <malloc.h>

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/allocation_counter.h"
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

/// One directory for all benchmarks of a size: loading it takes far longer than they do.
Loaded& loaded(std::int64_t size) {
  static std::map<std::int64_t, Loaded> known;
  return known.try_emplace(size, static_cast<Id>(size)).first->second;
}

void report_allocations(benchmark::State& state, std::uint64_t before) {
  const auto made = base::allocations_on_this_thread() - before;
  state.counters["allocations"] =
      benchmark::Counter(static_cast<double>(made), benchmark::Counter::kAvgIterations);
}

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
constexpr std::size_t kAsked = 1 << 16;

template <class Make>
auto random_keys(Id count, Make make) {
  base::SeededRandom random{7};
  std::vector<std::decay_t<decltype(make(Id{1}))>> keys;
  for (std::size_t i = 0; i < kAsked; ++i) keys.push_back(make(1 + random.below(count)));
  return keys;
}

/// Asks `snapshot` for one key after the other and reports the time and the allocations of each.
template <class Keys, class Ask>
void ask_all(benchmark::State& state, const Loaded& full, const Keys& keys, Ask ask) {
  std::size_t next = 0;
  const auto before = base::allocations_on_this_thread();
  for (auto _ : state) benchmark::DoNotOptimize(ask(full.directory.snapshot(), keys[next++ & (kAsked - 1)]));
  report_allocations(state, before);
}

void look_up_domain(benchmark::State& state) {
  const Loaded& one = loaded(1);
  ask_all(state, one, std::vector<std::string_view>(kAsked, "example.test"),
          [](const Snapshot& now, std::string_view host) { return now.domain(host); });
}
BENCHMARK(look_up_domain);

void look_up_name(benchmark::State& state) {
  const Loaded& full = loaded(state.range(0));
  const Domain& domain = *full.directory.snapshot().domain("example.test");
  ask_all(state, full, random_keys(full.count, username),
          [&domain](const Snapshot& now, const std::string& name) { return now.subscriber(name, domain); });
}
BENCHMARK(look_up_name)->Arg(200'000)->Arg(1'000'000);

/// What a scanner makes us do.
void look_up_unknown_name(benchmark::State& state) {
  const Loaded& full = loaded(state.range(0));
  const Domain& domain = *full.directory.snapshot().domain("example.test");
  const auto nobody = [](Id id) { return "nobody" + std::to_string(id); };
  ask_all(state, full, random_keys(full.count, nobody),
          [&domain](const Snapshot& now, const std::string& name) { return now.subscriber(name, domain); });
}
BENCHMARK(look_up_unknown_name)->Arg(1'000'000);

void look_up_number(benchmark::State& state) {
  const Loaded& full = loaded(state.range(0));
  ask_all(state, full, random_keys(full.count, number),
          [](const Snapshot& now, const std::string& digits) { return now.by_number(digits); });
}
BENCHMARK(look_up_number)->Arg(200'000)->Arg(1'000'000);

void look_up_id(benchmark::State& state) {
  const Loaded& full = loaded(state.range(0));
  ask_all(state, full, random_keys(full.count, std::identity{}),
          [](const Snapshot& now, Id id) { return now.subscriber(id); });
}
BENCHMARK(look_up_id)->Arg(200'000)->Arg(1'000'000);

base::Endpoint address(Id id) {
  return {base::IpAddress::v4(192, 0, 2, 1), static_cast<std::uint16_t>(1024 + id)};
}

void look_up_peer(benchmark::State& state) {
  Loaded full{1};
  for (Id id = 1; id <= static_cast<Id>(state.range(0)); ++id)
    (void)full.directory.apply(Peer{id, 1, "peer", address(id)});
  ask_all(state, full, random_keys(static_cast<Id>(state.range(0)), address),
          [](const Snapshot& now, const base::Endpoint& from) { return now.peer(from, net::Protocol::Udp); });
}
BENCHMARK(look_up_peer)->Arg(100);

/// One subscriber is locked: its keys stay, its record is another.
void patch(benchmark::State& state) {
  Loaded& full = loaded(state.range(0));
  base::SeededRandom random{7};
  const auto before = base::allocations_on_this_thread();
  for (auto _ : state) {
    auto values = subscriber(1 + random.below(full.count));
    values.state = State::Locked;
    (void)full.directory.apply(values);
  }
  report_allocations(state, before);
}
BENCHMARK(patch)->Arg(200'000)->Arg(1'000'000);

}  // namespace
