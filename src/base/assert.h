// SPDX-License-Identifier: Apache-2.0
// RF_ASSERT: a broken promise of our own stops the process, in release builds too. Input from outside never
// reaches one.
#pragma once

namespace ringfence::base {

/// Prints the broken promise and its place to stderr, then aborts.
[[noreturn]] void assertion_failed(const char* promise, const char* file, int line) noexcept;

}  // namespace ringfence::base

#define RF_ASSERT(promise) \
  (static_cast<bool>(promise) ? void() : ::ringfence::base::assertion_failed(#promise, __FILE__, __LINE__))
