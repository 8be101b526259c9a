// SPDX-License-Identifier: Apache-2.0
// Slabs of the record arena.
#include "location/record_arena.h"

#include <sys/mman.h>

#include <cstdint>
#include <new>

#include "base/assert.h"
#include "base/poison.h"

namespace ringfence::location {

RecordArena::~RecordArena() {
  for (const Chunk& chunk : chunks_) {
    base::unpoison(chunk.mapped, chunk.bytes);
    ::munmap(chunk.mapped, chunk.bytes);
  }
}

void* RecordArena::take(std::size_t bytes) {
  if (bytes > kLargest) return ::operator new(bytes, std::align_val_t{kStep});
  const std::size_t size_class = class_of(bytes);
  if (free_[size_class] == nullptr) cut_slab(size_class);
  Free* const block = free_[size_class];
  base::unpoison(block, (size_class + 1) * kStep);
  free_[size_class] = block->next;
  return block;
}

void RecordArena::give(void* block, std::size_t bytes) {
  if (bytes > kLargest) {
    ::operator delete(block, std::align_val_t{kStep});
    return;
  }
  const auto slab = reinterpret_cast<std::uintptr_t>(block) & ~(kSlab - 1);
  RecordArena& arena = *reinterpret_cast<const Slab*>(slab)->arena;
  const std::size_t size_class = class_of(bytes);
  arena.free_[size_class] = new (block) Free{arena.free_[size_class]};
  base::poison(block, (size_class + 1) * kStep);
}

void RecordArena::cut_slab(std::size_t size_class) {
  std::byte* const slab = next_slab();
  new (slab) Slab{this};
  const std::size_t size = (size_class + 1) * kStep;
  // From the back, so that blocks are handed out in the order in which they lie.
  for (std::size_t count = (kSlab - kStep) / size; count > 0; --count) {
    std::byte* const block = slab + kStep + (count - 1) * size;
    free_[size_class] = new (block) Free{free_[size_class]};
    base::poison(block, size);
  }
}

std::byte* RecordArena::next_slab() {
  if (fresh_ == fresh_end_) {
    const std::size_t bytes = kChunk + kSlab;  // room to align
    void* const mapped = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    RF_ASSERT(mapped != MAP_FAILED);  // as operator new: out of memory ends the process
    chunks_.push_back({mapped, bytes});
    const auto aligned = (reinterpret_cast<std::uintptr_t>(mapped) + kSlab - 1) & ~(kSlab - 1);
    fresh_ = reinterpret_cast<std::byte*>(aligned);
    fresh_end_ = fresh_ + kChunk;
  }
  std::byte* const slab = fresh_;
  fresh_ += kSlab;
  return slab;
}

}  // namespace ringfence::location
