// SPDX-License-Identifier: Apache-2.0
// Numbers: a subscriber's first one stands in its own row, further ones in rows of their own; no two are
// equal.
#pragma once

#include "provisioning/resource.h"

namespace ringfence::provisioning {

/// @param attempt  what the operator wanted
/// @param except  the row that may have it
/// @error Conflict  another subscriber is reached by this number; names it where it can be seen
[[nodiscard]] Outcome<void> check_number_free(Workshop& workshop, std::string_view attempt,
                                              std::string_view number, Kind kind, store::Id except);

/// Further numbers of subscribers.
class Numbers final : public Resource {
 public:
  explicit Numbers(Workshop& workshop) : Resource{workshop, Kind::Number} {}

 protected:
  [[nodiscard]] Outcome<void> finish(store::Row& row, const store::Row* before, const Arguments& arguments,
                                     Effects& effects) override;
};

}  // namespace ringfence::provisioning
