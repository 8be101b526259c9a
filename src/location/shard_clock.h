// SPDX-License-Identifier: Apache-2.0
// ShardClock: a shard's time, read once per turn, as a Clock.
#pragma once

#include "base/time.h"
#include "net/shard.h"

namespace ringfence::location {

class ShardClock final : public base::Clock {
 public:
  explicit ShardClock(const net::Shard& shard) : shard_{shard} {}  ///< outlives us
  [[nodiscard]] base::MonoTime now() const override { return shard_.now(); }
  [[nodiscard]] base::WallTime wall() const override { return shard_.wall(); }

 private:
  const net::Shard& shard_;
};

}  // namespace ringfence::location
