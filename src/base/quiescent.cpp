// SPDX-License-Identifier: Apache-2.0
// Epochs of readers, and freeing by them.
#include "base/quiescent.h"

#include <algorithm>
#include <limits>

#include "base/assert.h"

namespace ringfence::base {
namespace {

constexpr std::uint64_t kIdle = std::numeric_limits<std::uint64_t>::max();

}  // namespace

QuiescentDomain::QuiescentDomain(unsigned readers)
    : readers_{std::make_unique<Reader[]>(readers)}, count_{readers} {
  for (unsigned i = 0; i < count_; ++i) readers_[i].seen.store(kIdle, std::memory_order_relaxed);
}

void QuiescentDomain::quiescent(unsigned reader) {
  RF_ASSERT(reader < count_);
  // Acquire: having read an epoch we also see what was unlinked before it. Release: our reads of this turn
  // come before.
  readers_[reader].seen.store(epoch_.load(std::memory_order_acquire), std::memory_order_release);
}

void QuiescentDomain::idle(unsigned reader) {
  RF_ASSERT(reader < count_);
  readers_[reader].seen.store(kIdle, std::memory_order_release);
}

void QuiescentDomain::active(unsigned reader) {
  RF_ASSERT(reader < count_);
  readers_[reader].seen.store(epoch_.load(std::memory_order_relaxed), std::memory_order_relaxed);
  // A read-modify-write, because of a writer that looks at the same moment: its own one in retire_epoch() is
  // either later and then sees that we are back, or earlier and then we see what it unlinked. A plain load
  // could miss both.
  epoch_.fetch_add(0, std::memory_order_acq_rel);
}

std::uint64_t QuiescentDomain::retire_epoch() {
  return epoch_.fetch_add(1, std::memory_order_acq_rel) + 1;
}

std::uint64_t QuiescentDomain::oldest_seen() const {
  std::uint64_t oldest = kIdle;
  for (unsigned i = 0; i < count_; ++i)
    oldest = std::min(oldest, readers_[i].seen.load(std::memory_order_acquire));
  return oldest;
}

Limbo::~Limbo() {
  for (; first_ < entries_.size(); ++first_) entries_[first_].destroy(entries_[first_].object);
}

void Limbo::retire(QuiescentDomain& domain, void* object, void (*destroy)(void*)) {
  if (entries_.size() == entries_.capacity() &&
      first_ > entries_.size() / 2) {  // room in front: use that, do not grow
    entries_.erase(entries_.begin(), entries_.begin() + static_cast<std::ptrdiff_t>(first_));
    first_ = 0;
  }
  entries_.push_back({&domain, domain.retire_epoch(), object, destroy});
}

std::size_t Limbo::reclaim() {
  const std::size_t before = first_;
  while (first_ < entries_.size()) {
    const QuiescentDomain* const domain = entries_[first_].domain;
    const std::uint64_t oldest = domain->oldest_seen();
    const std::size_t run = first_;
    for (;
         first_ < entries_.size() && entries_[first_].domain == domain && entries_[first_].epoch <= oldest;) {
      const Entry entry = entries_[first_++];  // a copy: destroy() may retire more
      entry.destroy(entry.object);
    }
    if (first_ == run) break;
  }
  const std::size_t freed = first_ - before;
  if (first_ == entries_.size()) {
    entries_.clear();
    first_ = 0;
  }
  return freed;
}

}  // namespace ringfence::base
