// SPDX-License-Identifier: Apache-2.0
// The pool of raw blocks.
#include "base/block_pool.h"

#include <doctest/doctest.h>

#include <cstdint>
#include <cstring>
#include <set>
#include <vector>

#include "base/allocation_counter.h"
#include "base/cache_line.h"

using namespace ringfence::base;

TEST_CASE("blocks are distinct, aligned, as large as asked for, and no more than allowed") {
  for (const std::size_t bytes : {1U, 64U, 100U, 4160U, 300'000U}) {
    constexpr std::size_t kMost = 150;
    BlockPool pool{bytes, kMost};
    CHECK(pool.block_bytes() >= bytes);
    std::vector<std::byte*> blocks;
    for (std::size_t i = 0; i < kMost; ++i) {
      auto* const block = static_cast<std::byte*>(pool.take());
      REQUIRE(block != nullptr);
      CHECK(reinterpret_cast<std::uintptr_t>(block) % kCacheLine == 0);
      std::memset(block, static_cast<int>(i), bytes);
      blocks.push_back(block);
    }
    CHECK(pool.take() == nullptr);
    CHECK(pool.in_use() == kMost);
    for (std::size_t i = 0; i < kMost; ++i) {
      CHECK(blocks[i][0] == static_cast<std::byte>(i));
      CHECK(blocks[i][bytes - 1] == static_cast<std::byte>(i));
    }
    for (std::byte* block : blocks) pool.give(block);
    CHECK(pool.in_use() == 0);
  }
}

TEST_CASE("a block that was given back is the next one taken, while it is warm") {
  BlockPool pool{128, 10};
  void* const first = pool.take();
  void* const second = pool.take();
  pool.give(first);
  CHECK(pool.take() == first);
  pool.give(second);
  pool.give(nullptr);
  CHECK(pool.in_use() == 1);
}

TEST_CASE("a pool with everything reserved allocates nothing") {
  if (!counting_available()) return;
  BlockPool pool{2048, 1000};
  pool.reserve_all();
  CHECK(pool.in_use() == 0);
  const auto before = allocations_on_this_thread();
  std::set<void*>::size_type taken = 0;
  while (pool.take() != nullptr) ++taken;
  CHECK(taken == 1000);
  CHECK(allocations_on_this_thread() == before);
}
