// SPDX-License-Identifier: Apache-2.0
// Proofs: what steps tell the guard about flows that have proven themselves.
#pragma once

#include "base/time.h"
#include "net/flow.h"

namespace ringfence::pipeline {

/// `guard` implements it; one per shard, on that shard only.
class Proofs {
 public:
  virtual ~Proofs() = default;
  /// The flow registered, or is a party of a call: Known until `until` (DESIGN: source classes).
  virtual void know(const net::Flow& flow, base::MonoTime until) = 0;
  [[nodiscard]] virtual bool is_known(const net::Flow& flow) const = 0;
  /// Its connection is gone.
  virtual void forget(const net::Flow& flow) = 0;
};

}  // namespace ringfence::pipeline
