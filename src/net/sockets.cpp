// SPDX-License-Identifier: Apache-2.0
// Opening sockets with one system call after another.
#include "net/sockets.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <optional>

namespace ringfence::net {
namespace {

struct SocketOption {
  int level;
  int name;
  const char* text;
};

constexpr SocketOption kReusePort{SOL_SOCKET, SO_REUSEPORT, "SO_REUSEPORT"};
// Connections of our predecessor that linger in TIME_WAIT must not keep us from starting.
constexpr SocketOption kReuseAddress{SOL_SOCKET, SO_REUSEADDR, "SO_REUSEADDR"};
// Accepted connections inherit it.
constexpr SocketOption kNoDelay{IPPROTO_TCP, TCP_NODELAY, "TCP_NODELAY"};
constexpr SocketOption kOnlyV6{IPPROTO_IPV6, IPV6_V6ONLY, "IPV6_V6ONLY"};
constexpr SocketOption kTellV4{IPPROTO_IP, IP_PKTINFO, "IP_PKTINFO"};
constexpr SocketOption kTellV6{IPPROTO_IPV6, IPV6_RECVPKTINFO, "IPV6_RECVPKTINFO"};

/// Collects the first error of a row of system calls on one socket; after it nothing more is tried.
class Opening {
 public:
  Opening(int family, int type) : socket_{::socket(family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)} {
    note("socket", socket_ ? 0 : -1);
  }
  Opening& set(const SocketOption& option, bool wanted = true) {
    const int on = 1;
    if (wanted && !failed_)
      note(option.text, setsockopt(socket_.get(), option.level, option.name, &on, sizeof on));
    return *this;
  }
  Opening& bind(const base::Endpoint& at) {
    sockaddr_storage address{};
    const socklen_t size = at.to(address, at.family());
    if (!failed_) note("bind", ::bind(socket_.get(), reinterpret_cast<const sockaddr*>(&address), size));
    return *this;
  }
  Opening& listen(int backlog) {
    if (!failed_) note("listen", ::listen(socket_.get(), backlog));
    return *this;
  }
  [[nodiscard]] SocketResult<Descriptor> result() {
    if (failed_) return std::unexpected(*failed_);
    return std::move(socket_);
  }

 private:
  void note(const char* call, int returned) {
    if (returned < 0) failed_ = SocketError{call, errno};
  }

  Descriptor socket_;
  std::optional<SocketError> failed_;
};

}  // namespace

Descriptor::~Descriptor() {
  if (fd_ >= 0) ::close(fd_);
}

SocketResult<Descriptor> open_datagram_socket(const base::Endpoint& bind, Group group) {
  const bool v6 = bind.family() == AF_INET6;
  const bool wildcard = bind.address.is_unspecified();
  return Opening{bind.family(), SOCK_DGRAM}
      .set(kOnlyV6, v6)
      .set(v6 ? kTellV6 : kTellV4, wildcard)
      .set(kReusePort, group == Group::Join)
      .bind(bind)
      .set(kReusePort, group == Group::First)
      .result();
}

SocketResult<Descriptor> open_listening_socket(const base::Endpoint& bind, Group group, int backlog) {
  return Opening{bind.family(), SOCK_STREAM}
      .set(kOnlyV6, bind.family() == AF_INET6)
      .set(kReuseAddress)
      .set(kNoDelay)
      .set(kReusePort, group == Group::Join)
      .bind(bind)
      .set(kReusePort, group == Group::First)
      .listen(backlog)
      .result();
}

base::Endpoint bound_endpoint(int socket) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  if (getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) != 0) return {};
  return base::Endpoint::from(address);
}

int set_receive_buffer(int socket, int bytes) {
  if (setsockopt(socket, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof bytes) != 0) {
    setsockopt(socket, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
  }
  int granted = 0;
  socklen_t size = sizeof granted;
  getsockopt(socket, SOL_SOCKET, SO_RCVBUF, &granted, &size);
  return granted / 2;  // the kernel doubles what is asked, for its own bookkeeping (socket(7))
}

}  // namespace ringfence::net
