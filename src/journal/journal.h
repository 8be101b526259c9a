// SPDX-License-Identifier: Apache-2.0
// Journal: what must survive a kill -9 is in a mapped ring before the answer leaves, and on disk soon after.
#pragma once

#include <cstdint>
#include <memory>

#include "base/failure.h"
#include "journal/options.h"
#include "journal/recovery.h"
#include "journal/writer.h"

namespace ringfence::journal {

/// What the journal has done and suffered. Any thread.
struct Statistics {
  std::uint64_t records = 0;  ///< appended
  std::uint64_t refused = 0;  ///< appends that found their ring full
  std::uint64_t bytes_copied = 0;
  std::uint64_t syncs = 0;
  std::uint64_t write_errors = 0;  ///< failed writes and syncs: full disk, broken disk
  std::uint64_t compactions = 0;
  std::uint64_t bytes_on_disk = 0;
  std::uint64_t waiting_bytes = 0;  ///< in rings, not yet on disk
  bool failing = false;             ///< the last write or sync failed; it is tried again every second
};

/// The rings, the segments, and the thread that copies from one to the other. One process at a time.
class Journal {
 public:
  /// Takes what an earlier process left: hands every record to `on_record` in the order of its ring, then
  /// starts anew.
  /// @error the directory cannot be made or written, is used by another process, holds another version, the
  /// disk is full
  [[nodiscard]] static base::Result<std::unique_ptr<Journal>> open(const Options& options,
                                                                   const RecordHandler& on_record);
  /// Copies and syncs what is left in the rings. No writer may run any more.
  ~Journal();
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;

  /// The writing end of one ring: for its shard alone.
  [[nodiscard]] Writer& writer(unsigned ring);
  /// What was found at open(), damage included: for the caller to tell.
  [[nodiscard]] const Recovery& recovery() const;

  /// Blocks until all that was appended before is on disk. Any thread but a shard's.
  /// @error the disk does not take it
  [[nodiscard]] base::Result<void> flush();
  /// Asks the writers' sources for a snapshot soon, after which older segments go. Any thread.
  void request_snapshot();
  /// One round of what the copier thread does. Only without that thread.
  void copy();

  [[nodiscard]] Statistics statistics() const;

 private:
  class Impl;
  explicit Journal(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace ringfence::journal
