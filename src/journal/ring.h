// SPDX-License-Identifier: Apache-2.0
// Ring: a file mapped by its one writer, twice in a row, so that no record is ever cut at the end.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <vector>

#include "base/bytes.h"
#include "base/cache_line.h"
#include "base/failure.h"

namespace ringfence::journal {

/// The first page of a ring file. Positions count bytes for ever; modulo the size they are places.
struct RingHeader {
  static constexpr std::uint64_t kMagic = 0x676e'6952'4a46'4652;  // "RFFJRing"
  static constexpr std::uint32_t kVersion = 1;
  static constexpr std::size_t kBytes = 4096;

  std::uint64_t magic = kMagic;
  std::uint32_t version = kVersion;
  std::uint32_t index = 0;
  std::uint64_t journal = 0;                                  ///< the journal it belongs to
  std::uint64_t size = 0;                                     ///< of the data behind this page
  alignas(base::kCacheLine) std::atomic<std::uint64_t> head;  ///< written by the shard: records end here
  alignas(base::kCacheLine) std::atomic<std::uint64_t> tail;  ///< written by the copier: on disk up to here
};
static_assert(sizeof(RingHeader) <= RingHeader::kBytes);
static_assert(std::atomic<std::uint64_t>::is_always_lock_free);

/// "ring-3.ring" in that directory.
[[nodiscard]] std::filesystem::path ring_path(const std::filesystem::path& directory, std::size_t index);
/// All of a directory, in the order of their numbers.
[[nodiscard]] std::vector<std::filesystem::path> list_rings(const std::filesystem::path& directory);

/// Owns the mapping and the lock on the file.
class Ring {
 public:
  Ring() = default;
  Ring(Ring&& other) noexcept { swap(other); }
  Ring& operator=(Ring&& other) noexcept {
    swap(other);
    return *this;
  }
  ~Ring();

  /// Makes the file anew, empty, all its space taken: later writes cannot fail for lack of it.
  /// @error cannot be made, or no space
  [[nodiscard]] static base::Result<Ring> create(const std::filesystem::path& file, std::uint64_t journal,
                                                 std::uint32_t index, std::size_t data_bytes);
  /// Opens what an earlier process left; nothing when it is too damaged to be a ring.
  /// @error another process uses it, or another version of us wrote it
  [[nodiscard]] static base::Result<std::optional<Ring>> open_left(const std::filesystem::path& file);

  [[nodiscard]] RingHeader& header() { return *header_; }
  [[nodiscard]] const RingHeader& header() const { return *header_; }
  [[nodiscard]] std::size_t size() const { return size_; }
  /// The place of a position; up to size() bytes follow it without a gap.
  [[nodiscard]] std::byte* at(std::uint64_t position) { return data_ + position % size_; }
  /// The bytes between two positions.
  [[nodiscard]] base::Bytes between(std::uint64_t from, std::uint64_t to) const {
    return {data_ + from % size_, static_cast<std::size_t>(to - from)};
  }

 private:
  void swap(Ring& other) noexcept;
  [[nodiscard]] bool map(std::size_t data_bytes);

  int fd_ = -1;
  RingHeader* header_ = nullptr;
  std::byte* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace ringfence::journal
