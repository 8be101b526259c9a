// SPDX-License-Identifier: Apache-2.0
// RecordArena: memory for records, in steps of 16 bytes, so that a binding costs what its text needs.
#pragma once

#include <array>
#include <cstddef>
#include <vector>

namespace ringfence::location {

/// A general allocator adds a header and its own rounding to each block, and a refresh would call it twice.
/// One thread.
class RecordArena {
 public:
  RecordArena() = default;
  ~RecordArena();  ///< no block may be in use any more
  RecordArena(const RecordArena&) = delete;
  RecordArena& operator=(const RecordArena&) = delete;

  static constexpr std::size_t kStep = 16;
  /// Larger blocks (an address of record with many contacts) come from the general allocator.
  static constexpr std::size_t kLargest = 1024;

  /// At least `bytes`, aligned to kStep.
  [[nodiscard]] void* take(std::size_t bytes);
  /// Takes a block of that size back into the arena it came from. The arena's thread.
  static void give(void* block, std::size_t bytes);

  /// What the arena has from the system.
  [[nodiscard]] std::size_t reserved_bytes() const { return chunks_.size() * kChunk; }

 private:
  static constexpr std::size_t kClasses = kLargest / kStep;
  static constexpr std::size_t kSlab = std::size_t{64}
                                       << 10;  // of one class; aligned to its size, its head names us
  static constexpr std::size_t kChunk = std::size_t{1} << 20;  // what we ask the system for
  struct Slab {
    RecordArena* arena;
  };
  struct Free {
    Free* next;
  };
  struct Chunk {
    void* mapped;
    std::size_t bytes;
  };

  [[nodiscard]] static std::size_t class_of(std::size_t bytes) { return (bytes + kStep - 1) / kStep - 1; }
  void cut_slab(std::size_t size_class);
  [[nodiscard]] std::byte* next_slab();

  std::array<Free*, kClasses> free_{};
  std::vector<Chunk> chunks_;
  std::byte* fresh_ = nullptr;  // the part of the last chunk that is no slab yet
  std::byte* fresh_end_ = nullptr;
};

}  // namespace ringfence::location
