// SPDX-License-Identifier: Apache-2.0
// What hangs on subscribers, at full size: aliases and the longest number, preferences, children, states, and
// patches of each.
#include <benchmark/benchmark.h>

#include <string>
#include <utility>
#include <vector>

#include "base/allocation_counter.h"
#include "base/random.h"
#include "directory/directory.h"
#include "directory/test_values.h"

using namespace ringfence;
using namespace ringfence::directory;

namespace {

constexpr Id kSubscribers = 200'000;
constexpr Id kCustomers = 1000;
constexpr Id kRules = 20;  // of each set
constexpr std::size_t kBatch = 1000;

std::string number(Id id) {
  return "4312" + std::to_string(10'000'000 + id);
}
SubscriberValues subscriber(Id id) {
  return {id, 1, 1, State::Active, "user" + std::to_string(id), number(id), {}, 1 + id % kCustomers};
}
/// Every subscriber has an alias and a preference of its own; customers and the domain have others.
void load_entries(Directory& directory) {
  std::vector<Change> batch{LoadBegin{}, Domain{1, 1, "example.test"},
                            test::stateful(Kind::Reseller, 1, State::Active),
                            test::preference(1, "cc", "43", Kind::Domain, 1)};
  for (Id id = 1; id <= kCustomers; ++id) {
    batch.emplace_back(test::stateful(Kind::Customer, id, State::Active));
    batch.emplace_back(test::preference(1 + id, "concurrent_max", "20", Kind::Customer, id));
    for (Id rule = 0; rule < kRules; ++rule) {
      batch.emplace_back(test::rewrite_rule(1 + id * kRules + rule, id, static_cast<std::int64_t>(rule)));
    }
  }
  for (Id id = 1; id <= kSubscribers; ++id) {
    batch.emplace_back(subscriber(id));
    batch.emplace_back(test::alias(id, "4366" + std::to_string(id), id));
    batch.emplace_back(test::preference(1 + kCustomers + id, "user_cli", number(id), Kind::Subscriber, id));
    if (batch.size() < kBatch) continue;
    (void)directory.apply(batch);
    batch.clear();
  }
  batch.emplace_back(LoadEnd{});
  (void)directory.apply(batch);
}

struct Loaded {
  base::QuiescentDomain readers{1};
  Directory directory{readers, {0x1234'5678'9abc'def0U, 42}};
  Loaded() { load_entries(directory); }
  [[nodiscard]] const Snapshot& now() const { return directory.snapshot(); }
};

Loaded& loaded() {
  static Loaded known;  // loading it takes far longer than any benchmark does
  return known;
}

void report_allocations(benchmark::State& state, std::uint64_t before) {
  const auto made = base::allocations_on_this_thread() - before;
  state.counters["allocations"] =
      benchmark::Counter(static_cast<double>(made), benchmark::Counter::kAvgIterations);
}

/// Asks for one random subscriber after the other.
template <class Ask>
void ask_all(benchmark::State& state, Ask ask) {
  const Loaded& full = loaded();
  base::SeededRandom random{7};
  std::vector<const Subscriber*> asked;
  for (std::size_t i = 0; i < 1 << 16; ++i)
    asked.push_back(full.now().subscriber(1 + random.below(kSubscribers)));
  std::size_t next = 0;
  const auto before = base::allocations_on_this_thread();
  for (auto _ : state) benchmark::DoNotOptimize(ask(full.now(), *asked[next++ % asked.size()]));
  report_allocations(state, before);
}

/// With two digits of an extension behind it: two lengths are probed in vain.
void longest_number(benchmark::State& state) {
  ask_all(state, [](const Snapshot& now, const Subscriber& of) {
    std::array<char, kMaxNumber> dialled;
    const auto end = std::ranges::copy("77", std::ranges::copy(of.number(), dialled.begin()).out).out - 1;
    return now.longest_number({dialled.begin(), end});
  });
}
BENCHMARK(longest_number);

void preference_own(benchmark::State& state) {
  ask_all(state,
          [](const Snapshot& now, const Subscriber& of) { return now.preferences(of).text(Pref::UserCli); });
}
BENCHMARK(preference_own);

void preference_of_customer(benchmark::State& state) {
  ask_all(state, [](const Snapshot& now, const Subscriber& of) {
    return now.preferences(of).integer(Pref::ConcurrentMax);
  });
}
BENCHMARK(preference_of_customer);

void preference_of_domain(benchmark::State& state) {
  ask_all(state,
          [](const Snapshot& now, const Subscriber& of) { return now.preferences(of).text(Pref::Cc); });
}
BENCHMARK(preference_of_domain);

void preference_fallback(benchmark::State& state) {
  ask_all(state, [](const Snapshot& now, const Subscriber& of) {
    return now.preferences(of).integer(Pref::SstExpires);
  });
}
BENCHMARK(preference_fallback);

/// What each further preference of one call costs, once the sets are found.
void preference_again(benchmark::State& state) {
  const Snapshot& now = loaded().now();
  const Preferences preferences = now.preferences(*now.subscriber(Id{1}));
  std::size_t next = 0;
  constexpr std::array kAsked{Pref::ConcurrentMax, Pref::SstExpires, Pref::Ringtimeout, Pref::SstMinTimer};
  for (auto _ : state) benchmark::DoNotOptimize(preferences.integer(kAsked[next++ % kAsked.size()]));
}
BENCHMARK(preference_again);

void effective_state(benchmark::State& state) {
  ask_all(state, [](const Snapshot& now, const Subscriber& of) { return now.effective_state(of); });
}
BENCHMARK(effective_state);

void children(benchmark::State& state) {
  ask_all(state, [](const Snapshot& now, const Subscriber& of) {
    return now.children(Kind::RewriteRule, of.customer()).size();
  });
}
BENCHMARK(children);

/// Applies one change after the other to the full directory.
template <class Make>
void patch_all(benchmark::State& state, Make make) {
  Loaded& full = loaded();
  base::SeededRandom random{7};
  const auto before = base::allocations_on_this_thread();
  for (auto _ : state) (void)full.directory.apply(make(random));
  report_allocations(state, before);
}

void patch_alias(benchmark::State& state) {
  patch_all(state, [](base::Random& random) {
    const Id id = 1 + random.below(kSubscribers);
    return Change{test::alias(id, "4366" + std::to_string(id), id, random.below(2) == 0)};
  });
}
BENCHMARK(patch_alias);

void patch_preference(benchmark::State& state) {
  patch_all(state, [](base::Random& random) {
    const Id id = 1 + random.below(kSubscribers);
    return Change{test::preference(1 + kCustomers + id, "user_cli", "0" + number(id), Kind::Subscriber, id)};
  });
}
BENCHMARK(patch_preference);

void patch_child(benchmark::State& state) {
  patch_all(state, [](base::Random& random) {
    const Id set = 1 + random.below(kCustomers);
    return Change{test::rewrite_rule(1 + set * kRules, set, static_cast<std::int64_t>(random.below(kRules)))};
  });
}
BENCHMARK(patch_child);

/// So many children of one parent: ten times as many take ten times as long, and not a hundred times.
void load_children(benchmark::State& state) {
  const auto count = static_cast<Id>(state.range(0));
  std::vector<Change> changes{LoadBegin{}};
  for (Id id = 1; id <= count; ++id) changes.emplace_back(test::rewrite_rule(id, 1, 7));
  changes.emplace_back(LoadEnd{});
  base::QuiescentDomain readers{1};
  Directory directory{readers, {1, 2}};
  for (auto _ : state) (void)directory.apply(changes);
}
BENCHMARK(load_children)->Arg(1000)->Arg(10'000)->Arg(100'000)->Unit(benchmark::kMillisecond);

}  // namespace
