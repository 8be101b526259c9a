// SPDX-License-Identifier: Apache-2.0
// Unix sockets with a name.
#include "app/control/socket.h"

#include <fmt/format.h>
#include <pwd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <optional>
#include <system_error>

namespace ringfence::app::control {
namespace {

constexpr int kBacklog = 64;

std::optional<sockaddr_un> address_of(const std::filesystem::path& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.native().size() >= sizeof address.sun_path) return std::nullopt;
  std::memcpy(address.sun_path, path.c_str(), path.native().size());
  return address;
}

const sockaddr* generic(const sockaddr_un& address) {
  return reinterpret_cast<const sockaddr*>(&address);
}

std::string reason(int error) {
  return std::error_code{error, std::generic_category()}.message();
}

}  // namespace

Descriptor::~Descriptor() {
  if (valid()) ::close(value_);
}

std::expected<Descriptor, int> connect_to(const std::filesystem::path& path) {
  const auto address = address_of(path);
  if (!address) return std::unexpected(ENAMETOOLONG);
  Descriptor connection{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  if (!connection.valid() || ::connect(connection.get(), generic(*address), sizeof *address) != 0) {
    return std::unexpected(errno);
  }
  return connection;
}

base::Result<Descriptor> listen_at(const std::filesystem::path& path) {
  const std::string what = fmt::format("cannot listen on {}", path.string());
  const auto address = address_of(path);
  if (!address) {
    return base::fail(what, "the path of a socket has at most 107 characters",
                      "choose a shorter --data directory");
  }
  if (connect_to(path)) {
    return base::fail(what, "another ringfence listens there",
                      "stop it first, or choose another --data directory");
  }
  ::unlink(path.c_str());  // what a killed process left
  Descriptor listener{::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
  // The mode of the socket before bind() is the mode of the file: there is no moment in which others may
  // connect.
  const bool listening = listener.valid() && ::fchmod(listener.get(), S_IRUSR | S_IWUSR) == 0 &&
                         ::bind(listener.get(), generic(*address), sizeof *address) == 0 &&
                         ::listen(listener.get(), kBacklog) == 0;
  if (!listening) return base::fail(what, reason(errno), "check owner and mode of the directory");
  return listener;
}

uid_t peer_of(const Descriptor& connection) {
  ucred credentials{};
  socklen_t size = sizeof credentials;
  constexpr auto kNobody = static_cast<uid_t>(-1);
  const bool known = ::getsockopt(connection.get(), SOL_SOCKET, SO_PEERCRED, &credentials, &size) == 0;
  return known ? credentials.uid : kNobody;
}

std::string user_name(uid_t uid) {
  std::array<char, 4096> buffer{};
  passwd entry{};
  passwd* found = nullptr;
  const bool known = ::getpwuid_r(uid, &entry, buffer.data(), buffer.size(), &found) == 0 && found != nullptr;
  return fmt::format("{} (uid {})", known ? entry.pw_name : "?", uid);
}

}  // namespace ringfence::app::control
