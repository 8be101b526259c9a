// SPDX-License-Identifier: Apache-2.0
// The timer wheel: what one timer sees, and what many cost. Beside a model: timer_wheel_model_test.cpp.
#include "base/timer_wheel.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "base/allocation_counter.h"
#include "base/sim_clock.h"

using namespace ringfence::base;
using namespace std::chrono_literals;

namespace {

/// A timer that runs any function: for tests, which may allocate.
struct Alarm {
  explicit Alarm(std::function<void()> run) : action{std::move(run)} {}
  std::function<void()> action;
  Timer timer{[](void* self) { static_cast<Alarm*>(self)->action(); }, this};
};

constexpr MonoTime kStart{12345ms};

}  // namespace

TEST_CASE("a timer fires once, when its time has come and not before") {
  TimerWheel wheel{kStart};
  int fired = 0;
  Alarm alarm{[&] { ++fired; }};
  wheel.arm(alarm.timer, kStart + 500ms);
  CHECK(alarm.timer.armed());
  CHECK(wheel.armed() == 1);

  wheel.advance(kStart + 499ms);
  CHECK(fired == 0);
  wheel.advance(kStart + 500ms);
  CHECK(fired == 1);
  CHECK_FALSE(alarm.timer.armed());
  CHECK(wheel.armed() == 0);
  wheel.advance(kStart + 10s);
  CHECK(fired == 1);
}

TEST_CASE("a deadline between two ticks is rounded up: never early") {
  TimerWheel wheel{kStart};
  int fired = 0;
  Alarm alarm{[&] { ++fired; }};
  wheel.arm(alarm.timer, kStart + 10ms + 1ns);
  wheel.advance(kStart + 10ms + 999us);
  CHECK(fired == 0);
  wheel.advance(kStart + 11ms);
  CHECK(fired == 1);
}

TEST_CASE("a deadline in the past fires at the next advance, even when no time has passed") {
  TimerWheel wheel{kStart};
  int fired = 0;
  Alarm alarm{[&] { ++fired; }};
  wheel.arm(alarm.timer, kStart - 1h);
  CHECK(wheel.next_due() <= kStart);
  wheel.advance(kStart);
  CHECK(fired == 1);
}

TEST_CASE("time that goes backwards is ignored") {
  TimerWheel wheel{kStart};
  int fired = 0;
  Alarm alarm{[&] { ++fired; }};
  wheel.arm(alarm.timer, kStart + 5ms);
  wheel.advance(kStart - 1h);
  CHECK(fired == 0);
  wheel.advance(kStart + 5ms);
  CHECK(fired == 1);
}

TEST_CASE("arming an armed timer moves it") {
  TimerWheel wheel{kStart};
  std::vector<int> fired;
  Alarm alarm{[&] { fired.push_back(1); }};
  wheel.arm(alarm.timer, kStart + 5ms);
  wheel.arm(alarm.timer, kStart + 50ms);
  CHECK(wheel.armed() == 1);
  wheel.advance(kStart + 49ms);
  CHECK(fired.empty());
  wheel.arm(alarm.timer, kStart + 60ms);
  wheel.advance(kStart + 60ms);
  CHECK(fired.size() == 1);
}

TEST_CASE("a timer armed on another wheel leaves the first") {
  TimerWheel one{kStart};
  TimerWheel other{kStart};
  int fired = 0;
  Alarm alarm{[&] { ++fired; }};
  one.arm(alarm.timer, kStart + 5ms);
  other.arm(alarm.timer, kStart + 5ms);
  one.advance(kStart + 10ms);
  CHECK(fired == 0);
  CHECK(one.armed() == 0);
  other.advance(kStart + 10ms);
  CHECK(fired == 1);
}

TEST_CASE("a wheel that goes cancels what is armed") {
  int fired = 0;
  Alarm soon{[&] { ++fired; }};
  Alarm overdue{[&] { ++fired; }};
  {
    TimerWheel wheel{kStart};
    wheel.arm(soon.timer, kStart + 5ms);
    wheel.arm(overdue.timer, kStart);
  }
  CHECK_FALSE(soon.timer.armed());
  CHECK_FALSE(overdue.timer.armed());
  CHECK(fired == 0);
}

