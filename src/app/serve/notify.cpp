// SPDX-License-Identifier: Apache-2.0
// One datagram to the service manager; three lines to the operator.
#include "app/serve/notify.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace ringfence::app {

void notify_service_manager(std::string_view line) {
  const char* path = std::getenv("NOTIFY_SOCKET");
  sockaddr_un address{};
  if (path == nullptr || *path == '\0' || std::strlen(path) >= sizeof address.sun_path) return;
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path, std::strlen(path));
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + std::strlen(path));
  if (*path == '@') address.sun_path[0] = '\0';  // the abstract namespace
  const int socket = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (socket < 0) return;
  ::sendto(socket, line.data(), line.size(), MSG_NOSIGNAL, reinterpret_cast<const sockaddr*>(&address), size);
  ::close(socket);
}

void print_failure(const base::Failure& failure) {
  std::fprintf(stderr, "ringfence: %s\n", failure.what.c_str());
  if (!failure.why.empty()) std::fprintf(stderr, "  why:  %s\n", failure.why.c_str());
  if (!failure.next.empty()) std::fprintf(stderr, "  next: %s\n", failure.next.c_str());
}

}  // namespace ringfence::app
