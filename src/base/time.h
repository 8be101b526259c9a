// SPDX-License-Identifier: Apache-2.0
// Time as it is handed in: monotonic for timers and durations, wall clock for records and nonces.
#pragma once

#include <chrono>
#include <cstdint>

namespace ringfence::base {

using Nanos = std::chrono::nanoseconds;

/// Names the monotonic time line; the only readings come from a Clock.
struct Monotonic {
  using duration = Nanos;
  using rep = Nanos::rep;
  using period = Nanos::period;
  using time_point = std::chrono::time_point<Monotonic>;
  static constexpr bool is_steady = true;
};

using MonoTime = Monotonic::time_point;
using WallTime = std::chrono::sys_time<std::chrono::milliseconds>;

/// Where time comes from. A shard reads it once per turn; tests hand in a SimClock.
class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual MonoTime now() const = 0;
  [[nodiscard]] virtual WallTime wall() const = 0;
};

/// The machine's clocks (CLOCK_MONOTONIC, CLOCK_REALTIME). Stateless; any thread.
class SystemClock final : public Clock {
 public:
  [[nodiscard]] MonoTime now() const override;
  [[nodiscard]] WallTime wall() const override;
};

/// A clock that stands still until it is told to move. One thread.
class ManualClock : public Clock {
 public:
  /// Wall time of the simulated epoch: 2026-01-01T00:00:00Z.
  static constexpr WallTime kWallStart{std::chrono::milliseconds{1'767'225'600'000}};

  [[nodiscard]] MonoTime now() const override { return now_; }
  [[nodiscard]] WallTime wall() const override {
    return kWallStart + wall_offset_ + std::chrono::floor<std::chrono::milliseconds>(now_.time_since_epoch());
  }
  void advance(Nanos by) { now_ += by; }
  void set(MonoTime to) { now_ = to; }
  /// Steps the wall clock alone, as an operator or NTP would.
  void step_wall(std::chrono::milliseconds by) { wall_offset_ += by; }

 private:
  MonoTime now_{};
  std::chrono::milliseconds wall_offset_{0};
};

}  // namespace ringfence::base
