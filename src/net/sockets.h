// SPDX-License-Identifier: Apache-2.0
// Sockets: descriptors with an owner, and opening them with the options that net needs.
#pragma once

#include <cstdint>
#include <expected>
#include <utility>

#include "base/address.h"

namespace ringfence::net {

/// A descriptor that is closed with its owner.
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int fd) : fd_{fd} {}
  Descriptor(Descriptor&& other) noexcept : fd_{std::exchange(other.fd_, -1)} {}
  Descriptor& operator=(Descriptor other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Descriptor();

  [[nodiscard]] int get() const { return fd_; }
  [[nodiscard]] int release() { return std::exchange(fd_, -1); }
  explicit operator bool() const { return fd_ >= 0; }

 private:
  int fd_ = -1;
};

/// What went wrong with a system call: `error` is errno right after it.
struct SocketError {
  const char* call;
  int error;
};
template <class T>
using SocketResult = std::expected<T, SocketError>;

/// The first socket of a reuseport group binds alone, and so finds out whether anybody else has the port (two
/// groups of one user would share it in silence) and gets a free one for port 0. The others join it.
enum class Group : std::uint8_t { First, Join };

/// A UDP socket, non-blocking, IPv6 only when it is IPv6; tells destination addresses when bound to a
/// wildcard.
[[nodiscard]] SocketResult<Descriptor> open_datagram_socket(const base::Endpoint& bind, Group group);
/// A listening TCP socket.
[[nodiscard]] SocketResult<Descriptor> open_listening_socket(const base::Endpoint& bind, Group group,
                                                             int backlog);

/// Where a socket is bound.
[[nodiscard]] base::Endpoint bound_endpoint(int socket);
/// Asks for a receive buffer, past net.core.rmem_max when we may. Returns what the kernel granted, in the
/// same unit.
int set_receive_buffer(int socket, int bytes);

}  // namespace ringfence::net
