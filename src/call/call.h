// SPDX-License-Identifier: Apache-2.0
// Call: one record of two legs. It knows where each side is; the wire only proves membership.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/slot_map.h"
#include "base/text_pool.h"
#include "base/time.h"
#include "base/timer_wheel.h"
#include "call/handle.h"
#include "net/flow.h"

namespace ringfence::call {

using CallId = base::SlotId;
using LegId = base::SlotId;

/// Who speaks. The caller sent the first INVITE; each callee is one early or confirmed dialog of a fork.
enum class Side : std::uint8_t { Caller, Callee };

/// What we know of one party (RFC 3261 §12: the peer's half of a dialog, as we keep it).
struct Leg {
  base::PooledText tag;
  base::PooledText target;  ///< its remote target: the Contact URI; the only R-URI a request to it may carry
  base::PooledText routes;  ///< the Route value that leads to it beyond us (§12.1); empty: none
  net::Flow flow;           ///< where its packets go: a registered flow, a peer, or the way its INVITE came
  bool confirmed = false;   ///< a 2xx was seen
  LegId next;               ///< callee legs form a list
};

class CallTable;

struct Call {
  explicit Call(base::Timer::Fire on_lifetime) : lifetime{on_lifetime, this} {}

  Handle handle;
  base::PooledText call_id;
  Leg caller;
  LegId first_callee;
  std::uint8_t callees = 0;
  bool answered = false;
  base::MonoTime started;
  CallTable* table = nullptr;  ///< the owner, for the timer
  CallId id;
  base::Timer lifetime;  ///< the bound of a call that nobody ends
};

}  // namespace ringfence::call
