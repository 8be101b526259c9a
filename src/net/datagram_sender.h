// SPDX-License-Identifier: Apache-2.0
// DatagramSender: what leaves through one UDP socket in a turn, and what waits when the socket is full.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "net/counters.h"
#include "net/datagram_receiver.h"
#include "net/packet.h"

namespace ringfence::net {

/// Told about datagrams that did not leave; counts them.
class SendFailures {
 public:
  virtual void send_failed(const Flow& flow, std::uint64_t tag) = 0;

 protected:
  ~SendFailures() = default;
};

/// A bounded queue before one socket, emptied by sendmmsg at the end of a turn, or earlier when a batch is
/// full.
class DatagramSender {
 public:
  static constexpr std::size_t kBatch = 64;
  static constexpr std::size_t kQueue = 1024;  ///< datagrams waiting behind a full socket

  /// sendmmsg(2), or what stands in for it: the loopback never fills, so a full socket must be played in
  /// tests.
  using Transmit = int (*)(int socket, mmsghdr* messages, unsigned count, int flags);

  DatagramSender(const DatagramSocket& socket, int family, Counters& counters, SendFailures& failures,
                 Transmit transmit = &::sendmmsg);

  void send(PacketRef packet, std::uint64_t tag);
  /// Hands the queue to the kernel. Returns false when the socket is full: call again when it is writable.
  bool flush();

  [[nodiscard]] const DatagramSocket& socket() const { return socket_; }
  [[nodiscard]] int family() const { return family_; }
  [[nodiscard]] bool empty() const { return size_ == 0; }
  /// The socket was full at the last flush.
  [[nodiscard]] bool blocked() const { return blocked_; }

 private:
  struct Entry {
    PacketRef packet;
    std::uint64_t tag = 0;
  };
  struct alignas(cmsghdr) Control {
    std::array<std::byte, 64> bytes;
  };
  [[nodiscard]] Entry& entry(std::size_t i) { return queue_[(first_ + i) % kQueue]; }
  std::size_t prepare();
  void prepare_source(std::size_t i, const base::IpAddress& local);
  void drop_first(bool sent);

  DatagramSocket socket_;
  int family_;
  Counters& counters_;      // the shard's
  SendFailures& failures_;  // the shard
  Transmit transmit_;
  std::vector<Entry> queue_;
  std::size_t first_ = 0;
  std::size_t size_ = 0;
  bool blocked_ = false;
  std::array<mmsghdr, kBatch> headers_{};
  std::array<iovec, kBatch> pieces_{};
  std::array<sockaddr_storage, kBatch> destinations_{};
  std::array<Control, kBatch> controls_{};
};

}  // namespace ringfence::net
