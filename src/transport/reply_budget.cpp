// SPDX-License-Identifier: Apache-2.0
// The table of addresses answered lately, and the bucket all strangers share.
#include "transport/reply_budget.h"

#include <algorithm>
#include <bit>

#include "base/assert.h"

namespace ringfence::transport {

namespace {
constexpr base::Nanos kSecond = std::chrono::seconds{1};
}

ReplyBudget::ReplyBudget(const base::HashSeed& seed, const Limits& limits)
    : seed_{seed}, limits_{limits}, entries_(limits.rows * kWays), credit_{kSecond} {
  RF_ASSERT(std::has_single_bit(limits.rows) && limits.per_second > 0);
}

ReplyBudget::Limits ReplyBudget::share_of(Limits process, unsigned shards) {
  process.interval *= shards;
  process.per_second = std::max(1U, process.per_second / shards);
  return process;
}

ReplyVerdict ReplyBudget::spend(const base::IpAddress& to, std::size_t request_bytes, std::size_t reply_bytes,
                                base::MonoTime now) {
  if (reply_bytes > request_bytes + limits_.extra_bytes) return ReplyVerdict::TooBig;
  const std::uint64_t key = key_of(to);
  ReplyVerdict refusal = ReplyVerdict::TableFull;
  Entry* const entry = place_for(key, now, refusal);
  if (entry == nullptr) return refusal;
  if (!token_left(now)) return ReplyVerdict::GlobalSpent;
  *entry = {key, now};
  return ReplyVerdict::Allowed;
}

std::uint64_t ReplyBudget::key_of(const base::IpAddress& address) const {
  const std::span raw(address.raw());
  const auto prefix = address.is_v4() ? raw : raw.first(8);
  const std::uint64_t key = base::hash_bytes(seed_, std::as_bytes(prefix));
  return key == 0 ? 1 : key;
}

/// The address's own entry, or the one to overwrite: an entry may go once its interval has passed, never
/// before.
ReplyBudget::Entry* ReplyBudget::place_for(std::uint64_t key, base::MonoTime now, ReplyVerdict& refusal) {
  const std::span row = std::span(entries_).subspan((key & (limits_.rows - 1)) * kWays, kWays);
  Entry* free = nullptr;
  for (Entry& entry : row) {
    const bool fresh = entry.address != 0 && now - entry.answered < limits_.interval;
    if (entry.address == key) {
      if (!fresh) return &entry;
      refusal = ReplyVerdict::AddressSpent;
      return nullptr;
    }
    if (!fresh && free == nullptr) free = &entry;
  }
  return free;
}

bool ReplyBudget::token_left(base::MonoTime now) {
  const base::Nanos cost = kSecond / limits_.per_second;
  credit_ = std::min(kSecond, credit_ + (now - refilled_));
  refilled_ = now;
  if (credit_ < cost) return false;
  credit_ -= cost;
  return true;
}

}  // namespace ringfence::transport