TEST_CASE("the furthest deadline that MonoTime can hold is armed, kept and cancelled") {
  TimerWheel wheel{MonoTime{}};
  Alarm alarm{[] { FAIL("centuries early"); }};
  wheel.arm(alarm.timer, MonoTime::max());
  wheel.advance(MonoTime{} + 24h * 365 * 100);
  CHECK(alarm.timer.armed());
  alarm.timer.cancel();
  CHECK_FALSE(wheel.next_due());
}

TEST_CASE("timers days ahead fire at their tick, whether time runs or leaps") {
  for (const auto& steps : std::vector<std::vector<Nanos>>{{24h * 30 + 1ms},
                                                           std::vector<Nanos>(std::size_t{30} * 24, 1h),
                                                           {1ms, 63ms, 64ms, 4095ms, 4096ms, 24h * 31}}) {
    TimerWheel wheel{kStart};
    MonoTime now = kStart;
    std::vector<MonoTime> fired;
    std::deque<Alarm> alarms;
    for (const Nanos after :
         std::initializer_list<Nanos>{24h * 29, 1h, 64ms, 63ms, 65ms, 4096ms, 24h, 262'144ms}) {
      auto& alarm = alarms.emplace_back(
          [&fired, &alarms, i = alarms.size()] { fired.push_back(alarms[i].timer.due()); });
      wheel.arm(alarm.timer, kStart + after);
    }
    for (const Nanos step : steps) wheel.advance(now += step);
    CHECK(fired.size() == alarms.size());
    CHECK(std::is_sorted(fired.begin(), fired.end()));
  }
}

TEST_CASE("callbacks") {
  TimerWheel wheel{kStart};
  std::vector<int> fired;

  SUBCASE("one that arms itself for now fires at the next advance, so that this one ends") {
    Alarm alarm{[&] {
      fired.push_back(1);
      wheel.arm(alarm.timer, kStart);
    }};
    wheel.arm(alarm.timer, kStart + 1ms);
    wheel.advance(kStart + 10ms);
    CHECK(fired.size() == 1);
    wheel.advance(kStart + 10ms);
    CHECK(fired.size() == 2);
  }
  SUBCASE("one that arms a timer that falls due on the way fires it in the same advance") {
    Alarm second{[&] { fired.push_back(2); }};
    Alarm first{[&] {
      fired.push_back(1);
      wheel.arm(second.timer, kStart + 5ms);
    }};
    wheel.arm(first.timer, kStart + 1ms);
    wheel.advance(kStart + 10ms);
    CHECK(fired == std::vector{1, 2});
  }
  SUBCASE("one may cancel a neighbour of the same tick") {
    Alarm second{[&] { fired.push_back(2); }};
    Alarm third{[&] { fired.push_back(3); }};
    Alarm first{[&] {
      fired.push_back(1);
      second.timer.cancel();
    }};
    for (Alarm* alarm : {&first, &second, &third}) wheel.arm(alarm->timer, kStart + 1ms);
    wheel.advance(kStart + 1ms);
    CHECK(fired == std::vector{1, 3});
  }
  SUBCASE("one may move a neighbour of the same tick") {
    Alarm second{[&] { fired.push_back(2); }};
    Alarm first{[&] {
      fired.push_back(1);
      wheel.arm(second.timer, kStart + 3ms);
    }};
    for (Alarm* alarm : {&first, &second}) wheel.arm(alarm->timer, kStart + 1ms);
    wheel.advance(kStart + 2ms);
    CHECK(fired == std::vector{1});
    wheel.advance(kStart + 3ms);
    CHECK(fired == std::vector{1, 2});
  }
  SUBCASE("one may destroy itself and a neighbour of the same tick") {
    std::optional<Alarm> second;
    second.emplace([&] { fired.push_back(2); });
    std::unique_ptr<Alarm> first;
    first = std::make_unique<Alarm>([&] {
      fired.push_back(1);
      second.reset();
      // The function object dies with its Alarm; what it still needs is on the stack.
      auto& keep = fired;
      first.reset();
      keep.push_back(10);
    });
    wheel.arm(first->timer, kStart + 1ms);
    wheel.arm(second->timer, kStart + 1ms);
    wheel.advance(kStart + 1ms);
    CHECK(fired == std::vector{1, 10});
    CHECK(wheel.armed() == 0);
  }
}

TEST_CASE("next_due() is never later than the first deadline, and gone when nothing is armed") {
  TimerWheel wheel{kStart};
  CHECK_FALSE(wheel.next_due());
  Alarm near{[] {}};
  Alarm far{[] {}};
  wheel.arm(far.timer, kStart + 24h);
  CHECK(*wheel.next_due() <= kStart + 24h);
  CHECK(*wheel.next_due() > kStart);
  wheel.arm(near.timer, kStart + 3ms);
  CHECK(*wheel.next_due() == kStart + 3ms);
  near.timer.cancel();
  CHECK(*wheel.next_due() > kStart + 3ms);
  far.timer.cancel();
  CHECK_FALSE(wheel.next_due());
}

TEST_CASE("arming, firing and cancelling allocate nothing, up to as many timers as there have been") {
  if (!counting_available()) return;
  TimerWheel wheel{kStart};
  std::vector<std::unique_ptr<Timer>> timers;
  timers.reserve(1000);
  for (int i = 0; i < 1000; ++i) timers.push_back(std::make_unique<Timer>([](void*) {}, nullptr));
  const auto arm_all = [&] {
    for (std::size_t i = 0; i < timers.size(); ++i) wheel.arm(*timers[i], kStart + i * i * 1ms);
  };
  arm_all();
  const auto before = allocations_on_this_thread();
  for (const auto& timer : timers) timer->cancel();
  arm_all();
  for (std::size_t i = 0; i < timers.size(); i += 2) timers[i]->cancel();
  wheel.advance(kStart + 24h);
  CHECK(allocations_on_this_thread() == before);
}

TEST_CASE("timers that come near together are moved a few at each tick, and fire at theirs") {
  constexpr std::size_t kCount = 100'000;
  constexpr std::size_t kMovedAtMost = 320;  // by one advance()
  TimerWheel wheel{MonoTime{}};
  MonoTime now{};
  std::size_t on_time = 0;
  std::deque<Alarm> alarms;
  for (std::size_t i = 0; i < kCount; ++i) {
    auto& each = alarms.emplace_back([&on_time, &now, &alarms, i] {
      if (alarms[i].timer.due() == now) ++on_time;
    });
    wheel.arm(each.timer, now + 180s + i % 1000 * 1ms);
  }

  std::size_t stops_before = 0;  // at which next_due() woke us though nothing fired
  for (auto due = wheel.next_due(); due; due = wheel.next_due()) {
    REQUIRE(*due > now);
    now = *due;
    wheel.advance(now);
    if (on_time == 0) ++stops_before;
  }
  CHECK(stops_before >= kCount / kMovedAtMost);
  CHECK(on_time == kCount);
}

TEST_CASE("simulated time stops at each due tick on its way") {
  SimClock clock;
  std::vector<Nanos> at;
  int left = 5;
  Alarm alarm{[&] {
    at.push_back(clock.now().time_since_epoch());
    if (--left > 0) clock.timers().arm(alarm.timer, clock.now() + (left % 2 == 0 ? Nanos{7ms} : Nanos{24h}));
  }};
  clock.timers().arm(alarm.timer, clock.now() + 500ms);
  clock.run_for(24h * 10);
  CHECK(at == std::vector<Nanos>{500ms, 507ms, 24h + 507ms, 24h + 514ms, 48h + 514ms});
  CHECK(clock.now().time_since_epoch() == 24h * 10);
}
