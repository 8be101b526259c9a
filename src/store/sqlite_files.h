// SPDX-License-Identifier: Apache-2.0
// The care at opening: private files, sound, of a known version, brought up to date, and writable.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <vector>

#include "base/time.h"
#include "store/database_files.h"
#include "store/sqlite.h"

namespace ringfence::store::sqlite {

struct OpenOptions {
  std::chrono::milliseconds busy_timeout{5000};  ///< how long to wait for another process
  std::int64_t max_pages = 0;                    ///< of 4 KiB; no file grows further. 0: as the disk allows
  std::span<const DatabaseFile> files = database_files();
};

/// One for each FileId, in its order.
using Files = std::vector<std::unique_ptr<Connection>>;

/// Opens the files or makes them (mode 0600). All are checked (version, most of them for damage) before any is
/// changed; then each is brought to this release's schema.
/// @error Busy, ReadOnly, Full, Corrupt, NewerSchema, Io; files that were there are as they were, or whole and
///        of this release
[[nodiscard]] Result<Files> open_files(const std::filesystem::path& directory, base::WallTime now,
                                       const OpenOptions& options);

/// Looks at the files that are there, also while a server uses them, and changes nothing.
/// @error Busy, Corrupt, NewerSchema, Io
[[nodiscard]] Result<void> examine_files(const std::filesystem::path& directory);

}  // namespace ringfence::store::sqlite
