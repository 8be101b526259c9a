// SPDX-License-Identifier: Apache-2.0
// The linked list behind a connection's writes.
#include "net/write_queue.h"

#include <memory>
#include <new>

namespace ringfence::net {

bool WriteQueue::push(base::BlockPool& entries, PacketRef&& packet, std::uint64_t tag, ShardId origin) {
  void* const block = entries.take();
  if (block == nullptr) return false;
  cost_ += cost(*packet);
  Entry* const entry = ::new (block) Entry{std::move(packet), tag, origin};
  (empty() ? first_ : last_->next) = entry;
  last_ = entry;
  return true;
}

std::size_t WriteQueue::pieces(std::span<std::string_view> out) const {
  std::size_t filled = 0;
  std::size_t skip = offset_;
  for (const Entry* entry = first_; entry != nullptr && filled < out.size(); entry = entry->next) {
    out[filled++] = entry->packet.text().substr(std::exchange(skip, 0));
  }
  return filled;
}

void WriteQueue::pop(base::BlockPool& entries) {
  Entry* const gone = first_;
  first_ = gone->next;
  offset_ = 0;
  cost_ -= cost(*gone->packet);
  std::destroy_at(gone);
  entries.give(gone);
}

}  // namespace ringfence::net
