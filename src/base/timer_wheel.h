// SPDX-License-Identifier: Apache-2.0
// A timer wheel: tick 1 ms, arm and cancel in constant time, timers live inside what they time.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/time.h"
#include "base/timer_chains.h"

namespace ringfence::base {

class TimerWheel;

/// One deadline of one owner. Fires once for each arming; destroying it cancels it. Belongs to the thread of
/// its wheel.
class Timer {
 public:
  using Fire = void (*)(void* owner);

  Timer(Fire fire, void* owner) : fire_{fire}, owner_{owner} {}
  ~Timer() { cancel(); }
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;

  void cancel();  ///< no effect when not armed
  [[nodiscard]] bool armed() const { return wheel_ != nullptr; }
  /// When it is to fire; while not armed, when it last was to.
  [[nodiscard]] MonoTime due() const { return due_; }

 private:
  friend class TimerWheel;

  Fire fire_;
  void* owner_;
  TimerWheel* wheel_ = nullptr;
  TimerChains::Entry entry_ = nullptr;
  MonoTime due_{};
};
static_assert(sizeof(Timer) == 40);  // two of them lie in every transaction

/// Timers of one shard. A timer never fires early, and at most one tick plus one turn late.
///
/// Costs 0.6 MB, and for each armed timer 13 to 64 bytes (TimerChains); moving those armed far ahead is
/// spread over many calls of advance(), so that none is long.
class TimerWheel {
 public:
  static constexpr Nanos kTick = std::chrono::milliseconds{1};

  explicit TimerWheel(MonoTime start);
  ~TimerWheel();  ///< timers still armed are cancelled, not fired
  TimerWheel(const TimerWheel&) = delete;
  TimerWheel& operator=(const TimerWheel&) = delete;

  /// Arms, or moves if armed (also from another wheel). A due time in the past fires at the next advance().
  /// Allocates only when more timers are armed than ever before.
  void arm(Timer& timer, MonoTime due);

  /// Fires what is due by `now`, in order of tick and within a tick in order of arming, except that timers
  /// armed more than half a minute ahead come in any order among the others. A callback may arm, cancel or
  /// destroy any timer, itself included; what it arms for the past fires at the next advance(), so this call
  /// ends. Time that goes backwards is ignored. Not re-entrant.
  void advance(MonoTime now);

  /// advance() has nothing to do before this: no timer is due, none has to be brought nearer. Constant time.
  /// Empty when nothing is armed.
  [[nodiscard]] std::optional<MonoTime> next_due() const;
  [[nodiscard]] std::size_t armed() const { return armed_; }

 private:
  friend class Timer;

  using Tick = std::int64_t;

  /// A ring of slots; the chain of a slot is numbered `chains` + its place in the ring.
  struct Level {
    unsigned shift;  ///< a slot spans 2^shift ticks
    unsigned bits;   ///< the ring has 2^bits slots
    TimerChains::Id chains;

    [[nodiscard]] constexpr Tick slots() const { return Tick{1} << bits; }
    [[nodiscard]] constexpr TimerChains::Id chain_of(Tick slot) const {
      return chains + static_cast<TimerChains::Id>(slot & (slots() - 1));
    }
  };
  // To 32.8 s (64 * T1 and less: nearly all timers of SIP, which therefore never move), to 70 minutes (timer
  // C, registrations) and to 12 days. What is further off waits in the last slot and goes round again.
  static constexpr std::array<Level, 3> kLevels{{
      {0, 15, 0},                   // a slot spans 1 ms
      {12, 10, 1U << 15},           // 4.1 s
      {20, 10, (1U << 15) + 1024},  // 17.5 min
  }};
  static constexpr TimerChains::Id kOverdue = (1U << 15) + 2048;  // and the next one: they take turns
  static constexpr TimerChains::Id kChains = kOverdue + 2;
  /// Links that one advance() brings nearer on each level: at most 320 timers, about 20 us.
  static constexpr int kLinksPerAdvance = 64;

  struct Slot {
    const Level* level;
    TimerChains::Id chain;
    Tick begins;
  };

  [[nodiscard]] static Tick opens(const Slot& slot);
  [[nodiscard]] std::optional<Slot> first_slot(const Level& level) const;
  [[nodiscard]] std::optional<Slot> earliest_slot() const;
  [[nodiscard]] TimerChains::Id chain_for(Tick due) const;
  void remove(Timer& timer);
  void walk_to(Tick target);
  void bring_nearer(const Level& level);
  void move_link(TimerChains::Id chain);
  void fire(TimerChains::Id chain);

  TimerChains chains_{kChains};
  Tick now_;
  std::size_t armed_ = 0;
  TimerChains::Id overdue_ = kOverdue;     ///< armed for the past
  TimerChains::Id firing_ = kOverdue + 1;  ///< those of overdue_ that this advance() fires
  bool advancing_ = false;
};

}  // namespace ringfence::base
