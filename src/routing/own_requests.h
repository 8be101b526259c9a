// SPDX-License-Identifier: Apache-2.0
// OwnOptions: answers OPTIONS that are meant for us (RFC 3261 §11).
#pragma once

#include "directory/directory.h"
#include "net/shard.h"
#include "pipeline/step.h"

namespace ringfence::routing {

/// A Request-URI without a user, at a domain or address of ours. Strangers hear nothing: the answer would
/// only tell a scanner that somebody lives here.
class OwnOptions final : public pipeline::Step {
 public:
  OwnOptions(net::Shard& shard, const directory::Directory& directory)
      : shard_{shard}, directory_{directory} {}

  [[nodiscard]] pipeline::Verdict on_request(const sip::Message& request,
                                             pipeline::Context& context) override;

 private:
  net::Shard& shard_;
  const directory::Directory& directory_;
};

}  // namespace ringfence::routing
