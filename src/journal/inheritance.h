// SPDX-License-Identifier: Apache-2.0
// Inheritance: what an earlier process left in segments and rings, read and taken over step by step.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <vector>

#include "base/failure.h"
#include "journal/options.h"
#include "journal/recovery.h"
#include "journal/ring.h"
#include "journal/segment.h"
#include "journal/stream_set.h"

namespace ringfence::journal {

/// Every step may be cut short by a crash, and then begins anew at the next start: rings are replaced only
/// after what they held is on disk, and a record that is found twice is handed on once.
class Inheritance {
 public:
  /// `options.ring_directory` must be set.
  Inheritance(const Options& options, Recovery& recovery, StreamSet& streams)
      : options_{options}, recovery_{recovery}, streams_{streams} {}

  /// Step 1: hands on every record, segments first, then what rings hold beyond them.
  [[nodiscard]] base::Result<void> read(const RecordHandler& on_record);
  /// Step 2: the first segment of this run, with what only the rings held, on disk.
  [[nodiscard]] base::Result<SegmentWriter> rescue();
  /// Step 3: new rings in place of the old ones.
  [[nodiscard]] base::Result<std::vector<Ring>> replace_rings();

  [[nodiscard]] std::uint64_t journal() const { return journal_; }
  [[nodiscard]] std::uint64_t highest_sequence() const { return highest_; }
  /// Numbers of the segments found, and their size together.
  [[nodiscard]] const std::vector<std::uint64_t>& segments() const { return segments_; }
  [[nodiscard]] std::uint64_t bytes_on_disk() const { return bytes_on_disk_; }

 private:
  [[nodiscard]] base::Result<void> read_segment(const SegmentName& name, Recoverer& recoverer);
  [[nodiscard]] base::Result<void> read_rings(const std::filesystem::path& directory, Recoverer& recoverer);
  [[nodiscard]] base::Result<void> read_ring(const std::filesystem::path& path, Recoverer& recoverer);

  const Options& options_;
  Recovery& recovery_;
  StreamSet& streams_;
  std::uint64_t journal_ = 0;
  std::uint64_t highest_ = 0;
  std::uint64_t bytes_on_disk_ = 0;
  std::vector<std::uint64_t> segments_;
  std::vector<Ring> left_;  // kept: their locks keep other processes out until they are replaced
  std::vector<std::filesystem::path> left_paths_;
  std::vector<std::byte> rescued_;
};

}  // namespace ringfence::journal
