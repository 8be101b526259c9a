// SPDX-License-Identifier: Apache-2.0
// Copying, syncing, rotating, and dropping what a snapshot has replaced.
#include "journal/copier.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

#include "observe/log.h"

namespace ringfence::journal {
namespace {

template <class T>
void add(std::atomic<T>& cell, T by) {
  cell.store(cell.load(std::memory_order_relaxed) + by, std::memory_order_relaxed);
}

}  // namespace

Copier::Copier(Setup setup, SegmentWriter segment, const StreamSet& streams,
               std::span<const std::unique_ptr<Writer>> writers)
    : setup_{std::move(setup)},
      segment_{std::move(segment)},
      recovered_{streams},
      writers_{writers},
      copied_(writers.size(), 0) {
  setup_.segments.push_back(segment_.number());
  figures_.bytes_on_disk.store(setup_.bytes_on_disk + segment_.size(), std::memory_order_relaxed);
}

void Copier::round() {
  const int error = copy_and_rotate();
  tell(error);
  if (error == 0) move_snapshot_on();
}

int Copier::copy_and_rotate() {
  if (suspect_) {
    // After a failed sync the kernel may have dropped our pages and forgotten it: copy again, elsewhere.
    if (const int error = rotate(); error != 0) return error;
    for (std::size_t i = 0; i < writers_.size(); ++i) {
      copied_[i] = writers_[i]->ring_.header().tail.load(std::memory_order_relaxed);
    }
    suspect_ = dirty_ = false;
  }
  const int copy_error = copy_rings();
  const int sync_error = sync();
  if (copy_error != 0 || sync_error != 0) return copy_error != 0 ? copy_error : sync_error;
  return segment_.size() >= setup_.segment_bytes ? rotate() : 0;
}

int Copier::copy_rings() {
  for (std::size_t i = 0; i < writers_.size(); ++i) {
    const Ring& ring = writers_[i]->ring_;
    const std::uint64_t head = ring.header().head.load(std::memory_order_acquire);
    if (head == copied_[i]) continue;
    const base::Bytes fresh = ring.between(copied_[i], head);
    if (const int error = segment_.append(fresh); error != 0) return error;
    copied_[i] = head;
    dirty_ = true;
    add(figures_.bytes_copied, std::uint64_t{fresh.size()});
    add(figures_.bytes_on_disk, std::uint64_t{fresh.size()});
  }
  return 0;
}

int Copier::sync() {
  if (!dirty_) return 0;
  if (const int error = segment_.sync(); error != 0) {
    suspect_ = true;
    return error;
  }
  dirty_ = false;
  add(figures_.syncs, std::uint64_t{1});
  for (std::size_t i = 0; i < writers_.size(); ++i) {
    writers_[i]->ring_.header().tail.store(copied_[i], std::memory_order_release);
  }
  return 0;
}

int Copier::rotate() {
  SegmentWriter next;
  const int error = next.create(setup_.directory, setup_.journal, segment_.number() + 1, highest_sequence());
  if (error != 0) return error;
  segment_ = std::move(next);
  setup_.segments.push_back(segment_.number());
  add(figures_.bytes_on_disk, segment_.size());
  return 0;
}

std::uint64_t Copier::highest_sequence() const {
  std::uint64_t highest = setup_.highest_sequence;
  for (const auto& writer : writers_) {
    highest =
        std::max(highest, writer->first_sequence_ - 1 + writer->records_.load(std::memory_order_relaxed));
  }
  return highest;
}

void Copier::tell(int error) {
  const int before = figures_.last_error.load(std::memory_order_relaxed);
  figures_.last_error.store(error, std::memory_order_relaxed);
  if (error != 0) add(figures_.write_errors, std::uint64_t{1});
  if (error == before) return;
  const std::string directory = setup_.directory.string();
  if (error == 0)
    return observe::log(observe::Level::Notice, "journal.writes_again", {{"directory", directory}});
  observe::log(observe::Level::Error, "journal.cannot_write",
               {{"directory", directory},
                {"why", std::generic_category().message(error)},
                {"next", "records wait in memory and are tried again every second"}});
}

void Copier::move_snapshot_on() {
  std::uint64_t refused = 0;
  for (const auto& writer : writers_) refused += writer->refused_.load(std::memory_order_relaxed);
  if (refused != std::exchange(refused_seen_, refused))
    request_snapshot();  // heal: write down what is missing

  if (snapshot_running_) {
    if (snapshot_complete()) end_snapshot();
  } else if ((requested_.load(std::memory_order_relaxed) || worth_compacting()) &&
             every_stream_has_its_source()) {
    requested_.store(false, std::memory_order_relaxed);
    begin_snapshot();
  }
}

bool Copier::worth_compacting() const {
  const std::uint64_t bytes = figures_.bytes_on_disk.load(std::memory_order_relaxed);
  return bytes > std::max<std::uint64_t>(setup_.compact_bytes, 3 * bytes_after_compaction_);
}

bool Copier::every_stream_has_its_source() const {
  return std::ranges::all_of(writers_, [this](const auto& writer) {
    return writer->sourced_.covers(recovered_) && writer->sourced_.covers(writer->used_);
  });
}

void Copier::begin_snapshot() {
  if (const int error = rotate(); error != 0) {
    tell(error);
    request_snapshot();
    return;
  }
  snapshot_floor_ = segment_.number();
  snapshot_running_ = true;
  ++snapshot_;
  for (const auto& writer : writers_) writer->wanted_.store(snapshot_, std::memory_order_release);
}

bool Copier::snapshot_complete() const {
  return std::ranges::all_of(writers_, [this](const auto& writer) {
    return writer->done_.load(std::memory_order_acquire) == snapshot_ &&
           writer->done_at_.load(std::memory_order_relaxed) <=
               writer->ring_.header().tail.load(std::memory_order_relaxed);
  });
}

void Copier::end_snapshot() {
  snapshot_running_ = false;
  std::erase_if(setup_.segments, [this](std::uint64_t number) {
    if (number >= snapshot_floor_) return false;
    ::unlink(segment_path(setup_.directory, number)
                 .c_str());  // oldest first; one that stays is read once more, no harm
    return true;
  });
  std::uint64_t bytes = 0;
  for (const std::uint64_t number : setup_.segments) {
    std::error_code error;
    const auto size = std::filesystem::file_size(segment_path(setup_.directory, number), error);
    if (!error) bytes += size;
  }
  bytes_after_compaction_ = bytes;
  figures_.bytes_on_disk.store(bytes, std::memory_order_relaxed);
  add(figures_.compactions, std::uint64_t{1});
  observe::log(observe::Level::Info, "journal.compacted",
               {{"bytes", bytes}, {"segments", setup_.segments.size()}});
}

}  // namespace ringfence::journal
