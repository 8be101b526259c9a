// SPDX-License-Identifier: Apache-2.0
// The timer wheel with two million timers alive: nanoseconds to arm, cancel, move and expire one, and the
// longest single advance().
//
// A timer lies inside what it times, so each lies here in a record of 256 bytes: half a gigabyte, more than
// a cache holds. "shuffled" touches the records in an order that has nothing to do with how they lie, so that
// each touch is a miss; "in_order" touches neighbours; "transactions" is what a proxy does.
#include <benchmark/benchmark.h>

#include <ctime>

#include <algorithm>
#include <array>
#include <numeric>
#include <vector>

#include "base/cache_line.h"
#include "base/random.h"
#include "base/timer_wheel.h"

namespace {

using namespace ringfence::base;
using namespace std::chrono_literals;

constexpr std::size_t kLive = 2'000'000;
constexpr MonoTime kStart{1h};

/// Something with a timer, and a callback that does as little as one can.
struct alignas(kCacheLine) Record {
  Timer timer{[](void* self) { ++static_cast<Record*>(self)->fired; }, this};
  std::uint64_t fired = 0;
  std::array<std::byte, 256 - sizeof(Timer) - sizeof(std::uint64_t)> rest{};
};
static_assert(sizeof(Record) == 256);

/// What is left, at any moment, of the timers of a busy proxy: 64 * T1 mostly, some T1, T4 and timer C.
Nanos remaining(SeededRandom& random) {
  constexpr std::array<Nanos, 10> kSpans{500ms, 500ms, 5s, 32s, 32s, 32s, 32s, 32s, 32s, 180s};
  return 1ms + 1ms * random.below(static_cast<std::uint64_t>(kSpans[random.below(kSpans.size())] / 1ms));
}

struct Crowd {
  /// @param spare  records that are not armed
  explicit Crowd(std::size_t spare = 0) : records(kLive + spare), order(kLive + spare) {
    std::iota(order.begin(), order.end(), 0U);
    for (std::size_t i = order.size(); i-- > 1;) std::swap(order[i], order[random.below(i + 1)]);
    for (std::size_t i = 0; i < kLive; ++i) wheel.arm(timer(i), kStart + remaining(random));
  }
  Timer& timer(std::size_t i) { return records[order[i]].timer; }

