// SPDX-License-Identifier: Apache-2.0
// The control socket in the file system: made by one process, reached by others of the same user.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <utility>

#include "base/failure.h"

namespace ringfence::app::control {

/// A descriptor that closes itself.
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int value) : value_{value} {}
  Descriptor(Descriptor&& other) noexcept : value_{std::exchange(other.value_, -1)} {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(value_, other.value_);
    return *this;
  }
  ~Descriptor();
  [[nodiscard]] int get() const { return value_; }
  [[nodiscard]] bool valid() const { return value_ >= 0; }

 private:
  int value_ = -1;
};

/// Listens without blocking on `path`, mode 0600 from the first moment; replaces a socket that nobody listens
/// on.
/// @error  somebody listens there, the path is longer than a socket's may be (107), or the system refuses
[[nodiscard]] base::Result<Descriptor> listen_at(const std::filesystem::path& path);

/// Connects, blocking. The error is errno's number.
[[nodiscard]] std::expected<Descriptor, int> connect_to(const std::filesystem::path& path);

/// The user at the other end, as the kernel saw it connect.
[[nodiscard]] uid_t peer_of(const Descriptor& connection);
/// "root (uid 0)"
[[nodiscard]] std::string user_name(uid_t uid);

}  // namespace ringfence::app::control
