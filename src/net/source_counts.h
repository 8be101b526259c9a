// SPDX-License-Identifier: Apache-2.0
// SourceCounts: how many unauthenticated connections each source holds, over all shards.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "base/address.h"
#include "base/hash.h"

namespace ringfence::net {

/// The part of an address that one customer can choose freely counts as one source: IPv4 whole, IPv6 its /64.
[[nodiscard]] base::IpAddress source_prefix(const base::IpAddress& address);

/// A counting sketch of fixed size (512 KiB), shared by all shards, relaxed atomics. It never counts too
/// little; it counts too much for a source that meets busy ones in both rows, and nobody can aim at that: the
/// hash is seeded.
class SourceCounts {
 public:
  explicit SourceCounts(const base::HashSeed& seed);

  void enter(const base::IpAddress& address);
  void leave(const base::IpAddress& address);
  [[nodiscard]] std::size_t count(const base::IpAddress& address) const;

 private:
  static constexpr std::size_t kCells = 65'536;
  using Row = std::array<std::atomic<std::uint32_t>, kCells>;
  struct Cells {
    std::atomic<std::uint32_t>& first;
    std::atomic<std::uint32_t>& second;
  };
  [[nodiscard]] Cells cells(const base::IpAddress& address) const;

  base::HashSeed seed_;
  std::unique_ptr<Row> first_;
  std::unique_ptr<Row> second_;
};

}  // namespace ringfence::net
