// SPDX-License-Identifier: Apache-2.0
// Worker: one thread for what waits on the disk, so that the loop does not.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace ringfence::app::control {

/// Runs what is posted, in order, one after the other.
class Worker {
 public:
  Worker();
  /// Finishes what runs; what waits is dropped.
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  /// Any thread. As many wait as there are clients, so the queue needs no bound of its own.
  void post(std::function<void()> work);

 private:
  void run();

  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> work_;
  bool stop_ = false;
  std::thread thread_;  // last: starts when the rest is there
};

}  // namespace ringfence::app::control
