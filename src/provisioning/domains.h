// SPDX-License-Identifier: Apache-2.0
// Domains: how many subscribers they have.
#pragma once

#include "provisioning/resource.h"

namespace ringfence::provisioning {

class Domains final : public Resource {
 public:
  explicit Domains(Workshop& workshop) : Resource{workshop, Kind::Domain} {}
  [[nodiscard]] Outcome<directory::Change> change(const store::Row& row) override;

 protected:
  [[nodiscard]] Outcome<void> finish(store::Row& row, const store::Row* before, const Arguments& arguments,
                                     Effects& effects) override;
  [[nodiscard]] Outcome<void> decorate(const store::Row& row, Record& record) override;
};

}  // namespace ringfence::provisioning
