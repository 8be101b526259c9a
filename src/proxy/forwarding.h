// SPDX-License-Identifier: Apache-2.0
// Forwarding: one request on its way through us, and its branches (the response context of RFC 3261 §16.7).
#pragma once

#include <cstdint>

#include "base/slot_map.h"
#include "base/timer_wheel.h"
#include "call/call.h"
#include "net/packet.h"
#include "pipeline/context.h"
#include "sip/method.h"
#include "transaction/ids.h"

namespace ringfence::proxy {

class Core;
using ForwardingId = base::SlotId;
using BranchSlot = base::SlotId;

/// One place the request was sent to.
struct Branch {
  Branch(base::Timer::Fire on_timer_c) : timer_c{on_timer_c, this} {}

  Core* core = nullptr;  // the owner, for the timer
  BranchSlot id;
  ForwardingId forwarding;
  BranchSlot next;
  transaction::ClientId client;
  net::Flow flow;
  net::PacketRef final;  ///< a final response above 299, until the best one is chosen
  std::uint16_t status =
      0;  ///< of the final response, or of the one that stands for a failure; 0: still pending
  bool peer = false;
  bool provisional = false;  ///< a 1xx came
  base::MonoTime started;
  base::Timer timer_c;  ///< INVITE only (§16.6 step 11)
};

struct Forwarding {
  ForwardingId id;
  transaction::ServerId server;
  sip::Method method = sip::Method::Unknown;
  bool initial = false;   ///< outside a dialog
  bool answered = false;  ///< a final response went back
  bool cancelled =
      false;  ///< the caller gave up, a 6xx came, or another branch answered: start no more branches
  std::uint8_t pending = 0;
  std::uint8_t next_target = 0;  ///< the first target of the context that was not tried
  BranchSlot first_branch;
  pipeline::ContextId context;  ///< held while targets of a lower q are left
  call::CallId call;
  call::Side from = call::Side::Caller;  ///< in dialog: who sent the request
};

}  // namespace ringfence::proxy
