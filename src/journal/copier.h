// SPDX-License-Identifier: Apache-2.0
// Copier: from all rings to the segment file, one sync for all, and the end of old segments. One thread.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <vector>

#include "base/bytes.h"
#include "journal/segment.h"
#include "journal/stream_set.h"
#include "journal/writer.h"

namespace ringfence::journal {

class Copier {
 public:
  struct Setup {
    std::filesystem::path directory;
    std::size_t segment_bytes = 0;
    std::size_t compact_bytes = 0;
    std::uint64_t journal = 0;
    std::uint64_t highest_sequence = 0;   ///< of what was there at start
    std::vector<std::uint64_t> segments;  ///< those before the first of ours, in order
    std::uint64_t bytes_on_disk = 0;      ///< in those
  };

  /// What others may read at any time.
  struct Figures {
    std::atomic<std::uint64_t> bytes_copied{0};
    std::atomic<std::uint64_t> syncs{0};
    std::atomic<std::uint64_t> write_errors{0};
    std::atomic<std::uint64_t> compactions{0};
    std::atomic<std::uint64_t> bytes_on_disk{0};
    std::atomic<int> last_error{0};  ///< errno of the last round; 0 when it went well
  };

  /// @param segment  the first segment of this run, open
  /// @param streams  seen in what was there at start
  Copier(Setup setup, SegmentWriter segment, const StreamSet& streams,
         std::span<const std::unique_ptr<Writer>> writers);

  /// Copies what the rings hold, syncs, and moves snapshots on. After an error nothing is lost: what was not
  /// synced is still in its ring, and is copied again by the next round.
  void round();
  /// A snapshot is to begin with the next round, or as soon as the one that runs has ended. Any thread.
  void request_snapshot() { requested_.store(true, std::memory_order_relaxed); }
  [[nodiscard]] const Figures& figures() const { return figures_; }

 private:
  [[nodiscard]] int copy_rings();
  [[nodiscard]] int sync();
  [[nodiscard]] int rotate();
  [[nodiscard]] int copy_and_rotate();
  void tell(int error);
  void move_snapshot_on();
  [[nodiscard]] bool every_stream_has_its_source() const;
  [[nodiscard]] bool worth_compacting() const;
  void begin_snapshot();
  [[nodiscard]] bool snapshot_complete() const;
  void end_snapshot();
  [[nodiscard]] std::uint64_t highest_sequence() const;

  Setup setup_;
  SegmentWriter segment_;
  const StreamSet& recovered_;                        // owned by the journal
  std::span<const std::unique_ptr<Writer>> writers_;  // owned by the journal, as we are
  std::vector<std::uint64_t> copied_;  // of each ring: written to the segment, perhaps not synced
  bool dirty_ = false;                 // something was written since the last sync
  bool suspect_ = false;               // a sync failed: this segment may have holes
  std::uint64_t refused_seen_ = 0;
  std::uint32_t snapshot_ = 0;  // the last one begun
  bool snapshot_running_ = false;
  std::uint64_t snapshot_floor_ = 0;  // segments below go when it is complete
  std::uint64_t bytes_after_compaction_ = 0;
  std::atomic<bool> requested_{false};
  Figures figures_;
};

}  // namespace ringfence::journal
