// SPDX-License-Identifier: Apache-2.0
// Nonce counts: which uses of which nonce an account has made, so that none is accepted twice (RFC 7616 §3.4,
// nc).
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "auth/nonce.h"
#include "base/hash.h"
#include "base/index_table.h"
#include "base/time.h"

namespace ringfence::auth {

enum class NonceUse : std::uint8_t {
  New,        ///< accept the request
  Replayed,   ///< this count was used before, or lies too far behind: challenge again with stale=true
  Forgotten,  ///< we may have forgotten uses of this nonce: likewise
};

/// A window of 64 counts for each (account, nonce). Only responses that verified come here, so strangers
/// cannot make it grow; still it is bounded in all and for each account. One per shard: every use of a nonce
/// by an account must be told to the same table. Memory is reserved at construction and touched as it is
/// needed.
///
/// What is pushed out of the table is never accepted again: the time of issue of the youngest forgotten nonce
/// is kept, and an unknown nonce from before it counts as Forgotten. A new table starts with its own birth as
/// that time.
class NonceCounts {
 public:
  static constexpr std::size_t kPerAccount = 8;
  static constexpr std::uint32_t kWindow = 64;

  NonceCounts(std::size_t max_entries, std::chrono::seconds nonce_lifetime, const base::HashSeed& seed,
              base::WallTime born);

  /// Records one use of a nonce that is Fresh and whose response is right.
  /// @param nc  0: credentials without qop, which have no count; such a nonce serves once
  [[nodiscard]] NonceUse use(std::uint64_t account, const NonceId& nonce, std::uint32_t nc,
                             base::WallTime now);

  [[nodiscard]] std::size_t size() const { return size_; }
  /// Nonces pushed out before their time, since construction.
  [[nodiscard]] std::uint64_t evicted() const { return evicted_; }

 private:
  static constexpr std::uint32_t kNone = 0xffff'ffff;

  struct Entry {
    std::uint64_t account = 0;
    NonceId nonce;
    base::WallTime forgotten{};  // the youngest nonce of this account that was pushed out by its own kind
    std::uint64_t seen = 0;      // bit i: count `top - i` was used
    std::uint32_t top = 0;       // highest count used
    std::uint32_t older = kNone;
    std::uint32_t newer = kNone;
  };
  /// What the account has in the table.
  struct Holdings {
    std::size_t count = 0;
    std::uint32_t wanted = kNone;    // the nonce that is asked for
    std::uint32_t earliest = kNone;  // the one issued first
    base::WallTime forgotten{};
  };

  [[nodiscard]] static bool mark(Entry& entry, std::uint32_t nc);
  [[nodiscard]] std::uint64_t hash_of(std::uint64_t account) const { return base::hash_word(seed_, account); }
  [[nodiscard]] Holdings holdings(std::uint64_t account, const NonceId& nonce) const;
  void drop_expired(base::WallTime now);
  std::uint32_t take_slot();
  void insert(std::uint64_t account, const NonceId& nonce, std::uint32_t nc, base::WallTime forgotten);
  void remove(std::uint32_t slot);

  std::vector<Entry> entries_;  // grows within its reserve, so that an idle server does not pay for the bound
  base::IndexTable by_account_;
  base::HashSeed seed_;
  std::chrono::seconds lifetime_;
  base::WallTime forgotten_;
  std::uint32_t free_ = kNone;    // chained through `newer`
  std::uint32_t oldest_ = kNone;  // in order of first use
  std::uint32_t newest_ = kNone;
  std::size_t size_ = 0;
  std::uint64_t evicted_ = 0;
};

}  // namespace ringfence::auth
