// SPDX-License-Identifier: Apache-2.0
// Mailbox: work that other threads leave for the thread of a loop.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <vector>

namespace ringfence::app::control {

/// Any thread posts; one thread runs. Shared, because those who post may outlive the loop.
class Mailbox {
 public:
  Mailbox();
  ~Mailbox();
  Mailbox(const Mailbox&) = delete;
  Mailbox& operator=(const Mailbox&) = delete;

  /// Readable when there is work.
  [[nodiscard]] int descriptor() const { return event_; }
  /// Dropped when the mailbox is closed.
  void post(std::function<void()> work);
  /// Runs what was posted so far.
  void run();
  /// What waits and what comes is dropped from now on; nothing of it runs any more.
  void close();

 private:
  [[nodiscard]] std::vector<std::function<void()>> take();

  int event_;
  std::mutex mutex_;
  std::vector<std::function<void()>> work_;
  bool closed_ = false;
};

}  // namespace ringfence::app::control
