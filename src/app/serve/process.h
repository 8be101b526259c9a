// SPDX-License-Identifier: Apache-2.0
// ChildProcess: one of our roles in a process of its own: how it is started, and when it is started again.
#pragma once

#include <sys/types.h>

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/failure.h"
#include "base/time.h"

namespace ringfence::app {

/// Descriptors that a child finds at fixed numbers; the listeners follow from kFirstListener.
struct Inherited {
  static constexpr int kSupervisor = 3;
  static constexpr int kNeighbour = 4;
  static constexpr int kDataLock =
      5;  ///< only held: the directory is free when the last of our processes has ended
  static constexpr int kFirstListener = 6;
};

/// Starts this same executable. `descriptors` become 3, 4, 5 …; all others of ours close by themselves.
/// @return the process id
[[nodiscard]] base::Result<pid_t> spawn(const std::vector<std::string>& arguments,
                                        std::span<const int> descriptors);

/// How long to wait before a process that died is started again: at once after a healthy life, with doubling
/// pauses (100 ms to 5 s) when it dies young. Pure; time is handed in.
class RestartPause {
 public:
  static constexpr base::Nanos kHealthy = std::chrono::seconds{10};
  static constexpr base::Nanos kFirst = std::chrono::milliseconds{100};
  static constexpr base::Nanos kLongest = std::chrono::seconds{5};

  void started(base::MonoTime now) { started_ = now; }
  [[nodiscard]] base::Nanos after_death(base::MonoTime now);

 private:
  base::MonoTime started_{};
  base::Nanos pause_{0};
};

/// "killed by signal 9", "exited with status 1".
[[nodiscard]] std::string describe_end(int wait_status);

}  // namespace ringfence::app
