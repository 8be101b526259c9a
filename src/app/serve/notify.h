// SPDX-License-Identifier: Apache-2.0
// What we tell systemd, and failures as an operator reads them.
#pragma once

#include <string_view>

#include "base/failure.h"

namespace ringfence::app {

/// Sends one line such as "READY=1" to $NOTIFY_SOCKET (sd_notify(3)); without one it does nothing.
void notify_service_manager(std::string_view line);

/// What, why and what to type next, on stderr.
void print_failure(const base::Failure& failure);

}  // namespace ringfence::app
