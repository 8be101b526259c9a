// SPDX-License-Identifier: Apache-2.0
// Asking the kernel by connecting a UDP socket, which sends nothing and does not wait.
#include "net/source_address.h"

#include <sys/socket.h>
#include <unistd.h>

namespace ringfence::net {

std::optional<base::IpAddress> source_towards(const base::Endpoint& place) {
  sockaddr_storage address{};
  const auto size = place.to(address, place.family());
  const int probe = ::socket(place.family(), SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (probe < 0) return std::nullopt;
  std::optional<base::IpAddress> source;
  if (::connect(probe, reinterpret_cast<const sockaddr*>(&address), size) == 0) {
    sockaddr_storage own{};
    socklen_t own_size = sizeof own;
    if (::getsockname(probe, reinterpret_cast<sockaddr*>(&own), &own_size) == 0) {
      source = base::Endpoint::from(own).address;
    }
  }
  ::close(probe);
  return source;
}

}  // namespace ringfence::net
