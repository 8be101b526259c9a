// SPDX-License-Identifier: Apache-2.0
// OwnRequests: answers what is meant for us and nobody behind us (RFC 3261 §8.2.1, §11).
#pragma once

#include "directory/directory.h"
#include "net/shard.h"
#include "pipeline/step.h"

namespace ringfence::routing {

/// A Request-URI without a user, at a domain or address of ours: OPTIONS is answered, any other method is
/// refused with 405 or, when nobody knows it, 501. Strangers hear nothing: the answer would only tell a
/// scanner that somebody lives here. REGISTER never comes so far.
class OwnRequests final : public pipeline::Step {
 public:
  OwnRequests(net::Shard& shard, const directory::Directory& directory)
      : shard_{shard}, directory_{directory} {}

  [[nodiscard]] pipeline::Verdict on_request(const sip::Message& request,
                                             pipeline::Context& context) override;

 private:
  [[nodiscard]] bool is_ours(const sip::Message& request, const pipeline::Context& context) const;

  net::Shard& shard_;
  const directory::Directory& directory_;
};

}  // namespace ringfence::routing
