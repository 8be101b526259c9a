// SPDX-License-Identifier: Apache-2.0
// The web process: database, provisioning, control socket and metrics page.
#pragma once

#include <span>

namespace ringfence::app {

/// Runs until told to stop or the supervisor is gone.
/// @param descriptors  as `Inherited` numbers them, from kSupervisor on; owned from now on
/// @return the exit status: 0, or kCannotStart after printing why
[[nodiscard]] int run_web(std::span<const int> descriptors);

}  // namespace ringfence::app
