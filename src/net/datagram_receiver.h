// SPDX-License-Identifier: Apache-2.0
// DatagramReceiver: a batch of datagrams per system call, received straight into packets.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <array>
#include <cstddef>
#include <memory>

#include "base/time.h"
#include "net/counters.h"
#include "net/packet.h"
#include "net/packet_pool.h"

namespace ringfence::net {

/// A UDP socket of one shard.
struct DatagramSocket {
  int descriptor = -1;
  ListenerId listener = kNoListener;
  bool wildcard = false;  ///< bound to 0.0.0.0 or ::, so each datagram tells which address of ours it came to
};

/// Receives up to kBatch datagrams at once. Each slot is a small packet, followed by a part of one spill area
/// that all batches of the shard share: only a datagram above PacketPool::kSmallBytes, which is rare, is
/// copied.
class DatagramReceiver {
 public:
  static constexpr std::size_t kBatch = 32;

  explicit DatagramReceiver(PacketPool& packets, Counters& counters);

  /// Fills the slots from a socket. Returns how many datagrams came; fewer than kBatch mean the socket is
  /// empty now.
  std::size_t receive(const DatagramSocket& socket);

  /// Where datagram `i` of the last batch came from, and its size.
  [[nodiscard]] Flow flow(std::size_t i) const;
  [[nodiscard]] std::size_t size(std::size_t i) const { return headers_[i].msg_len; }
  /// Takes datagram `i` out of its slot, or an empty handle when there is no large packet for it. A datagram
  /// that is not taken (denied) costs nothing: its slot is used again.
  [[nodiscard]] PacketRef take(std::size_t i);

 private:
  static constexpr std::size_t kLargestDatagram = 65'536;
  static constexpr std::size_t kSpill = kLargestDatagram - PacketPool::kSmallBytes;
  struct alignas(cmsghdr) Control {
    std::array<std::byte, 64> bytes;  // one in_pktinfo or in6_pktinfo with its header
  };

  std::size_t fill_slots();
  [[nodiscard]] base::IpAddress destination(const msghdr& header) const;

  PacketPool& packets_;  // the shard's
  Counters& counters_;   // the shard's
  DatagramSocket socket_;
  std::array<PacketRef, kBatch> slots_;
  std::array<mmsghdr, kBatch> headers_{};
  std::array<std::array<iovec, 2>, kBatch> pieces_{};
  std::array<sockaddr_storage, kBatch> sources_{};
  std::array<Control, kBatch> controls_{};
  std::unique_ptr<char[]> spill_;  // kBatch parts of kSpill; untouched pages are never backed by memory
};

}  // namespace ringfence::net
