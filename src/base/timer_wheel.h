// SPDX-License-Identifier: Apache-2.0
// A hierarchical timer wheel: tick 1 ms, arm and cancel in constant time, timers live inside what they time.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/time.h"

namespace ringfence::base {

class TimerWheel;

namespace detail {

/// A node of a circular doubly linked list; alone it points at itself.
struct TimerLink {
  TimerLink* next = this;
  TimerLink* previous = this;

  TimerLink() = default;
  TimerLink(const TimerLink&) = delete;
  TimerLink& operator=(const TimerLink&) = delete;

  [[nodiscard]] bool alone() const { return next == this; }
  void insert_before(TimerLink& where);
  void unlink();
  void take_all(TimerLink& from);  ///< appends every node of `from`, which becomes empty
};

}  // namespace detail

/// One deadline of one owner. Fires once for each arming; destroying it cancels it. Belongs to the thread of
/// its wheel.
class Timer : private detail::TimerLink {
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
  MonoTime due_{};
};

/// Timers of one shard. A timer never fires early, and at most one tick plus one turn late.
class TimerWheel {
 public:
  static constexpr Nanos kTick = std::chrono::milliseconds{1};

  explicit TimerWheel(MonoTime start);
  ~TimerWheel();  ///< timers still armed are cancelled, not fired
  TimerWheel(const TimerWheel&) = delete;
  TimerWheel& operator=(const TimerWheel&) = delete;

  /// Arms, or moves if armed (also from another wheel). A due time in the past fires at the next advance().
  void arm(Timer& timer, MonoTime due);

  /// Fires what is due by `now`, in order of tick and within a tick in order of arming as far as no cascade
  /// mixed them. A callback may arm, cancel or destroy any timer, itself included; what it arms for the past
  /// fires at the next advance(), so this call ends. Time that goes backwards is ignored. Not re-entrant.
  void advance(MonoTime now);

  /// No timer is due before this; the true next deadline may be later. Constant time. Empty when nothing is
  /// armed.
  [[nodiscard]] std::optional<MonoTime> next_due() const;
  [[nodiscard]] std::size_t armed() const { return armed_; }

 private:
  friend class Timer;

  using Tick = std::int64_t;
  // Eight levels of 64 slots span 2^48 ms, more than MonoTime can express: nothing needs clamping.
  static constexpr unsigned kBits = 6;
  static constexpr unsigned kSlots = 1U << kBits;
  static constexpr unsigned kLevels = 8;

  struct Position {
    unsigned level;
    unsigned slot;
    Tick begins;
  };

  [[nodiscard]] std::optional<Position> first_slot() const;
  void place(Timer& timer);
  void remove(Timer& timer);
  void cascade(unsigned level, unsigned slot);
  void fire(detail::TimerLink& list);
  [[nodiscard]] detail::TimerLink& head(unsigned level, unsigned slot) {
    return heads_[level * kSlots + slot];
  }

  std::array<detail::TimerLink, std::size_t{kLevels} * kSlots> heads_;
  std::array<std::uint64_t, kLevels> occupied_{};  ///< a bit for each slot that holds a timer
  detail::TimerLink overdue_;                      ///< armed for the past
  detail::TimerLink firing_;                       ///< due in this advance(), not yet fired
  Tick now_;
  std::size_t armed_ = 0;
  bool advancing_ = false;
};

}  // namespace ringfence::base
