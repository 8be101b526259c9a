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
  [[nodiscard]] Outcome<void> may_remove(const store::Row& row, Effects& effects) override;

 private:
  [[nodiscard]] Outcome<void> check_role(const store::Row& row, std::string_view what) const;
};

}  // namespace ringfence::provisioning
