// SPDX-License-Identifier: Apache-2.0
// Server: listens on DIR/ctl.sock and hands requests to the verbs that are registered. Lives in somebody's
// loop.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "app/control/protocol.h"
#include "app/control/reply.h"
#include "base/failure.h"

namespace ringfence::app::control {

/// Who asks, by what the kernel says of the other end.
struct Caller {
  uid_t uid = 0;
  std::string name;  ///< "root (uid 0)"
};

struct Call {
  Request request;
  Caller caller;
  Reply reply;
};

/// Runs on the server's thread and must not block there; the reply may come later.
using Handler = std::function<void(Call)>;

struct ServerCounts {
  std::uint64_t requests = 0;
  std::uint64_t malformed = 0;
  std::uint64_t refused = 0;  ///< too many clients, or a foreign user
};

/// One thread, except post().
class Server {
 public:
  static constexpr std::size_t kMaxClients = 32;

  /// Makes the socket (mode 0600) in place of one that nobody listens on.
  /// @error  somebody listens there, the directory cannot be written, or the path is too long for a socket
  [[nodiscard]] static base::Result<std::unique_ptr<Server>> open(const std::filesystem::path& path);
  ~Server();  ///< removes the socket
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// `verb` as typed: "subscriber add".
  void on(std::string verb, Handler handler);

  /// Readable when turn() has something to do; for poll() or epoll.
  [[nodiscard]] int descriptor() const;
  /// Does what is ready, without waiting.
  void turn();
  /// Runs `work` in the next turn. Any thread.
  void post(std::function<void()> work);

  [[nodiscard]] const ServerCounts& counts() const;

 private:
  class Loop;
  explicit Server(std::unique_ptr<Loop> loop);
  std::unique_ptr<Loop> loop_;
};

}  // namespace ringfence::app::control
