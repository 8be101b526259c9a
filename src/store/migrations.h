// SPDX-License-Identifier: Apache-2.0
// How a database file of any earlier release becomes one of this release.
#pragma once

#include <span>
#include <string_view>

#include "base/time.h"
#include "store/sqlite.h"

namespace ringfence::store::sqlite {

/// A step once released is never edited: a later one corrects it.
struct Migration {
  int version;  ///< of the schema afterwards; 1, 2, 3...
  std::string_view what;
  std::string_view sql;
};

/// Whether this release can use the file, as it is or after a migration.
/// @error NewerSchema, and whatever reading it meets
[[nodiscard]] Result<void> check_version(Connection& connection, std::span<const Migration> steps);

/// Brings the file to the last step. One that holds data is copied to "FILE.before-v<N>-<UTC>" first; a copy
/// has that name only when it is whole and on the disk. Each step is one transaction of this file alone.
/// @error NewerSchema, and whatever the copy or a step meets; the file is then as before that step
[[nodiscard]] Result<void> migrate(Connection& connection, std::span<const Migration> steps,
                                   base::WallTime now);

}  // namespace ringfence::store::sqlite
