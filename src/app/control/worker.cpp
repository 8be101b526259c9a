// SPDX-License-Identifier: Apache-2.0
// A queue and its thread.
#include "app/control/worker.h"

#include <utility>

#include "base/thread_name.h"

namespace ringfence::app::control {

Worker::Worker() : thread_{[this] { run(); }} {}

Worker::~Worker() {
  {
    const std::lock_guard lock{mutex_};
    stop_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

void Worker::post(std::function<void()> work) {
  {
    const std::lock_guard lock{mutex_};
    work_.push_back(std::move(work));
  }
  wake_.notify_one();
}

void Worker::run() {
  base::name_this_thread("database");
  while (true) {
    std::function<void()> next;
    {
      std::unique_lock lock{mutex_};
      wake_.wait(lock, [this] { return stop_ || !work_.empty(); });
      if (stop_) return;
      next = std::move(work_.front());
      work_.pop_front();
    }
    next();
  }
}

}  // namespace ringfence::app::control
