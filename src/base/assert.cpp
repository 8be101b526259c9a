// SPDX-License-Identifier: Apache-2.0
// The end of a process whose own promise was broken.
#include "base/assert.h"

#include <cstdio>
#include <cstdlib>

namespace ringfence::base {

void assertion_failed(const char* promise, const char* file, int line) noexcept {
  (void)std::fprintf(stderr, "ringfence: broken promise '%s' at %s:%d\n", promise, file, line);
  std::abort();
}

}  // namespace ringfence::base
