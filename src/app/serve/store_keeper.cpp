// SPDX-License-Identifier: Apache-2.0
// When a step is due, and what is said when it fails.
#include "app/serve/store_keeper.h"

#include <algorithm>

#include "observe/log.h"

namespace ringfence::app {

using observe::Level;
using observe::log;

void StoreKeeper::on_change() {
  changed_ = true;
  if (!at_work_ && !failing_) due_ = std::min(due_, clock_.now() + kAfterChange);
}

std::optional<base::MonoTime> StoreKeeper::next_turn() const {
  if (at_work_) return std::nullopt;
  return due_;
}

void StoreKeeper::turn() {
  if (at_work_ || clock_.now() < due_) return;
  at_work_ = true;
  changed_ = false;
  worker_.post([this] { step(); });
}

void StoreKeeper::step() {
  auto more = store_.tend(audit_retention_);
  if (more && *more) return worker_.post([this] { step(); });  // after what operators asked meanwhile
  std::optional<base::Failure> failure;
  if (!more) failure = std::move(more.error().failure);
  server_.post([this, failure = std::move(failure)] { on_end(failure); });
}

/// Entries that cannot be moved wait where they are; that is said once, not every ten seconds.
void StoreKeeper::on_end(const std::optional<base::Failure>& failure) {
  at_work_ = false;
  if (failure && !failing_) {
    log(Level::Error, "audit.not_moved",
        {{"what", failure->what}, {"why", failure->why}, {"next", failure->next}});
  }
  if (!failure && failing_) log(Level::Notice, "audit.moved_again");
  failing_ = failure.has_value();
  due_ = clock_.now() + (failing_ ? kAfterFailure : changed_ ? kAfterChange : kAtLeastEvery);
}

}  // namespace ringfence::app
