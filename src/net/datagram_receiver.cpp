// SPDX-License-Identifier: Apache-2.0
// recvmmsg into packets, and the destination address of datagrams that came to a wildcard socket.
#include "net/datagram_receiver.h"

#include <algorithm>
#include <cstring>

namespace ringfence::net {

DatagramReceiver::DatagramReceiver(PacketPool& packets, Counters& counters)
    : packets_{packets},
      counters_{counters},
      spill_{std::make_unique_for_overwrite<char[]>(kBatch * kSpill)} {
  for (std::size_t i = 0; i < kBatch; ++i) {
    pieces_[i][1] = {spill_.get() + i * kSpill, kSpill};
    headers_[i].msg_hdr.msg_iov = pieces_[i].data();
    headers_[i].msg_hdr.msg_iovlen = pieces_[i].size();
    headers_[i].msg_hdr.msg_name = &sources_[i];
    headers_[i].msg_hdr.msg_control = controls_[i].bytes.data();
  }
}

std::size_t DatagramReceiver::fill_slots() {
  for (std::size_t i = 0; i < kBatch; ++i) {
    if (!slots_[i]) {
      slots_[i] = packets_.take();
      if (!slots_[i]) return i;
      pieces_[i][0] = {slots_[i]->data(), slots_[i]->capacity()};
    }
    // recvmmsg has overwritten the lengths of the last batch.
    headers_[i].msg_hdr.msg_namelen = sizeof(sockaddr_storage);
    headers_[i].msg_hdr.msg_controllen = socket_.wildcard ? sizeof(Control) : 0;
  }
  return kBatch;
}

std::size_t DatagramReceiver::receive(const DatagramSocket& socket) {
  socket_ = socket;
  const std::size_t slots = fill_slots();
  if (slots == 0) {
    counters_.add(Counter::NoPacket);
    return 0;
  }
  const int got =
      recvmmsg(socket.descriptor, headers_.data(), static_cast<unsigned>(slots), MSG_DONTWAIT, nullptr);
  return got > 0 ? static_cast<std::size_t>(got) : 0;
}

Flow DatagramReceiver::flow(std::size_t i) const {
  Flow flow;
  flow.remote = base::Endpoint::from(sources_[i]);
  flow.listener = socket_.listener;
  flow.protocol = Protocol::Udp;
  if (socket_.wildcard) flow.local = destination(headers_[i].msg_hdr);
  return flow;
}

PacketRef DatagramReceiver::take(std::size_t i) {
  const std::size_t bytes = headers_[i].msg_len;
  if (bytes <= PacketPool::kSmallBytes) {
    slots_[i]->size = static_cast<std::uint32_t>(bytes);
    return std::move(slots_[i]);
  }
  PacketRef large = packets_.take(bytes);
  if (!large) {
    counters_.add(Counter::NoPacket);
    return {};
  }
  std::memcpy(large->data(), slots_[i]->data(), PacketPool::kSmallBytes);
  std::memcpy(large->data() + PacketPool::kSmallBytes, spill_.get() + i * kSpill,
              bytes - PacketPool::kSmallBytes);
  large->size = static_cast<std::uint32_t>(bytes);
  return large;
}

base::IpAddress DatagramReceiver::destination(const msghdr& header) const {
  base::IpAddress::Raw raw{};
  // The macros want a header they may write to; they do not.
  auto* const parts = const_cast<msghdr*>(&header);
  for (cmsghdr* part = CMSG_FIRSTHDR(parts); part != nullptr; part = CMSG_NXTHDR(parts, part)) {
    if (part->cmsg_level == IPPROTO_IP && part->cmsg_type == IP_PKTINFO) {
      in_pktinfo info;
      std::memcpy(&info, CMSG_DATA(part), sizeof info);
      // ipi_spec_dst, not ipi_addr: for a broadcast it is the address of ours to answer from.
      raw[10] = raw[11] = 0xff;
      std::memcpy(raw.data() + 12, &info.ipi_spec_dst, 4);
      return base::IpAddress{raw};
    }
    if (part->cmsg_level == IPPROTO_IPV6 && part->cmsg_type == IPV6_PKTINFO) {
      in6_pktinfo info;
      std::memcpy(&info, CMSG_DATA(part), sizeof info);
      // Nothing can be sent from a multicast group: the kernel shall choose then.
      if (info.ipi6_addr.s6_addr[0] == 0xff) return {};
      std::memcpy(raw.data(), &info.ipi6_addr, 16);
      return base::IpAddress{raw};
    }
  }
  return {};
}

}  // namespace ringfence::net
