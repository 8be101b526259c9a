// SPDX-License-Identifier: Apache-2.0
// Resellers: tenants. Whoever sees one tenant alone makes no others, and one that has rows stays.
#pragma once

#include "provisioning/resource.h"

namespace ringfence::provisioning {

class Resellers final : public Resource {
 public:
  explicit Resellers(Workshop& workshop) : Resource{workshop, Kind::Reseller} {}

 protected:
  [[nodiscard]] Outcome<void> finish(store::Row& row, const store::Row* before, const Arguments& arguments,
                                     Effects& effects) override;
  [[nodiscard]] Outcome<void> may_remove(const store::Row& row, Effects& effects) override;
};

}  // namespace ringfence::provisioning
