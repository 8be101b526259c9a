// SPDX-License-Identifier: Apache-2.0
// Segment: an append-only file of frames, numbered; the journal on disk is all segments in order.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <vector>

#include "base/bytes.h"
#include "base/failure.h"
#include "journal/file.h"

namespace ringfence::journal {

struct SegmentHeader {
  static constexpr std::uint64_t kMagic = 0x6765'5346'4a46'5200;  // "\0RFJFSeg"
  static constexpr std::uint32_t kVersion = 1;

  std::uint64_t magic = kMagic;
  std::uint32_t version = kVersion;
  std::uint32_t check = 0;    ///< CRC32C of everything after this field
  std::uint64_t journal = 0;  ///< random; says which files belong together
  std::uint64_t number = 0;
  std::uint64_t floor = 0;  ///< no record in an earlier segment has a higher sequence
  std::uint64_t reserved[3] = {};
};
static_assert(sizeof(SegmentHeader) == 64);

struct SegmentName {
  std::uint64_t number = 0;
  std::filesystem::path path;
};

[[nodiscard]] std::filesystem::path segment_path(const std::filesystem::path& directory,
                                                 std::uint64_t number);
/// All segments of a directory in order; other files are left alone.
[[nodiscard]] std::vector<SegmentName> list_segments(const std::filesystem::path& directory);

/// How the head of a segment reads.
enum class SegmentHead : std::uint8_t { Good, Short, Corrupt, OtherVersion };
/// @param out  the header, unless it is Short or Corrupt
[[nodiscard]] SegmentHead read_segment_header(base::Bytes file, SegmentHeader& out);

/// The segment that is being written. A failed append leaves it as it was before.
class SegmentWriter {
 public:
  /// @return 0, or the errno of what failed; then nothing is left behind
  [[nodiscard]] int create(const std::filesystem::path& directory, std::uint64_t journal,
                           std::uint64_t number, std::uint64_t floor);
  /// @return 0, or the errno: nothing of `bytes` counts then
  [[nodiscard]] int append(base::Bytes bytes);
  /// @return 0, or the errno: what was appended since the last sync may be lost, and this file must not be
  /// used again
  [[nodiscard]] int sync();

  [[nodiscard]] std::uint64_t size() const { return size_; }
  [[nodiscard]] std::uint64_t number() const { return number_; }
  [[nodiscard]] bool is_open() const { return static_cast<bool>(file_); }

 private:
  File file_;
  std::uint64_t number_ = 0;
  std::uint64_t size_ = 0;
};

}  // namespace ringfence::journal
