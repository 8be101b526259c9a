// SPDX-License-Identifier: Apache-2.0
// Server: HTTP/1.1 on a thread of its own, bounded in connections, bytes and time.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "base/address.h"
#include "base/failure.h"
#include "http/router.h"

namespace ringfence::http {

struct ServerOptions {
  base::Endpoint listen{};           ///< port 0: any free one
  std::string setting = {};          ///< the option `listen` came from, for failures: "metrics.listen"
  std::size_t connections = 64;      ///< more are closed as they come
  std::size_t request_bytes = 8192;  ///< start line and headers; more is a 431. Bodies are not read
  std::chrono::milliseconds deadline =
      std::chrono::seconds{5};  ///< for a request to arrive, for an answer to leave
};

/// Since the start.
struct ServerCounts {
  std::uint64_t requests = 0;   ///< that reached the router
  std::uint64_t malformed = 0;  ///< answered 400 or 431
  std::uint64_t overdue = 0;    ///< connections closed at their deadline
  std::uint64_t refused = 0;    ///< connections over the bound
};

/// Serves until it is stopped or destroyed.
class Server {
 public:
  /// Listens, then starts the thread.
  /// @error  the address cannot be listened on
  [[nodiscard]] static base::Result<Server> start(const ServerOptions& options, Router router);
  Server(Server&&) noexcept;
  Server& operator=(Server&&) noexcept;
  ~Server();

  /// Where it listens, with the real port.
  [[nodiscard]] base::Endpoint bound() const;
  [[nodiscard]] ServerCounts counts() const;

  /// Stops listening, closes waiting connections, lets answers on their way leave (at most for the deadline),
  /// and returns when the thread has ended. Doing it twice is harmless. Not to be called by a handler.
  void stop();

 private:
  class Loop;
  explicit Server(std::unique_ptr<Loop> loop);

  std::unique_ptr<Loop> loop_;
};

}  // namespace ringfence::http