  SeededRandom random{1};
  TimerWheel wheel{kStart};
  std::vector<Record> records;
  std::vector<std::uint32_t> order;
};

/// Deadlines drawn beforehand: what is measured is the wheel.
std::vector<MonoTime> deadlines(std::size_t count) {
  SeededRandom random{2};
  std::vector<MonoTime> all(count);
  for (auto& each : all) each = kStart + remaining(random);
  return all;
}

constexpr std::size_t kBatch = 500'000;

void count_each(benchmark::State& state, std::size_t each_iteration) {
  state.counters["each"] =
      benchmark::Counter(static_cast<double>(each_iteration),
                         benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

void arm_shuffled(benchmark::State& state) {
  Crowd crowd{kBatch};
  const auto due = deadlines(kBatch);
  for (auto _ : state) {
    for (std::size_t i = 0; i < kBatch; ++i) crowd.wheel.arm(crowd.timer(kLive + i), due[i]);
    state.PauseTiming();
    for (std::size_t i = 0; i < kBatch; ++i) crowd.timer(kLive + i).cancel();
    state.ResumeTiming();
  }
  count_each(state, kBatch);
}
BENCHMARK(arm_shuffled)->Unit(benchmark::kMillisecond)->Iterations(4);

void cancel_shuffled(benchmark::State& state) {
  Crowd crowd;
  const auto due = deadlines(kBatch);
  for (auto _ : state) {
    for (std::size_t i = 0; i < kBatch; ++i) crowd.timer(i).cancel();
    state.PauseTiming();
    for (std::size_t i = 0; i < kBatch; ++i) crowd.wheel.arm(crowd.timer(i), due[i]);
    state.ResumeTiming();
  }
  count_each(state, kBatch);
}
BENCHMARK(cancel_shuffled)->Unit(benchmark::kMillisecond)->Iterations(4);

void move_shuffled(benchmark::State& state) {
  Crowd crowd;
  const auto due = deadlines(kBatch);
  for (auto _ : state) {
    for (std::size_t i = 0; i < kBatch; ++i) crowd.wheel.arm(crowd.timer(i), due[i]);
  }
  count_each(state, kBatch);
}
BENCHMARK(move_shuffled)->Unit(benchmark::kMillisecond)->Iterations(4);

void arm_and_cancel_one(benchmark::State& state) {
  Crowd crowd;
  const auto due = deadlines(4096);
  Timer timer{[](void*) {}, nullptr};
  std::size_t i = 0;
  for (auto _ : state) {
    crowd.wheel.arm(timer, due[++i % due.size()]);
    timer.cancel();
  }
}
BENCHMARK(arm_and_cancel_one);

void expire_shuffled(benchmark::State& state) {
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
  count_each(state, kLive);
}
BENCHMARK(expire_shuffled)->Unit(benchmark::kMillisecond)->Iterations(2);

void expire_in_order(benchmark::State& state) {
  for (auto _ : state) {
    state.PauseTiming();
    {
      TimerWheel wheel{kStart};
      std::vector<Record> records(kLive);
      for (std::size_t i = 0; i < kLive; ++i) wheel.arm(records[i].timer, kStart + 1ms + i * 16us);
      state.ResumeTiming();
      for (MonoTime now = kStart; wheel.armed() > 0; now += 1ms) wheel.advance(now);
      state.PauseTiming();
    }
    state.ResumeTiming();
  }
  count_each(state, kLive);
}
BENCHMARK(expire_in_order)->Unit(benchmark::kMillisecond)->Iterations(2);

/// Transactions that come at an even rate, in records as a pool hands them out after a while: in no order.
/// Each arms T1 and 64 * T1, is answered 200 ms later, which cancels T1, and expires after 32 s.
class Transactions {
 public:
  static constexpr std::size_t kEachMs = 62;
  static constexpr std::size_t kLifetime = 32'000;  // ms
  static constexpr std::size_t kAnswered = 200;     // ms
  static constexpr std::size_t kCount = kEachMs * (kLifetime + 1);

  Transactions() : repeats_(kCount), limits_(kCount), order_(kCount) {
    std::iota(order_.begin(), order_.end(), 0U);
    for (std::size_t i = kCount; i-- > 1;) std::swap(order_[i], order_[random_.below(i + 1)]);
    for (std::size_t ms = 0; ms < 2 * kLifetime; ++ms) step();
  }

  /// One millisecond: four operations of the wheel for each of kEachMs transactions.
  void step() {
    now_ += 1ms;
    wheel_.advance(now_);
    for (std::size_t i = 0; i < kEachMs; ++i) {
      wheel_.arm(repeats_[order_[born_]].timer, now_ + 500ms);
      wheel_.arm(limits_[order_[born_]].timer, now_ + kLifetime * 1ms);
      repeats_[order_[(born_ + kCount - kEachMs * kAnswered) % kCount]].timer.cancel();
      born_ = (born_ + 1) % kCount;
    }
  }
  [[nodiscard]] std::size_t armed() const { return wheel_.armed(); }

 private:
  SeededRandom random_{3};
  MonoTime now_ = kStart;
  TimerWheel wheel_{kStart};
  std::vector<Record> repeats_;
  std::vector<Record> limits_;
  std::vector<std::uint32_t> order_;
  std::size_t born_ = 0;
};

void transactions(benchmark::State& state) {
  constexpr std::size_t kSteps = 8000;
  Transactions all;
  for (auto _ : state) {
    for (std::size_t i = 0; i < kSteps; ++i) all.step();
  }
  state.counters["live"] = static_cast<double>(all.armed());
  count_each(state, kSteps * Transactions::kEachMs * 4);
}
BENCHMARK(transactions)->Unit(benchmark::kMillisecond)->Iterations(4);

/// The time this thread worked, so that being preempted does not count.
Nanos worked() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return std::chrono::seconds{time.tv_sec} + Nanos{time.tv_nsec};
}

/// 100,000 timers of `span` seconds, armed 10 a millisecond: the longest advance() until the last has fired.
void longest_advance(benchmark::State& state) {
  constexpr std::size_t kCount = 100'000;
  const auto span = std::chrono::seconds{state.range(0)};
  Nanos least = Nanos::max();
  for (auto _ : state) {
    SeededRandom random{4};
    TimerWheel wheel{kStart};
    std::vector<Record> records(kCount);
    std::vector<std::uint32_t> order(kCount);
    std::iota(order.begin(), order.end(), 0U);
    for (std::size_t i = kCount; i-- > 1;) std::swap(order[i], order[random.below(i + 1)]);
    Nanos longest{0};
    std::size_t next = 0;
    for (MonoTime now = kStart; next < kCount || wheel.armed() > 0; now += 1ms) {
      const Nanos before = worked();
      wheel.advance(now);
      longest = std::max(longest, worked() - before);
      for (const std::size_t end = std::min(next + 10, kCount); next < end; ++next)
        wheel.arm(records[order[next]].timer, now + span);
    }
    least = std::min(least, longest);
  }
  state.counters["longest_us"] = static_cast<double>(least.count()) / 1000;
}
BENCHMARK(longest_advance)->Arg(32)->Arg(180)->Arg(3600)->Unit(benchmark::kMillisecond)->Iterations(3);

}  // namespace
