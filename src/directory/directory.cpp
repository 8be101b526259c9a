// SPDX-License-Identifier: Apache-2.0
// Writing the directory: a draft gathers changes over the current version, one store publishes it.
#include "directory/directory.h"

#include <utility>

#include "directory/draft.h"

namespace ringfence::directory {
Directory::Directory(base::QuiescentDomain& readers, const base::HashSeed& seed)
    : seed_{seed}, readers_{readers}, current_{new Snapshot{seed, Tries{}, nullptr, 0}} {
  // Tables that their first reader makes: not in the turn of a shard.
  Preferences::prepare();
  (void)parent_kind(Kind::None);
}

Directory::~Directory() {
  const std::unique_ptr<const Snapshot> last{current_.load(std::memory_order_relaxed)};
  Tries tries = last->tries_;
  destroy_all(tries);
}

base::Result<void> Directory::apply(std::span<const Change> changes) {
  limbo_.reclaim();
  std::unique_ptr<Draft> patch;
  for (const Change& change : changes) {
    if (std::holds_alternative<LoadBegin>(change)) {
      publish(std::move(patch));
      load_ = std::make_unique<Draft>(seed_, ++last_edit_);  // drops an unfinished one: its sender began anew
    } else if (std::holds_alternative<LoadEnd>(change)) {
      publish(std::move(patch));
      if (load_ == nullptr) {
        return base::fail("cannot take over a directory", "its end came without a beginning",
                          "load it again");
      }
      publish(std::move(load_));
    } else if (load_ != nullptr) {
      load_->apply(change);
    } else {
      if (patch == nullptr) {
        const Snapshot& now = snapshot();
        patch = std::make_unique<Draft>(seed_, ++last_edit_, now.tries_, now.default_peer_);
      }
      patch->apply(change);
    }
  }
  publish(std::move(patch));
  return {};
}

void Directory::publish(std::unique_ptr<Draft> draft) {
  if (draft == nullptr) return;
  const Snapshot* before = current_.load(std::memory_order_relaxed);
  auto next = draft->finish(before->version() + 1);
  auto garbage = draft->take_garbage();
  if (draft->is_load()) garbage->tries = before->tries_;
  current_.store(next.release(), std::memory_order_release);
  garbage->snapshot = before;
  limbo_.retire(readers_, static_cast<const Garbage*>(garbage.release()));
}

}  // namespace ringfence::directory
