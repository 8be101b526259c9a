// SPDX-License-Identifier: Apache-2.0
// recv, sendmsg and connect on non-blocking descriptors.
#include "net/socket_wire.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "net/sockets.h"

namespace ringfence::net {
namespace {

constexpr std::size_t kPieces = 64;

bool try_later() {
  return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
}

}  // namespace

Wire::Io SocketWire::read(Handle handle, std::span<char> into) {
  const ssize_t got = recv(handle, into.data(), into.size(), MSG_DONTWAIT);
  if (got > 0) return {Io::Done, static_cast<std::size_t>(got)};
  if (got == 0) return {Io::End, 0};
  return {try_later() ? Io::Again : Io::Broken, 0};
}

Wire::Io SocketWire::write(Handle handle, std::span<const std::string_view> pieces) {
  std::array<iovec, kPieces> vectors;
  const std::size_t count = std::min(pieces.size(), kPieces);
  for (std::size_t i = 0; i < count; ++i) {
    // sendmsg only reads what an iovec points at.
    vectors[i] = {const_cast<char*>(pieces[i].data()), pieces[i].size()};
  }
  msghdr header{};
  header.msg_iov = vectors.data();
  header.msg_iovlen = count;
  const ssize_t sent = sendmsg(handle, &header, MSG_DONTWAIT | MSG_NOSIGNAL);
  if (sent > 0) return {Io::Done, static_cast<std::size_t>(sent)};
  return {sent == 0 || try_later() ? Io::Again : Io::Broken, 0};
}

std::optional<Wire::Handle> SocketWire::connect(const Flow& flow, base::SlotId connection) {
  const int family = flow.remote.family();
  Descriptor socket{::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
  if (!socket) return std::nullopt;
  const int on = 1;
  setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);

  // Leave from the address the listener shows, on any port.
  base::Endpoint from;
  from.address = flow.local;
  if (from.address.is_unspecified() && flow.listener < listeners_.size()) {
    from.address = listeners_[flow.listener].bound.address;
  }
  sockaddr_storage address{};
  if (!from.address.is_unspecified() && from.family() == family) {
    // The port is chosen at connect(), per destination: more connections than there are ports.
    setsockopt(socket.get(), IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
    const socklen_t size = from.to(address, family);
    if (bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), size) != 0) return std::nullopt;
  }
  const socklen_t size = flow.remote.to(address, family);
  if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), size) != 0 &&
      errno != EINPROGRESS) {
    return std::nullopt;
  }
  epoll_event event{};
  event.data.u64 = EventTag{EventTag::Stream, connection.slot, connection.generation}.pack();
  if (epoll_ctl(epoll_, EPOLL_CTL_ADD, socket.get(), &event) != 0) return std::nullopt;
  return socket.release();
}

bool SocketWire::connected(Handle handle) {
  int error = 0;
  socklen_t size = sizeof error;
  return getsockopt(handle, SOL_SOCKET, SO_ERROR, &error, &size) == 0 && error == 0;
}

void SocketWire::watch(Handle handle, base::SlotId connection, bool readable, bool writable) {
  epoll_event event{};
  event.events = (readable ? std::uint32_t{EPOLLIN} : 0U) | (writable ? std::uint32_t{EPOLLOUT} : 0U);
  event.data.u64 = EventTag{EventTag::Stream, connection.slot, connection.generation}.pack();
  if (epoll_ctl(epoll_, EPOLL_CTL_MOD, handle, &event) == 0 || errno != ENOENT) return;
  // An accepted connection is not yet known to epoll.
  epoll_ctl(epoll_, EPOLL_CTL_ADD, handle, &event);
}

void SocketWire::close(Handle handle) {
  ::close(handle);
}

}  // namespace ringfence::net
