// SPDX-License-Identifier: Apache-2.0
// Administrators: their passwords are kept as argon2id hashes.
#pragma once

#include "provisioning/resource.h"

namespace ringfence::provisioning {

class Admins final : public Resource {
 public:
  explicit Admins(Workshop& workshop) : Resource{workshop, Kind::Admin} {}

 protected:
  [[nodiscard]] Outcome<void> finish(store::Row& row, const store::Row* before, const Arguments& arguments,
                                     Effects& effects) override;
};

}  // namespace ringfence::provisioning
