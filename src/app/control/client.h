// SPDX-License-Identifier: Apache-2.0
// Client: the command line's end of the control socket. Blocking; one request at a time.
#pragma once

#include <filesystem>
#include <functional>
#include <istream>
#include <string>

#include "app/control/protocol.h"
#include "app/control/socket.h"

namespace ringfence::app::control {

/// Takes lines of an answer as they come.
struct AnswerSink {
  std::function<void(const boost::json::object& page)> page;  ///< columns and rows; also of the last line
  std::function<void(std::size_t done, std::size_t of)> progress;
  std::function<void(std::uint64_t sent)> sent;  ///< bytes of the file so far
};

class Client {
 public:
  /// @error Unreachable  nobody listens in that directory, and how to start a server
  /// @error NotAllowed   the socket is somebody else's
  [[nodiscard]] static std::expected<Client, Problem> connect(const std::filesystem::path& data_directory);

  /// Sends a request and, after it, the file when there is one; reads until the last line.
  /// @return the last line, when it is "ok"
  [[nodiscard]] std::expected<boost::json::object, Problem> ask(const Request& request,
                                                                const AnswerSink& sink,
                                                                std::istream* file = nullptr);

 private:
  explicit Client(Descriptor connection) : connection_{std::move(connection)} {}
  [[nodiscard]] bool send_line(const boost::json::object& line);
  [[nodiscard]] bool send_file(std::istream& file, const AnswerSink& sink);
  [[nodiscard]] std::expected<boost::json::object, Problem> read_line();

  Descriptor connection_;
  std::string input_;
};

/// Where the socket of a data directory is.
[[nodiscard]] std::filesystem::path socket_of(const std::filesystem::path& data_directory);

}  // namespace ringfence::app::control
