// SPDX-License-Identifier: Apache-2.0
// A list under a lock, and an eventfd that wakes the loop.
#include "app/control/mailbox.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <utility>

#include "base/assert.h"

namespace ringfence::app::control {

Mailbox::Mailbox() : event_{::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)} {
  RF_ASSERT(event_ >= 0);
}

Mailbox::~Mailbox() {
  ::close(event_);
}

void Mailbox::post(std::function<void()> work) {
  const std::lock_guard lock{mutex_};
  if (closed_) return;
  work_.push_back(std::move(work));
  if (work_.size() == 1) (void)::eventfd_write(event_, 1);
}

std::vector<std::function<void()>> Mailbox::take() {
  const std::lock_guard lock{mutex_};
  ::eventfd_t count = 0;
  (void)::eventfd_read(event_, &count);
  return std::exchange(work_, {});
}

void Mailbox::run() {
  for (auto& work : take()) {
    work();
    work = nullptr;  // what it holds may post again as it goes
  }
}

void Mailbox::close() {
  std::vector<std::function<void()>>
      dropped;  // destroyed after the lock is released: they may post as they go
  const std::lock_guard lock{mutex_};
  closed_ = true;
  dropped.swap(work_);
}

}  // namespace ringfence::app::control
