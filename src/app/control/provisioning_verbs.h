// SPDX-License-Identifier: Apache-2.0
// The verbs of provisioning behind the control socket: `domain add`, `subscriber import`, ... for each
// definition.
#pragma once

#include "app/control/server.h"
#include "app/control/worker.h"
#include "provisioning/service.h"

namespace ringfence::app::control {

/// Registers them. The service is used on the worker's thread alone; all three outlive the server's last
/// turn.
void serve_provisioning_verbs(Server& server, Worker& worker, provisioning::Service& service);

}  // namespace ringfence::app::control
