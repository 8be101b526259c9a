// SPDX-License-Identifier: Apache-2.0
// The allocation counter that other tests rely on.
#include "base/allocation_counter.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <memory>
#include <string>
#include <thread>

using namespace ringfence::base;

namespace {

/// Keeps the compiler from removing an allocation that nobody uses.
template <class T>
T* kept(T* block) {
  static T* volatile seen;
  seen = block;
  return seen;
}

template <class Allocate>
std::uint64_t counted(Allocate allocate) {
  const auto before = allocations_on_this_thread();
  allocate();
  return allocations_on_this_thread() - before;
}

}  // namespace

TEST_CASE("each way to allocate is counted, on the thread that does it") {
  if (!counting_available()) {
    CHECK(counted([] { std::free(kept(std::malloc(10))); }) == 0);
    return;
  }
  CHECK(counted([] { std::free(kept(std::malloc(10))); }) == 1);
  CHECK(counted([] { std::free(kept(std::calloc(10, 10))); }) == 1);
  CHECK(counted([] { std::free(kept(std::aligned_alloc(64, 128))); }) == 1);
  CHECK(counted([] { delete kept(new int{1}); }) == 1);
  CHECK(counted([] { kept(std::string(1000, 'x').data()); }) == 1);
  CHECK(counted([] {}) == 0);

  std::uint64_t other = 0;
  std::thread thread{[&other] { other = counted([] { std::free(kept(std::malloc(10))); }); }};
  const auto mine = counted([&thread] { thread.join(); });
  CHECK(mine == 0);
  CHECK(other == 1);
}
