// SPDX-License-Identifier: Apache-2.0
// KeptMessage: the bytes a transaction may have to send again, in a piece of their size and not in a packet
// of 4 KB.
#pragma once

#include <string_view>

#include "base/text_pool.h"
#include "net/packet_pool.h"

namespace ringfence::transaction {

/// Held by one transaction; goes back to its pool with it.
class KeptMessage {
 public:
  /// Copies `text`. Messages above TextPool::kLongest are rare and take a packet.
  /// @return false when no memory is left; then nothing is kept
  [[nodiscard]] bool keep(base::TextPool& pieces, net::PacketPool& packets, std::string_view text) {
    packet_.reset();
    if (pieces.assign(piece_, text)) return true;
    release();
    if (text.size() <= base::TextPool::kLongest) return false;
    packet_ = packets.take(text.size());
    if (!packet_) return false;
    text.copy(packet_->data(), text.size());
    packet_->size = static_cast<std::uint32_t>(text.size());
    return true;
  }

  void release() {
    piece_ = {};
    packet_.reset();
  }

  /// Empty when nothing is kept.
  [[nodiscard]] std::string_view view() const { return packet_ ? packet_.text() : piece_.view(); }

 private:
  base::PooledText piece_;
  net::PacketRef packet_;
};

}  // namespace ringfence::transaction
