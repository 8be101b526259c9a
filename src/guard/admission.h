// SPDX-License-Identifier: Apache-2.0
// Admission: the class of a source, decided once per datagram before any parse; and the proofs that raise it.
#pragma once

#include <span>
#include <vector>

#include "base/cidr.h"
#include "base/timer_wheel.h"
#include "directory/directory.h"
#include "guard/counters.h"
#include "guard/source_table.h"
#include "net/selector.h"
#include "net/shard.h"
#include "pipeline/proofs.h"
#include "transport/transport.h"

namespace ringfence::guard {

/// What the shards share; all of it outlives them.
struct Surroundings {
  SourceTable& sources;
  net::FlowMap* kernel = nullptr;           ///< the selector's flow map; nullptr in simulations
  std::span<const base::Cidr> trusted;      ///< `security.trusted_sources`
  std::size_t promoted_per_shard = 65'536;  ///< flows one shard may move to the known sockets
};

/// One per shard, on that shard only.
class Admission final : public net::Admission, public transport::Evidence, public pipeline::Proofs {
 public:
  /// How long an address stays Validated after a proof: as long as what it began may last.
  static constexpr base::Nanos kValidated = std::chrono::seconds{64};
  /// How often flows are looked at that have ceased to be known.
  static constexpr base::Nanos kSweep = std::chrono::seconds{1};

  Admission(net::Shard& shard, const directory::Directory& directory, const Surroundings& surroundings);

  /// Trusted: a peer by address, port and transport, or a trusted source. Known and Validated: as proven. A
  /// stream is Validated by its handshake. All else is Unknown.
  [[nodiscard]] net::SourceClass admit(const net::Flow& flow, std::size_t bytes) override;

  void on_reachable(const net::Flow& flow) override;
  void know(const net::Flow& flow, base::MonoTime until) override;
  [[nodiscard]] bool is_known(const net::Flow& flow) const override {
    return around_.sources.class_of(flow, shard_.now()) == net::SourceClass::Known;
  }
  void forget(const net::Flow& flow) override { around_.sources.forget(flow); }

  [[nodiscard]] const Counters& counters() const { return counters_; }

 private:
  /// A flow in the kernel's map, to be looked at again when its time is over.
  struct Promoted {
    base::Endpoint remote;
    net::ListenerId listener;
    base::MonoTime look_at;
  };

  void promote(const net::Flow& flow, base::MonoTime until);
  void sweep();
  [[nodiscard]] bool is_trusted(const net::Flow& flow) const;

  net::Shard& shard_;
  const directory::Directory& directory_;
  Surroundings around_;
  Counters counters_;
  std::vector<Promoted> promoted_;  // a heap, the earliest `look_at` first
  base::Timer sweep_timer_;
};

}  // namespace ringfence::guard
