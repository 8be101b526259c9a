// SPDX-License-Identifier: Apache-2.0
// The table of nonce uses: entries in order of first use, found by account.
#include "auth/nonce_count.h"

#include <algorithm>
#include <limits>

#include "base/assert.h"

namespace ringfence::auth {

NonceCounts::NonceCounts(std::size_t max_entries, std::chrono::seconds nonce_lifetime,
                         const base::HashSeed& seed, base::WallTime born)
    : by_account_{max_entries},
      seed_{seed},
      lifetime_{nonce_lifetime},
      forgotten_{born - std::chrono::milliseconds{1}} {
  RF_ASSERT(max_entries > 0 && max_entries < kNone);
  entries_.reserve(max_entries);
}

NonceUse NonceCounts::use(std::uint64_t account, const NonceId& nonce, std::uint32_t nc, base::WallTime now) {
  drop_expired(now);
  Holdings held = holdings(account, nonce);
  if (held.wanted != kNone) return mark(entries_[held.wanted], nc) ? NonceUse::New : NonceUse::Replayed;
  if (nonce.issued <= std::max(forgotten_, held.forgotten)) return NonceUse::Forgotten;

  if (held.count >= kPerAccount) {
    // An account pushes out its own nonces only: no phone can make the platform forget those of another.
    const base::WallTime earliest = entries_[held.earliest].nonce.issued;
    if (nonce.issued <= earliest) return NonceUse::Forgotten;
    held.forgotten = std::max(held.forgotten, earliest);
    remove(held.earliest);
    ++evicted_;
  }
  insert(account, nonce, nc, held.forgotten);
  return NonceUse::New;
}

/// False when the count was used before or lies behind the window.
bool NonceCounts::mark(Entry& entry, std::uint32_t nc) {
  if (nc > entry.top) {
    const std::uint32_t ahead = nc - entry.top;
    entry.seen = ahead < kWindow ? entry.seen << ahead | 1U : 1U;
    entry.top = nc;
    return true;
  }
  const std::uint32_t behind = entry.top - nc;
  if (nc == 0 || behind >= kWindow) return false;
  const std::uint64_t bit = std::uint64_t{1} << behind;
  if ((entry.seen & bit) != 0) return false;
  entry.seen |= bit;
  return true;
}

NonceCounts::Holdings NonceCounts::holdings(std::uint64_t account, const NonceId& nonce) const {
  Holdings held;
  (void)by_account_.find(hash_of(account), [&](std::uint32_t slot) {
    const Entry& entry = entries_[slot];
    if (entry.account != account) return false;
    ++held.count;
    held.forgotten = std::max(held.forgotten, entry.forgotten);
    if (entry.nonce == nonce) held.wanted = slot;
    if (held.earliest == kNone || entry.nonce.issued < entries_[held.earliest].nonce.issued)
      held.earliest = slot;
    return false;  // see them all: there are at most kPerAccount
  });
  return held;
}

/// Entries stand in order of first use, which is nearly that of issue. A few for each call keep up with what
/// comes in, and one call never pays for a long silence.
void NonceCounts::drop_expired(base::WallTime now) {
  for (int dropped = 0; dropped < 4 && oldest_ != kNone; ++dropped) {
    if (entries_[oldest_].nonce.issued + lifetime_ >= now) return;
    remove(oldest_);  // too old for NonceMint too: nothing is forgotten
  }
}

std::uint32_t NonceCounts::take_slot() {
  if (free_ == kNone && entries_.size() < entries_.capacity()) {
    entries_.emplace_back();
    return static_cast<std::uint32_t>(entries_.size() - 1);
  }
  if (free_ == kNone) {
    forgotten_ = std::max(forgotten_, entries_[oldest_].nonce.issued);
    remove(oldest_);
    ++evicted_;
  }
  const std::uint32_t slot = free_;
  free_ = entries_[slot].newer;
  return slot;
}

void NonceCounts::insert(std::uint64_t account, const NonceId& nonce, std::uint32_t nc,
                         base::WallTime forgotten) {
  const std::uint32_t slot = take_slot();
  Entry& entry = entries_[slot];
  entry = {};
  entry.account = account;
  entry.nonce = nonce;
  entry.forgotten = forgotten;
  // Without a count the nonce serves once: every count is used up.
  entry.top = nc != 0 ? nc : std::numeric_limits<std::uint32_t>::max();
  entry.seen = nc != 0 ? 1 : std::numeric_limits<std::uint64_t>::max();
  entry.older = newest_;
  (newest_ != kNone ? entries_[newest_].newer : oldest_) = slot;
  newest_ = slot;
  by_account_.insert(hash_of(account), slot);
  ++size_;
}

void NonceCounts::remove(std::uint32_t slot) {
  Entry& entry = entries_[slot];
  by_account_.erase(hash_of(entry.account), slot);
  (entry.older != kNone ? entries_[entry.older].newer : oldest_) = entry.newer;
  (entry.newer != kNone ? entries_[entry.newer].older : newest_) = entry.older;
  entry.newer = free_;
  free_ = slot;
  --size_;
}

}  // namespace ringfence::auth
