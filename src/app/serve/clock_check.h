// SPDX-License-Identifier: Apache-2.0
// Is the wall clock believable? Nonces, bindings and records lean on it.
#pragma once

#include "base/failure.h"
#include "base/time.h"

namespace ringfence::app {

/// @error the clock stands before the day this program was built
[[nodiscard]] base::Result<void> check_clock(base::WallTime now);

}  // namespace ringfence::app
