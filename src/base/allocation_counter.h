// SPDX-License-Identifier: Apache-2.0
// How often this thread has allocated: for tests that prove a path allocates nothing.
#pragma once

#include <cstdint>

namespace ringfence::base {

/// Calls of malloc, calloc, realloc, the aligned forms, and so of operator new, on this thread since it
/// began.
[[nodiscard]] std::uint64_t allocations_on_this_thread();
/// True in programs that link `rf_counting_allocator` and run without a sanitizer; elsewhere the count stays
/// 0.
[[nodiscard]] bool counting_available();

namespace detail {

/// Called by the counting allocator (tests/counting_allocator.cpp) and by nothing else.
void count_allocation();

}  // namespace detail
}  // namespace ringfence::base
