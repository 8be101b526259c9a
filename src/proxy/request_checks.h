// SPDX-License-Identifier: Apache-2.0
// RequestChecks: what a proxy looks at before anything else (RFC 3261 §16.3).
#pragma once

#include "pipeline/step.h"

namespace ringfence::proxy {

/// 483 when no hops are left, 420 for extensions of the proxy that we do not have. Scheme and syntax were
/// checked when the message was parsed. An ACK without a To-tag acknowledges nothing and is dropped.
class RequestChecks final : public pipeline::Step {
 public:
  [[nodiscard]] pipeline::Verdict on_request(const sip::Message& request,
                                             pipeline::Context& context) override;
};

}  // namespace ringfence::proxy
