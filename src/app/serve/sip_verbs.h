// SPDX-License-Identifier: Apache-2.0
// The verbs that the sip process answers: status, doctor, reg ls, reg show, reg drop.
#pragma once

#include <functional>
#include <string>

#include "app/control/server.h"
#include "app/serve/sip_client.h"

namespace ringfence::app {

/// Registers them. `sip` outlives the server.
/// @param metrics  where the metrics page is now; empty: nowhere
void serve_sip_verbs(control::Server& server, SipClient& sip, base::MonoTime started,
                     const base::Clock& clock, std::function<std::string()> metrics);

}  // namespace ringfence::app
