// SPDX-License-Identifier: Apache-2.0
// Options of the journal (options `journal.*`).
#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>

namespace ringfence::journal {

struct Options {
  std::filesystem::path directory{};  ///< the segments; made when missing
  std::filesystem::path
      ring_directory{};  ///< the rings, on tmpfs where there is one; empty: with the segments
  unsigned rings = 1;    ///< one per shard
  std::size_t ring_bytes = std::size_t{4} << 20;       ///< each; at least kMinRing, rounded up to pages
  std::size_t segment_bytes = std::size_t{64} << 20;   ///< a segment that has reached this is closed
  std::size_t compact_bytes = std::size_t{128} << 20;  ///< below this on disk nothing is compacted
  /// How often rings are copied and synced: with the time of one sync, what a loss of power can take.
  std::chrono::milliseconds interval{10};
  /// Without it nothing runs by itself: the owner calls copy(), as simulations and tests do.
  bool copier_thread = true;

  static constexpr std::size_t kMinRing = std::size_t{1} << 20;
};

}  // namespace ringfence::journal
