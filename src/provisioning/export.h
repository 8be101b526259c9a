// SPDX-License-Identifier: Apache-2.0
// Export: rows as an import takes them.
#pragma once

#include <string>

#include "provisioning/resource.h"

namespace ringfence::provisioning {

/// Key, or id and parent of a numbered row, and each field in its canonical spelling; what is secret is left
/// out.
[[nodiscard]] Outcome<Record> export_record(Resource& resource, Workshop& workshop, const store::Row& row);

/// What an export without secrets has of each row, in order.
[[nodiscard]] std::vector<std::string_view> export_columns(const Definition& definition);

/// The names that a first line of an import of this kind may use, in the order of an export.
[[nodiscard]] std::vector<std::string_view> import_columns(const Definition& definition);

}  // namespace ringfence::provisioning
