// SPDX-License-Identifier: Apache-2.0
// Appending to a ring, and snapshots in slices.
#include "journal/writer.h"

#include <utility>

namespace ringfence::journal {

Writer::Writer(Ring ring, std::uint16_t index, std::uint64_t first_sequence)
    : ring_{std::move(ring)},
      index_{index},
      first_sequence_{first_sequence},
      next_sequence_{first_sequence} {}

void Writer::plug(SnapshotSource& source) {
  sources_.push_back(&source);
  sourced_.add(source.stream());
}

std::size_t Writer::room() {
  known_tail_ = ring_.header().tail.load(std::memory_order_acquire);
  return ring_.size() - static_cast<std::size_t>(head_ - known_tail_);
}

std::expected<std::uint64_t, AppendError> Writer::append(Stream stream, base::Bytes payload) {
  if (payload.size() > kMaxPayload) return std::unexpected(AppendError::TooLong);
  const std::size_t bytes = frame_bytes(payload.size());
  // The copier's line is read only when what we knew of it says that there is no room.
  if (head_ - known_tail_ + bytes > ring_.size() && room() < bytes) {
    count(refused_);
    return std::unexpected(AppendError::Full);
  }

  const std::uint64_t sequence = next_sequence_++;
  write_frame(ring_.at(head_), index_, stream, sequence, payload);
  head_ += bytes;
  used_.add(stream);
  count(records_);
  // From here on the record counts: what is below the head is whole, for the copier and for who comes after a
  // crash.
  ring_.header().head.store(head_, std::memory_order_release);
  return sequence;
}

bool Writer::snapshot_slice() {
  const std::uint32_t wanted = wanted_.load(std::memory_order_acquire);
  if (sources_.empty()) return false;
  if (running_ != wanted) {
    for (SnapshotSource* source : sources_) source->begin_snapshot();
    running_ = wanted;
    source_ = 0;
  }
  // Half of the ring stays free for what happens meanwhile.
  if (room() < ring_.size() / 2) return true;
  if (!sources_[source_]->emit_snapshot(*this)) return true;
  if (++source_ < sources_.size()) return true;

  done_at_.store(head_, std::memory_order_relaxed);
  done_.store(wanted, std::memory_order_release);
  return false;
}

}  // namespace ringfence::journal
