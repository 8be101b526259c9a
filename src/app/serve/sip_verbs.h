// SPDX-License-Identifier: Apache-2.0
// The verbs that the sip process answers: status, doctor, reg ls, reg show, reg drop.
#pragma once

#include "app/control/server.h"
#include "app/serve/sip_client.h"

namespace ringfence::app {

/// Registers them. `sip` outlives the server.
void serve_sip_verbs(control::Server& server, SipClient& sip, base::MonoTime started, const base::Clock& clock);

}  // namespace ringfence::app
