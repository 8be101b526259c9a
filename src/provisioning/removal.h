// SPDX-License-Identifier: Apache-2.0
// Removing a row with all that is part of it, unless others need it.
#pragma once

#include "provisioning/workshop.h"

namespace ringfence::provisioning {

/// Parts go first, each with its own entry in the audit. Inside a transaction.
/// @error Conflict  a row that is no part uses this one, or one of its parts; nothing may be committed then
[[nodiscard]] Outcome<void> remove_with_parts(Workshop& workshop, const Definition& of, const store::Row& row,
                                              Effects& effects);

}  // namespace ringfence::provisioning
