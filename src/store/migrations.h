// SPDX-License-Identifier: Apache-2.0
// How a database of any earlier release becomes one of this release.
#pragma once

#include <filesystem>
#include <span>
#include <string>

#include "base/time.h"
#include "store/sqlite.h"

namespace ringfence::store::sqlite {

/// A step once released is never edited: a later one corrects it.
struct Migration {
  int version;  ///< of the schema afterwards; 1, 2, 3...
  std::string_view what;
  std::string_view sql;
};

/// All steps, in order. After the last one the tables are as tables() defines them.
[[nodiscard]] std::span<const Migration> migrations();

/// Brings the database to the last step. One that holds data is copied to "FILE.before-v<N>-<UTC>" first;
/// each step is one transaction.
/// @error NewerSchema, and whatever the copy or a step meets; the database is then as before that step
[[nodiscard]] Result<void> migrate(Connection& connection, std::span<const Migration> steps,
                                   base::WallTime now);

}  // namespace ringfence::store::sqlite
