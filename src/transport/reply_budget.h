// SPDX-License-Identifier: Apache-2.0
// How much we may say to UDP sources that have proven nothing: small, seldom, and bounded for the whole
// shard.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/address.h"
#include "base/hash.h"
#include "base/time.h"

namespace ringfence::transport {

/// Why an answer may or may not leave.
enum class ReplyVerdict : std::uint8_t {
  Allowed,
  TooBig,        ///< the answer would pass the request's size by more than `extra_bytes`
  AddressSpent,  ///< this address had its answer within `interval`
  GlobalSpent,   ///< all addresses together had `per_second` answers
  TableFull,  ///< the address's row holds only addresses answered within `interval`: refused, or they could
              ///< be evicted
};

/// Keeps us from being an amplifier (DESIGN §4, reference A-17): a forged source must never get more from us
/// than a trickle. One per shard, no lock; memory is fixed at construction.
class ReplyBudget {
 public:
  struct Limits {
    std::size_t extra_bytes = 120;  ///< an answer is at most this much bigger than its request
    base::Nanos interval = std::chrono::seconds{1};  ///< one answer per address in this time
    std::uint32_t per_second = 1000;                 ///< all addresses together; also the burst
    std::size_t rows = 1024;                         ///< a power of two; each row remembers four addresses
  };

  /// `seed` keeps strangers from aiming at one row.
  ReplyBudget(const base::HashSeed& seed, const Limits& limits);

  /// The share of one of `shards` shards: a source may reach each of them by changing its port, so each gives
  /// one answer per `shards` intervals, and together they keep the promise made for the process.
  [[nodiscard]] static Limits share_of(Limits process, unsigned shards);

  /// Asks for one answer of `reply_bytes` to a request of `request_bytes`; Allowed spends it.
  ///
  /// An IPv6 address stands for its /64: that is one customer's line, and one victim.
  [[nodiscard]] ReplyVerdict spend(const base::IpAddress& to, std::size_t request_bytes,
                                   std::size_t reply_bytes, base::MonoTime now);

 private:
  static constexpr std::size_t kWays = 4;
  struct Entry {
    std::uint64_t address = 0;  // seeded hash of the prefix; 0 = empty
    base::MonoTime answered{};
  };

  [[nodiscard]] std::uint64_t key_of(const base::IpAddress& address) const;
  [[nodiscard]] Entry* place_for(std::uint64_t key, base::MonoTime now, ReplyVerdict& refusal);
  [[nodiscard]] bool token_left(base::MonoTime now);

  base::HashSeed seed_;
  Limits limits_;
  std::vector<Entry> entries_;
  base::Nanos credit_;  // token bucket in time: one answer costs 1 s / per_second
  base::MonoTime refilled_{};
};

}  // namespace ringfence::transport
