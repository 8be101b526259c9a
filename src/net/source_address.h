// SPDX-License-Identifier: Apache-2.0
// Which of our addresses the kernel's routes choose for a destination.
#pragma once

#include <optional>

#include "base/address.h"

namespace ringfence::net {

/// The address that packets to `place` would leave from; nullopt when there is no route. Three system calls
/// that never wait: keep the answer.
[[nodiscard]] std::optional<base::IpAddress> source_towards(const base::Endpoint& place);

}  // namespace ringfence::net
