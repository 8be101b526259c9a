// SPDX-License-Identifier: Apache-2.0
// RegistrarStep: the pipeline's way to the registrar.
#pragma once

#include <array>
#include <span>
#include <string_view>

#include "directory/directory.h"
#include "location/location.h"
#include "location/partition.h"
#include "location/shard_clock.h"
#include "net/shard.h"
#include "pipeline/proofs.h"
#include "pipeline/step.h"
#include "registrar/registrar.h"

namespace ringfence::registrar {

/// Answers every REGISTER of an authenticated subscriber for the address of record that is its own; refuses
/// all others. One per shard. A flow that has registered is Known as long as its binding lives.
class RegistrarStep final : public pipeline::Step, private ContactPolicy {
 public:
  /// All outlive the step. `bindings` is the shard's part of `location`, attached to the shard.
  RegistrarStep(net::Shard& shard, const directory::Directory& directory, const location::Location& location,
                location::Partition& bindings, pipeline::Proofs& proofs);

  [[nodiscard]] pipeline::Verdict on_request(const sip::Message& request,
                                             pipeline::Context& context) override;

  [[nodiscard]] const Counters& counters() const { return registrar_.counters(); }

 private:
  /// The flows of an address of record: few, and copied, since its record may go.
  struct Flows {
    std::array<net::Flow, location::Bounds::contacts> flows;
    std::size_t count = 0;
    [[nodiscard]] std::span<const net::Flow> all() const { return {flows.data(), count}; }
  };
  void collect_flows(std::string_view aor, Flows& out) const;
  /// Flows that lost their last binding are strangers again: what an account may hold is bounded by its
  /// contacts.
  void release_flows(const Flows& before, std::string_view aor);
  [[nodiscard]] bool is_ourselves(const sip::Uri& contact, const net::Flow& over) const override;
  [[nodiscard]] bool is_for_us(const sip::Message& request, const directory::Domain& own) const;

  net::Shard& shard_;
  const directory::Directory& directory_;
  const location::Location& location_;
  pipeline::Proofs& proofs_;
  location::ShardClock clock_;
  Registrar registrar_;
};

}  // namespace ringfence::registrar
