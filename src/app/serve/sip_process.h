// SPDX-License-Identifier: Apache-2.0
// The sip process: shards on inherited sockets, and one control thread that feeds them the directory.
#pragma once

#include <span>

namespace ringfence::app {

/// Runs until told to stop or the supervisor is gone.
/// @param descriptors  as `Inherited` numbers them, from kSupervisor on; owned from now on
/// @return the exit status: 0, or kCannotStart after printing why
[[nodiscard]] int run_sip(std::span<const int> descriptors);

}  // namespace ringfence::app
