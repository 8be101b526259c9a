// SPDX-License-Identifier: Apache-2.0
// BlockPool: raw blocks of one size, cut from slabs and reused.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

namespace ringfence::base {

/// Grows slab by slab to at most `max_blocks`; never gives memory back before it goes. One thread.
class BlockPool {
 public:
  /// @param block_bytes  usable size; blocks are aligned to a cache line
  BlockPool(std::size_t block_bytes, std::size_t max_blocks);
  ~BlockPool();  ///< blocks still taken become invalid
  BlockPool(const BlockPool&) = delete;
  BlockPool& operator=(const BlockPool&) = delete;

  /// An uninitialised block, or nullptr when all are taken.
  [[nodiscard]] void* take();
  /// Takes a block back; nullptr is allowed. Under AddressSanitizer its bytes are poisoned until it is taken
  /// again.
  void give(void* block);
  /// Allocates every slab now, so that take() never does.
  void reserve_all();

  [[nodiscard]] std::size_t in_use() const { return in_use_; }
  [[nodiscard]] std::size_t capacity() const { return max_blocks_; }
  [[nodiscard]] std::size_t block_bytes() const { return block_bytes_; }

 private:
  struct Free {
    Free* next;
  };
  struct SlabDeleter {
    void operator()(std::byte* slab) const;
  };

  bool add_slab();

  std::size_t block_bytes_;
  std::size_t max_blocks_;
  std::size_t blocks_per_slab_;
  std::size_t allocated_ = 0;
  std::size_t in_use_ = 0;
  Free* free_ = nullptr;
  std::vector<std::unique_ptr<std::byte, SlabDeleter>> slabs_;
};

}  // namespace ringfence::base
