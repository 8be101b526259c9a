// SPDX-License-Identifier: Apache-2.0
// Bans: of addresses, which is everybody's matter, and of accounts.
#pragma once

#include "provisioning/resource.h"

namespace ringfence::provisioning {

class Bans final : public Resource {
 public:
  explicit Bans(Workshop& workshop) : Resource{workshop, Kind::Ban} {}

 protected:
  [[nodiscard]] Outcome<void> finish(store::Row& row, const store::Row* before, const Arguments& arguments,
                                     Effects& effects) override;
};

}  // namespace ringfence::provisioning
