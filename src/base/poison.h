// SPDX-License-Identifier: Apache-2.0
// Marks memory that a pool keeps as nobody's, so that AddressSanitizer reports who touches it.
#pragma once

#include <cstddef>

#if defined(__SANITIZE_ADDRESS__)
#define RF_POISONS 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define RF_POISONS 1
#endif
#endif
#ifdef RF_POISONS
#include <sanitizer/asan_interface.h>
#endif

namespace ringfence::base {

/// From now on nobody may touch these bytes. No effect in a build without AddressSanitizer.
inline void poison([[maybe_unused]] const void* memory, [[maybe_unused]] std::size_t bytes) {
#ifdef RF_POISONS
  ASAN_POISON_MEMORY_REGION(memory, bytes);
#endif
}

/// They may be touched again. Memory must not go back to the system poisoned.
inline void unpoison([[maybe_unused]] const void* memory, [[maybe_unused]] std::size_t bytes) {
#ifdef RF_POISONS
  ASAN_UNPOISON_MEMORY_REGION(memory, bytes);
#endif
}

}  // namespace ringfence::base
