// SPDX-License-Identifier: Apache-2.0
// Context: what the steps have found out about one request, handed from step to step.
#pragma once

#include <cstdint>

#include "base/slot_map.h"
#include "call/call.h"
#include "directory/known.h"
#include "net/flow.h"
#include "net/packet.h"
#include "pipeline/reply_headers.h"
#include "pipeline/targets.h"
#include "sip/edits.h"

namespace ringfence::pipeline {

using ContextId = base::SlotId;

/// Emergency calls pass bans, limits and shedding (DESIGN: Emergency).
enum class Priority : std::uint8_t { Normal, Emergency };

/// Who sent the request, once that is proven. Nothing here is a pointer to follow: all of it outlives a wait.
struct Identity {
  directory::Known<directory::Subscriber> subscriber;  ///< the authenticated one, or nobody
  directory::Known<directory::Domain> domain;          ///< its domain
  std::uint64_t tenant = 0;
  std::uint64_t peer = 0;  ///< the peer whose address, port and transport it came from; 0: none
};

/// The call an in-dialog request belongs to, and the way through it.
struct InDialog {
  call::CallId call;  ///< none: not an in-dialog request
  call::Side from = call::Side::Caller;
};

/// Lives from the first step to the verdict; across a wait, and while targets are still to be tried. On the
/// request's shard only.
struct Context {
  explicit Context(ContextId own_id) : id{own_id} {}

  /// What the sender has shown; Transport::note_reachable raises it when a step sees a proof in this message.
  [[nodiscard]] net::SourceClass source() const { return packet->source; }

  ContextId id;
  net::PacketRef packet;
  Priority priority = Priority::Normal;
  Identity identity;
  InDialog dialog;
  Targets targets;
  sip::Edits edits;  ///< changes to the request as it is forwarded
  ReplyHeaders reply_headers;
  std::uint64_t answer = 0;  ///< what a wait brought: its meaning belongs to the step that waited
  bool answered = false;     ///< `answer` is set
  bool held = false;         ///< a step that took the request keeps the context; it calls Runner::release
  std::uint8_t step = 0;     ///< where the pipeline stands
};

}  // namespace ringfence::pipeline
