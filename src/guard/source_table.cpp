// SPDX-License-Identifier: Apache-2.0
// Remembering, forgetting and finding proven flows.
#include "guard/source_table.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

namespace ringfence::guard {
namespace {

constexpr std::int64_t kKnownBit = 1;
constexpr std::int64_t kKnownWorth = std::int64_t{1} << 62;

/// What is lost when an entry gives way: nothing when it is over, else its time, and Known counts above all
/// Validated.
std::int64_t worth_of(std::int64_t until, std::int64_t now) {
  if (until <= now) return 0;
  return (until & kKnownBit) != 0 ? kKnownWorth + (until - now) / 2 : until - now;
}

}  // namespace

SourceTable::SourceTable(const base::HashSeed& seed, std::size_t flows)
    : seed_{seed},
      lines_{std::bit_ceil((flows + kCandidates - 1) / kCandidates)},
      table_{std::make_unique<Line[]>(lines_)} {}

std::uint64_t SourceTable::fingerprint_of(const net::Flow& flow) const {
  std::array<std::byte, 20> key{};
  std::memcpy(key.data(), flow.remote.address.raw().data(), 16);
  std::memcpy(key.data() + 16, &flow.remote.port, 2);
  key[18] = static_cast<std::byte>(flow.listener);
  key[19] = static_cast<std::byte>(flow.protocol);
  return base::hash_bytes(seed_, key) | 1;  // never the mark of a free entry
}

bool SourceTable::remember(const net::Flow& flow, net::SourceClass shown, base::MonoTime until,
                           base::MonoTime now) {
  const auto fingerprint = fingerprint_of(flow);
  const std::int64_t known = shown == net::SourceClass::Known ? kKnownBit : 0;
  const std::int64_t end = (until.time_since_epoch().count() & ~kKnownBit) | known;
  const std::int64_t moment = now.time_since_epoch().count();
  Entry* victim = nullptr;
  std::int64_t worth = 0;
  for (auto& entry : line_of(fingerprint).entries) {
    const auto held_until = entry.until.load(std::memory_order_relaxed);
    if (entry.fingerprint.load(std::memory_order_relaxed) == fingerprint) {
      const bool over = held_until <= moment;  // then what it had shown no longer counts
      const bool was_known = !over && (held_until & kKnownBit) != 0;
      if (was_known && known == 0) return false;  // a lesser proof does not prolong a greater one
      entry.until.store(over ? end : std::max(held_until, end) | ((held_until | end) & kKnownBit),
                        std::memory_order_relaxed);
      return false;
    }
    const auto entry_worth = worth_of(held_until, moment);
    if (victim == nullptr || entry_worth < worth) {
      victim = &entry;
      worth = entry_worth;
    }
  }
  // Any host can become Validated: that must never cost a flow that registered its place (DESIGN: promise 1).
  if (worth >= kKnownWorth && known == 0) return true;
  // Two shards may choose the same victim at once: one flow is then merely unknown until its next proof.
  victim->fingerprint.store(0, std::memory_order_relaxed);
  victim->until.store(end, std::memory_order_relaxed);
  victim->fingerprint.store(fingerprint, std::memory_order_release);
  return worth != 0;
}

void SourceTable::forget(const net::Flow& flow) {
  const auto fingerprint = fingerprint_of(flow);
  for (auto& entry : line_of(fingerprint).entries) {
    auto expected = fingerprint;
    if (entry.fingerprint.compare_exchange_strong(expected, 0, std::memory_order_relaxed)) {
      entry.until.store(0, std::memory_order_relaxed);
    }
  }
}

std::int64_t SourceTable::until_of(const net::Flow& flow) const {
  const auto fingerprint = fingerprint_of(flow);
  for (const auto& entry : line_of(fingerprint).entries) {
    if (entry.fingerprint.load(std::memory_order_acquire) == fingerprint) {
      return entry.until.load(std::memory_order_relaxed);
    }
  }
  return 0;
}

net::SourceClass SourceTable::class_of(const net::Flow& flow, base::MonoTime now) const {
  const auto until = until_of(flow);
  if (until <= now.time_since_epoch().count()) return net::SourceClass::Unknown;
  return (until & kKnownBit) != 0 ? net::SourceClass::Known : net::SourceClass::Validated;
}

base::MonoTime SourceTable::known_until(const net::Flow& flow) const {
  const auto until = until_of(flow);
  return base::MonoTime{base::Nanos{(until & kKnownBit) != 0 ? until : 0}};
}

}  // namespace ringfence::guard
