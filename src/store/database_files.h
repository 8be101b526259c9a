// SPDX-License-Identifier: Apache-2.0
// The database files of a node, as a table: each has its name and migrations of its own.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "store/migrations.h"

namespace ringfence::store::sqlite {

enum class FileId : std::uint8_t { Provisioning, Audit };

/// Whether a start reads the whole file for damage. One that grows with the years would make each start wait;
/// its damage is found by whoever reads it, and by `doctor`.
enum class AtStart : std::uint8_t { ReadWhole, Trust };

struct DatabaseFile {
  FileId id;
  std::string_view name;  ///< in the data directory
  AtStart at_start;
  std::span<const Migration> migrations;
};

/// In the order of FileId. After their migrations the tables are as definitions() and the audit define them.
[[nodiscard]] std::span<const DatabaseFile> database_files();

}  // namespace ringfence::store::sqlite
