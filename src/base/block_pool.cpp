// SPDX-License-Identifier: Apache-2.0
// Slabs and the free list of the block pool.
#include "base/block_pool.h"

#include <algorithm>
#include <new>

#include "base/assert.h"
#include "base/cache_line.h"
#include "base/poison.h"

namespace ringfence::base {
namespace {

constexpr std::size_t kSlabBytes = std::size_t{256} * 1024;
constexpr std::align_val_t kAlignment{kCacheLine};

std::size_t rounded_up(std::size_t bytes) {
  return (bytes + kCacheLine - 1) / kCacheLine * kCacheLine;
}

}  // namespace

void BlockPool::SlabDeleter::operator()(std::byte* slab) const {
  ::operator delete(slab, kAlignment);
}

BlockPool::BlockPool(std::size_t block_bytes, std::size_t max_blocks)
    : block_bytes_{std::max(rounded_up(block_bytes), kCacheLine)},
      max_blocks_{max_blocks},
      blocks_per_slab_{std::max<std::size_t>(1, kSlabBytes / block_bytes_)} {}

BlockPool::~BlockPool() {
  for (std::size_t i = 0; i < slabs_.size(); ++i) unpoison(slabs_[i].get(), blocks_per_slab_ * block_bytes_);
}

bool BlockPool::add_slab() {
  const std::size_t count = std::min(blocks_per_slab_, max_blocks_ - allocated_);
  if (count == 0) return false;
  auto* const slab = static_cast<std::byte*>(::operator new(blocks_per_slab_ * block_bytes_, kAlignment));
  slabs_.emplace_back(slab);
  allocated_ += count;
  in_use_ += count;
  for (std::size_t i = count; i-- > 0;) give(slab + i * block_bytes_);
  return true;
}

void BlockPool::reserve_all() {
  while (add_slab()) {
  }
}

void* BlockPool::take() {
  if (free_ == nullptr && !add_slab()) return nullptr;
  Free* const block = free_;
  unpoison(block, block_bytes_);
  free_ = block->next;
  ++in_use_;
  return block;
}

void BlockPool::give(void* block) {
  if (block == nullptr) return;
  RF_ASSERT(in_use_ > 0);
  free_ = ::new (block) Free{free_};
  poison(block, block_bytes_);
  --in_use_;
}

}  // namespace ringfence::base
