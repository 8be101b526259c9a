// SPDX-License-Identifier: Apache-2.0
// Asking a running server.
#include "app/control/client.h"

#include <fmt/format.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <system_error>

namespace ringfence::app::control {
namespace {

namespace json = boost::json;

Problem lost() {
  return {Exit::Unreachable,
          {"the answer is missing", "ringfence ended or closed the connection",
           "look at its log, then see with `ringfence status` whether the command was done"}};
}

Problem cannot_connect(const std::filesystem::path& directory, int error) {
  const std::string shown = directory.string();
  switch (error) {
    case EACCES:
    case EPERM:
      return {Exit::NotAllowed,
              {fmt::format("cannot control ringfence on {}", shown), "its socket belongs to another user",
               "become that user, or root"}};
    case ENOENT:
    case ECONNREFUSED:
      return {Exit::Unreachable,
              {fmt::format("ringfence is not running on {}", shown), "nobody listens on its control socket",
               fmt::format("start it with `ringfence serve --data {}`, or name its directory with --data",
                           shown)}};
    default:
      return {Exit::Unreachable,
              {fmt::format("cannot reach ringfence on {}", shown),
               std::error_code{error, std::generic_category()}.message(),
               "check the directory given with --data"}};
  }
}

}  // namespace

std::filesystem::path socket_of(const std::filesystem::path& data_directory) {
  return data_directory / "ctl.sock";
}

std::expected<Client, Problem> Client::connect(const std::filesystem::path& data_directory) {
  auto connection = connect_to(socket_of(data_directory));
  if (!connection) return std::unexpected(cannot_connect(data_directory, connection.error()));
  return Client{std::move(*connection)};
}

bool Client::send_line(const json::object& line) {
  const std::string text = json::serialize(line) + "\n";
  std::size_t sent = 0;
  while (sent < text.size()) {
    const auto put = ::send(connection_.get(), text.data() + sent, text.size() - sent, MSG_NOSIGNAL);
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) return false;
    sent += static_cast<std::size_t>(put);
  }
  return true;
}

bool Client::send_file(std::istream& file, const AnswerSink& sink) {
  std::array<char, kChunkBytes> buffer;
  std::uint64_t sent = 0;
  while (file) {
    file.read(buffer.data(), static_cast<std::streamsize>(buffer.size()));
    const auto got = static_cast<std::size_t>(file.gcount());
    if (got == 0) break;
    if (!send_line(to_json(Chunk{std::string{buffer.data(), got}, false}))) return false;
    sent += got;
    if (sink.sent) sink.sent(sent);
  }
  return send_line(to_json(Chunk{{}, true}));
}

std::expected<json::object, Problem> Client::read_line() {
  while (true) {
    if (const auto end = input_.find('\n'); end != std::string::npos) {
      auto object = parse_object(std::string_view{input_}.substr(0, end));
      input_.erase(0, end + 1);
      if (object) return std::move(*object);
      return std::unexpected(Problem{Exit::Failed,
                                     {"cannot read the answer", "it is not of this protocol",
                                      "use the ringfence command of the server's release"}});
    }
    std::array<char, 64U * 1024> buffer;
    const auto got = ::recv(connection_.get(), buffer.data(), buffer.size(), 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return std::unexpected(lost());
    input_.append(buffer.data(), static_cast<std::size_t>(got));
  }
}

std::expected<json::object, Problem> Client::ask(const Request& request, const AnswerSink& sink,
                                                 std::istream* file) {
  // A server that refuses early may close before all is sent: its answer is what matters, so a failed send is
  // no end.
  if (send_line(to_json(request)) && file != nullptr) (void)send_file(*file, sink);
  while (true) {
    auto line = read_line();
    if (!line) return line;
    if (const json::value* progress = line->if_contains("progress")) {
      const json::array& pair = progress->as_array();
      if (sink.progress)
        sink.progress(pair.at(0).to_number<std::size_t>(), pair.at(1).to_number<std::size_t>());
      continue;
    }
    const json::value* ok = line->if_contains("ok");
    const bool last = ok != nullptr;
    if (last && !(ok->is_bool() && ok->get_bool())) return std::unexpected(problem_in(*line));
    if (line->contains("rows") && sink.page) sink.page(*line);
    if (last) return line;
  }
}

}  // namespace ringfence::app::control
