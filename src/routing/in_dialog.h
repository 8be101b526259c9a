// SPDX-License-Identifier: Apache-2.0
// InDialog: membership by token, destination by record (DESIGN: tokens).
#pragma once

#include "call/call_table.h"
#include "pipeline/step.h"
#include "routing/counters.h"
#include "transport/transport.h"

namespace ringfence::routing {

/// Finds the call an in-dialog request belongs to and sets the one target it may have: the remote target and
/// route set that the call's record holds for the other party (RFC 3261 §12.2, §16.4, §16.5).
///
/// Refused, and counted by reason: no token of ours, an ended call, tags that are not the call's, a source
/// that is not the party's address, a Request-URI that is not the other party's target. An ACK is never
/// answered (§17).
class InDialog final : public pipeline::Step {
 public:
  InDialog(call::CallTable& calls, transport::Transport& transport, Counters& counters)
      : calls_{calls}, transport_{transport}, counters_{counters} {}

  [[nodiscard]] pipeline::Verdict on_request(const sip::Message& request,
                                             pipeline::Context& context) override;

 private:
  struct Parties {
    call::Leg* sender = nullptr;
    call::Leg* receiver = nullptr;
    call::Side from = call::Side::Caller;
  };
  [[nodiscard]] Parties parties_of(const sip::Message& request, call::Call& call);
  [[nodiscard]] pipeline::Verdict refuse(const sip::Message& request, const pipeline::Context& context,
                                         Counter why, pipeline::Reply reply);

  call::CallTable& calls_;
  transport::Transport& transport_;
  Counters& counters_;
};

}  // namespace ringfence::routing
