// SPDX-License-Identifier: Apache-2.0
// The timer wheel with two million timers alive: nanoseconds to arm, to cancel and to expire one.
#include <benchmark/benchmark.h>

#include <deque>

#include "base/random.h"
#include "base/timer_wheel.h"

namespace {

using namespace ringfence::base;
using namespace std::chrono_literals;

constexpr std::size_t kLive = 2'000'000;
constexpr MonoTime kStart{1h};

std::uint64_t fired = 0;

/// Timers in the order of memory, armed at random within the next 32 s (64 * T1, as most SIP timers are).
struct Crowd {
  Crowd() {
    for (std::size_t i = 0; i < kLive; ++i) timers.emplace_back([](void*) { ++fired; }, nullptr);
    for (Timer& timer : timers) wheel.arm(timer, kStart + span());
  }
  Nanos span() { return 1ms + 1ms * random.below(32'000); }

  SeededRandom random{1};
  TimerWheel wheel{kStart};
  std::deque<Timer> timers;
};

void arm_and_cancel(benchmark::State& state) {
  Crowd crowd;
  Timer timer{[](void*) {}, nullptr};
  for (auto _ : state) {
    crowd.wheel.arm(timer, kStart + crowd.span());
    timer.cancel();
  }
}
BENCHMARK(arm_and_cancel);

void move_a_random_one(benchmark::State& state) {
  Crowd crowd;
  for (auto _ : state) crowd.wheel.arm(crowd.timers[crowd.random.below(kLive)], kStart + crowd.span());
}
BENCHMARK(move_a_random_one);

void expire_all(benchmark::State& state) {
  for (auto _ : state) {
    state.PauseTiming();
    {
      Crowd crowd;
      state.ResumeTiming();
      for (MonoTime now = kStart; crowd.wheel.armed() > 0; now += 1ms) crowd.wheel.advance(now);
      state.PauseTiming();
    }
    state.ResumeTiming();
  }
  state.counters["each"] =
      benchmark::Counter(static_cast<double>(kLive),
                         benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}
BENCHMARK(expire_all)->Unit(benchmark::kMillisecond);

}  // namespace
