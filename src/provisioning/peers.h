// SPDX-License-Identifier: Apache-2.0
// Peers: carriers and neighbours. One of them is the default: it gets the calls that are not for us.
#pragma once

#include "provisioning/resource.h"

namespace ringfence::provisioning {

class Peers final : public Resource {
 public:
  explicit Peers(Workshop& workshop) : Resource{workshop, Kind::Peer} {}
  [[nodiscard]] Outcome<directory::Change> change(const store::Row& row) override;

 protected:
  [[nodiscard]] Outcome<void> finish(store::Row& row, const store::Row* before, const Arguments& arguments,
                                     Effects& effects) override;
  [[nodiscard]] Outcome<void> may_remove(const store::Row& row, Effects& effects) override;

 private:
  [[nodiscard]] static Outcome<void> check_own(const store::Row& row, const store::Row* before);
  /// The default so far becomes an ordinary peer.
  [[nodiscard]] Outcome<void> demote_default(const store::Row& but, Effects& effects);
};

}  // namespace ringfence::provisioning
