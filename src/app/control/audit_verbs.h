// SPDX-License-Identifier: Apache-2.0
// The verbs of the audit on the control socket.
#pragma once

#include "app/control/server.h"
#include "app/control/worker.h"
#include "store/store.h"

namespace ringfence::app::control {

/// "audit ls": newest first; arguments entity, key and limit. The store is used on the worker's thread only.
/// @param worker, store  outlive the server
void serve_audit_verbs(Server& server, Worker& worker, store::Store& store);

}  // namespace ringfence::app::control
