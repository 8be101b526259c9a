// SPDX-License-Identifier: Apache-2.0
// The counters that the counting allocator moves.
#include "base/allocation_counter.h"

#include <cstdlib>

namespace ringfence::base {
namespace {

constinit thread_local std::uint64_t allocations = 0;

}  // namespace

std::uint64_t allocations_on_this_thread() {
  return allocations;
}

bool counting_available() {
  // By way of a pointer: the compiler knows malloc, and that a malloc it knows would not touch our counter.
  void* (*volatile allocate)(std::size_t) = std::malloc;
  const std::uint64_t before = allocations;
  std::free(allocate(1));
  const bool counted = allocations != before;
  allocations = before;
  return counted;
}

namespace detail {

void count_allocation() {
  ++allocations;
}

}  // namespace detail
}  // namespace ringfence::base
