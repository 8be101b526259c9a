// SPDX-License-Identifier: Apache-2.0
// Handle: the 64-bit name of a call, and the shard that owns it.
#pragma once

#include <cstdint>

#include "base/hash.h"
#include "base/random.h"
#include "net/flow.h"

namespace ringfence::call {

/// Node id in the upper 16 bits, 48 random bits below. Zero names no call.
struct Handle {
  std::uint64_t value = 0;

  explicit operator bool() const { return value != 0; }
  friend bool operator==(const Handle&, const Handle&) = default;
};

/// The shard that owns a call (DESIGN: ownership table). The seed is the process's; all shards share it.
[[nodiscard]] inline net::ShardId shard_of(Handle handle, const base::HashSeed& seed, unsigned shards) {
  return static_cast<net::ShardId>(base::hash_word(seed, handle.value) % shards);
}

/// Draws a handle that belongs to `here`, so that a whole call lives on the shard that its Call-ID chose.
/// Expected number of draws: `shards`.
[[nodiscard]] inline Handle draw_handle(base::Random& random, std::uint16_t node, const base::HashSeed& seed,
                                        net::ShardId here, unsigned shards) {
  constexpr std::uint64_t kRandomBits = (std::uint64_t{1} << 48) - 1;
  for (;;) {
    const Handle handle{(std::uint64_t{node} << 48) | (random.next() & kRandomBits)};
    if (handle && shard_of(handle, seed, shards) == here) return handle;
  }
}

}  // namespace ringfence::call
