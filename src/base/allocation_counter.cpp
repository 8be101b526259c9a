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
  const std::uint64_t before = allocations;
  void* volatile probe = std::malloc(1);  // volatile, or the pair would be optimised away
  std::free(probe);
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
