// SPDX-License-Identifier: Apache-2.0
// The timer wheel beside a model that is plainly right: a map from ticks to timers.
#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <vector>

#include "base/random.h"
#include "base/timer_wheel.h"

using namespace ringfence::base;
using namespace std::chrono_literals;

namespace {

using Tick = std::int64_t;

Tick rounded_up(MonoTime time) {
  return std::chrono::ceil<std::chrono::milliseconds>(time.time_since_epoch()).count();
}
Tick rounded_down(MonoTime time) {
  return std::chrono::floor<std::chrono::milliseconds>(time.time_since_epoch()).count();
}

/// What a wheel has to do, as its header says it.
class Model {
 public:
  explicit Model(MonoTime start) : reached_{rounded_down(start)} {}

  void arm(std::size_t timer, MonoTime due) {
    cancel(timer);
    if (rounded_up(due) <= reached_) {
      overdue_.insert(timer);
    } else {
      ahead_.emplace(rounded_up(due), timer);
    }
  }
  void cancel(std::size_t timer) {
    overdue_.erase(timer);
    firing_.erase(timer);
    std::erase_if(ahead_, [&](const auto& each) { return each.second == timer; });
  }

  void begin_advance(MonoTime now) {
    target_ = rounded_down(now);
    firing_.swap(overdue_);
  }
  /// Whether it is this timer's turn; of those of one tick it may be any's.
  [[nodiscard]] bool fires(std::size_t timer) {
    if (!firing_.empty()) return firing_.erase(timer) == 1;
    if (ahead_.empty() || ahead_.begin()->first > target_) return false;
    reached_ = ahead_.begin()->first;
    const auto [begin, end] = ahead_.equal_range(reached_);
    const auto found = std::find_if(begin, end, [&](const auto& each) { return each.second == timer; });
    if (found == end) return false;
    ahead_.erase(found);
    return true;
  }
  /// Whether all has fired that had to.
  [[nodiscard]] bool end_advance() {
    reached_ = std::max(reached_, target_);
    return firing_.empty() && (ahead_.empty() || ahead_.begin()->first > reached_);
  }

  [[nodiscard]] Tick reached() const { return reached_; }
  [[nodiscard]] std::size_t armed() const { return overdue_.size() + firing_.size() + ahead_.size(); }
  [[nodiscard]] std::optional<Tick> next_due() const {
    if (!overdue_.empty()) return reached_;
    if (ahead_.empty()) return std::nullopt;
    return ahead_.begin()->first;
  }

 private:
  std::multimap<Tick, std::size_t> ahead_;
  std::set<std::size_t> overdue_;  // fire at the next advance
  std::set<std::size_t> firing_;   // were overdue when this advance began
  Tick reached_;
  Tick target_ = 0;
};

/// A wheel and a model to which the same happens, and it happens within callbacks too.
class Twins {
 public:
  static constexpr std::size_t kTimers = 80;

  explicit Twins(std::uint64_t seed) : random_{seed}, now_{span()}, wheel_{now_}, model_{now_} {
    for (std::size_t i = 0; i < kTimers; ++i) timers_.push_back(std::make_unique<Subject>(*this, i));
  }

  void step() {
    if (random_.below(4) == 0) {
      advance_to(now_ + (random_.below(5) == 0 ? span() : span() % 40'000'000'000));
    } else {
      disturb();
    }
    REQUIRE(wheel_.armed() == model_.armed());
    check_next_due();
  }

  /// Lets the wheel say itself when it wants to be called.
  void walk(std::size_t most_steps) {
    quiet_ = true;
    for (std::size_t i = 0; i < most_steps; ++i) {
      const auto due = wheel_.next_due();
      if (!due) return;
      advance_to(std::max(now_, *due));
      check_next_due();
    }
  }

  [[nodiscard]] std::size_t armed() const { return wheel_.armed(); }

 private:
  struct Subject {
    Subject(Twins& twins, std::size_t number) : home{twins}, index{number} {}

    Twins& home;
    std::size_t index;
    Timer timer{[](void* self) {
                  auto& me = *static_cast<Subject*>(self);
                  me.home.fired(me.index);
                },
                this};
  };

  void advance_to(MonoTime now) {
    now_ = now;
    model_.begin_advance(now);
    wheel_.advance(now);
    CHECK(model_.end_advance());
  }

  void fired(std::size_t index) {
    CHECK(model_.fires(index));
    CHECK_FALSE(timers_[index]->timer.armed());
    if (quiet_) {
      CHECK(model_.reached() == rounded_down(now_));
      return;
    }
    for (auto more = random_.below(4); more > 0; --more) disturb();
  }

  void disturb() {
    const std::size_t index = random_.below(kTimers);
    const auto kind = random_.below(8);
    if (kind < 5) {
      const MonoTime due = random_.below(10) == 0 ? now_ - span() : now_ + span();
      model_.arm(index, due);
      wheel_.arm(timers_[index]->timer, due);
      return;
    }
    model_.cancel(index);
    if (kind < 7) {
      timers_[index]->timer.cancel();
    } else {
      timers_[index] = std::make_unique<Subject>(*this, index);  // it may be the one that is firing
    }
  }

  void check_next_due() {
    const auto promised = wheel_.next_due();
    const auto earliest = model_.next_due();
    REQUIRE(promised.has_value() == earliest.has_value());
    if (promised) CHECK(rounded_up(*promised) <= *earliest);
  }

  /// From nanoseconds to a year, each size as likely; and, for the rims of slots and rings, powers of two of
  /// milliseconds, give or take one.
  Nanos span() {
    if (random_.below(3) > 0)
      return Nanos{static_cast<std::int64_t>(random_.next() >> (9 + random_.below(55)))};
    return 1ms * ((std::int64_t{2} << random_.below(34)) + static_cast<std::int64_t>(random_.below(3))) - 1ms;
  }

  SeededRandom random_;
  bool quiet_ = false;
  MonoTime now_;
  TimerWheel wheel_;
  Model model_;
  std::vector<std::unique_ptr<Subject>> timers_;
};

}  // namespace

TEST_CASE("the wheel does what the model does, whatever its callbacks do") {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    CAPTURE(seed);
    Twins twins{seed};
    for (int i = 0; i < 1500; ++i) twins.step();
  }
}

TEST_CASE("who comes whenever next_due() says so sees every timer fire at its tick") {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    CAPTURE(seed);
    Twins twins{seed};
    for (int i = 0; i < 100; ++i) twins.step();
    twins.walk(2000);
    CHECK(twins.armed() == 0);
  }
}
