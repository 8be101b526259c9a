// SPDX-License-Identifier: Apache-2.0
// sendmmsg from a bounded queue; replies of wildcard sockets leave from the address that was asked.
#include "net/datagram_sender.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace ringfence::net {

DatagramSender::DatagramSender(const DatagramSocket& socket, int family, Counters& counters,
                               SendFailures& failures, Transmit transmit)
    : socket_{socket},
      family_{family},
      counters_{counters},
      failures_{failures},
      transmit_{transmit},
      queue_(kQueue) {
  for (std::size_t i = 0; i < kBatch; ++i) {
    headers_[i].msg_hdr.msg_iov = &pieces_[i];
    headers_[i].msg_hdr.msg_iovlen = 1;
    headers_[i].msg_hdr.msg_name = &destinations_[i];
  }
}

void DatagramSender::send(PacketRef packet, std::uint64_t tag) {
  const bool reachable = packet->flow.remote.family() == family_;
  if (!reachable || size_ == kQueue) {
    if (reachable) counters_.add(Counter::SendQueueFull);
    failures_.send_failed(packet->flow, tag);
    return;
  }
  Entry& next = entry(size_++);
  next.packet = std::move(packet);
  next.tag = tag;
  if (!blocked_ && size_ % kBatch == 0) flush();
}

bool DatagramSender::flush() {
  blocked_ = false;
  while (size_ > 0) {
    const std::size_t count = prepare();
    const int sent =
        transmit_(socket_.descriptor, headers_.data(), static_cast<unsigned>(count), MSG_DONTWAIT);
    if (sent > 0) {
      for (int i = 0; i < sent; ++i) drop_first(true);
      continue;
    }
    if (errno == EINTR) continue;
    if (errno == EAGAIN || errno == EWOULDBLOCK) {
      blocked_ = true;
      return false;
    }
    drop_first(false);  // no route, too large, refused by a firewall: the error is that of the first datagram
  }
  return true;
}

std::size_t DatagramSender::prepare() {
  const std::size_t count = std::min(size_, kBatch);
  for (std::size_t i = 0; i < count; ++i) {
    Packet& packet = *entry(i).packet;
    pieces_[i] = {packet.data(), packet.size};
    headers_[i].msg_hdr.msg_namelen = packet.flow.remote.to(destinations_[i], family_);
    prepare_source(i, packet.flow.local);
  }
  return count;
}

void DatagramSender::prepare_source(std::size_t i, const base::IpAddress& local) {
  msghdr& header = headers_[i].msg_hdr;
  header.msg_control = nullptr;
  header.msg_controllen = 0;
  if (!socket_.wildcard || local.is_unspecified()) return;

  const bool v4 = family_ == AF_INET;
  if (v4 != local.is_v4()) return;
  header.msg_control = controls_[i].bytes.data();
  header.msg_controllen = v4 ? CMSG_SPACE(sizeof(in_pktinfo)) : CMSG_SPACE(sizeof(in6_pktinfo));
  cmsghdr* const part = CMSG_FIRSTHDR(&header);
  if (v4) {
    in_pktinfo info{};
    std::memcpy(&info.ipi_spec_dst, local.raw().data() + 12, 4);
    part->cmsg_level = IPPROTO_IP;
    part->cmsg_type = IP_PKTINFO;
    part->cmsg_len = CMSG_LEN(sizeof info);
    std::memcpy(CMSG_DATA(part), &info, sizeof info);
  } else {
    in6_pktinfo info{};
    std::memcpy(&info.ipi6_addr, local.raw().data(), 16);
    part->cmsg_level = IPPROTO_IPV6;
    part->cmsg_type = IPV6_PKTINFO;
    part->cmsg_len = CMSG_LEN(sizeof info);
    std::memcpy(CMSG_DATA(part), &info, sizeof info);
  }
}

void DatagramSender::drop_first(bool sent) {
  Entry gone = std::move(entry(0));
  first_ = (first_ + 1) % kQueue;
  --size_;
  if (sent) {
    counters_.add(Counter::PacketsOut);
    counters_.add(Counter::BytesOut, gone.packet->size);
  } else {
    failures_.send_failed(gone.packet->flow, gone.tag);
  }
}

}  // namespace ringfence::net
