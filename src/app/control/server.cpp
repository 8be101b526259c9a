// SPDX-License-Identifier: Apache-2.0
// Connections of the control socket: one line in, one verb at a time, lines out as the client takes them.
#include "app/control/server.h"

#include <fmt/format.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

#include "app/control/mailbox.h"
#include "app/control/socket.h"
#include "base/assert.h"

namespace ringfence::app::control {
namespace {

constexpr std::size_t kReadBytes = 64U * 1024;
constexpr std::size_t kMaxOutput = 16U
                                   << 20;  // a client that does not read while answers pile up is given up
constexpr std::uint64_t kListener = 0;     // epoll's names for what is not a connection
constexpr std::uint64_t kMailbox = 1;
constexpr std::uint64_t kFirstConnection = 2;

std::string line_of(const Problem& problem) {
  return boost::json::serialize(to_json(problem)) + "\n";
}

Problem malformed(std::string_view why) {
  return {Exit::Usage,
          {"cannot read a request", std::string{why}, "use the ringfence command of this release"}};
}

struct Connection {
  Descriptor descriptor;
  Caller caller;
  std::string input;
  std::string output;
  std::size_t sent = 0;
  std::uint32_t watched = 0;  // what epoll was told
  bool busy = false;          // a verb is at work
  bool wants_chunk = false;   // and ready for the next part of its file
  bool input_ended = false;
  bool closing = false;  // when all is sent
  std::function<void(Chunk)> take_chunk;
  std::function<void()> drained;

  [[nodiscard]] bool wants_line() const { return !closing && (!busy || wants_chunk); }
  [[nodiscard]] bool has_output() const { return sent < output.size(); }
};

}  // namespace

class Server::Loop final : public ReplySink {
 public:
  Loop(std::filesystem::path path, Descriptor listener)
      : path_{std::move(path)}, listener_{std::move(listener)}, epoll_{::epoll_create1(EPOLL_CLOEXEC)} {
    RF_ASSERT(epoll_.valid());
    watch(listener_.get(), kListener, EPOLLIN, EPOLL_CTL_ADD);
    watch(mailbox_->descriptor(), kMailbox, EPOLLIN, EPOLL_CTL_ADD);
  }
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;
  ~Loop() {
    mailbox_->close();
    ::unlink(path_.c_str());
  }

  void turn();
  void on(std::string verb, Handler handler) { handlers_[std::move(verb)] = std::move(handler); }
  void post(std::function<void()> work) { mailbox_->post(std::move(work)); }
  [[nodiscard]] int descriptor() const { return epoll_.get(); }
  [[nodiscard]] const ServerCounts& counts() const { return counts_; }

  void send(std::uint64_t id, std::string line, bool last) override;
  void when_drained(std::uint64_t id, std::function<void()> then) override;
  void take_chunks(std::uint64_t id, std::function<void(Chunk)> take) override;
  void next_chunk(std::uint64_t id) override;

 private:
  void watch(int descriptor, std::uint64_t name, std::uint32_t events, int operation) const;
  void accept_one();
  void on_ready(std::uint64_t id, std::uint32_t events);
  void read(std::uint64_t id, Connection& connection);
  void handle_lines(std::uint64_t id, Connection& connection);
  void handle_line(std::uint64_t id, Connection& connection, std::string_view line);
  void handle_chunk(Connection& connection, std::string_view line);
  void flush(Connection& connection);
  /// Sends what can be sent, goes on with what waits, and closes or watches the connection.
  void settle(std::uint64_t id);
  [[nodiscard]] Connection* find(std::uint64_t id);

  std::filesystem::path path_;
  Descriptor listener_;
  Descriptor epoll_;
  std::shared_ptr<Mailbox> mailbox_ = std::make_shared<Mailbox>();
  std::map<std::string, Handler> handlers_;
  std::map<std::uint64_t, Connection> connections_;
  std::uint64_t next_id_ = kFirstConnection;
  ServerCounts counts_;
};

void Server::Loop::watch(int descriptor, std::uint64_t name, std::uint32_t events, int operation) const {
  epoll_event event{};
  event.events = events;
  event.data.u64 = name;
  (void)::epoll_ctl(epoll_.get(), operation, descriptor, &event);
}

void Server::Loop::turn() {
  std::array<epoll_event, 64> events{};
  const int count = ::epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()), 0);
  bool knocked = false;
  for (int i = 0; i < count; ++i) {
    const auto& event = events[static_cast<std::size_t>(i)];
    switch (event.data.u64) {
      case kListener:
        knocked = true;
        break;
      case kMailbox:
        mailbox_->run();
        break;
      default:
        on_ready(event.data.u64, event.events);
    }
  }
  if (knocked) accept_one();
}

/// One for each turn: whoever left before this one came has made room by now.
void Server::Loop::accept_one() {
  Descriptor descriptor{::accept4(listener_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC)};
  if (!descriptor.valid()) return;
  const uid_t uid = peer_of(descriptor);
  const std::uint64_t id = next_id_++;
  Connection& connection = connections_[id];
  connection.caller = {uid, user_name(uid)};
  connection.descriptor = std::move(descriptor);
  watch(connection.descriptor.get(), id, 0, EPOLL_CTL_ADD);
  // The mode of the socket keeps others out; this holds also where somebody has changed it.
  const bool foreign = uid != 0 && uid != ::geteuid();
  if (foreign || connections_.size() > kMaxClients) {
    ++counts_.refused;
    connection.closing = true;
    connection.output = line_of(
        foreign ? Problem{Exit::NotAllowed,
                          {"cannot control this server", "it belongs to another user",
                           "become that user, or root"}}
                : Problem{Exit::Failed, {"cannot take one more client", "32 are connected", "try again"}});
  }
  settle(id);
}

Connection* Server::Loop::find(std::uint64_t id) {
  const auto found = connections_.find(id);
  return found != connections_.end() ? &found->second : nullptr;
}

void Server::Loop::on_ready(std::uint64_t id, std::uint32_t events) {
  Connection* connection = find(id);
  if (connection == nullptr) return;
  if ((events & (EPOLLHUP | EPOLLERR)) !=
      0) {  // gone for both ways: whoever still works for it talks to nobody
    connections_.erase(id);
    return;
  }
  if ((events & EPOLLIN) != 0) read(id, *connection);
  settle(id);
}

void Server::Loop::read(std::uint64_t id, Connection& connection) {
  std::array<char, kReadBytes> buffer;
  const auto got = ::recv(connection.descriptor.get(), buffer.data(), buffer.size(), 0);
  if (got > 0) {
    connection.input.append(buffer.data(), static_cast<std::size_t>(got));
    handle_lines(id, connection);
  } else if (got == 0 || (errno != EAGAIN && errno != EINTR)) {
    connection.input_ended = true;
  }
}

void Server::Loop::handle_lines(std::uint64_t id, Connection& connection) {
  while (connection.wants_line()) {
    const auto end = connection.input.find('\n');
    const bool too_long = std::min(end, connection.input.size()) > kMaxRequest;
    if (too_long) {
      ++counts_.malformed;
      connection.output += line_of(malformed("a line has at most 65536 bytes"));
      connection.closing = true;
      return;
    }
    if (end == std::string::npos) return;
    const std::string line = connection.input.substr(0, end);
    connection.input.erase(0, end + 1);
    if (connection.busy) {
      handle_chunk(connection, line);
    } else {
      handle_line(id, connection, line);
    }
  }
}

void Server::Loop::handle_line(std::uint64_t id, Connection& connection, std::string_view line) {
  auto request = parse_request(line);
  if (!request) {
    ++counts_.malformed;
    connection.output += line_of(malformed(request.error()));
    return;
  }
  ++counts_.requests;
  const std::string name = request->name();
  const auto handler = handlers_.find(name);
  if (handler == handlers_.end()) {
    connection.output += line_of({Exit::Usage,
                                  {fmt::format("cannot do \"{}\"", name), "this server has no such command",
                                   "see ringfence --help; is the server of the same release?"}});
    return;
  }
  connection.busy = true;
  handler->second(Call{std::move(*request), connection.caller, Reply{mailbox_, *this, id}});
}

void Server::Loop::handle_chunk(Connection& connection, std::string_view line) {
  auto chunk = parse_chunk(line);
  if (!chunk) {
    ++counts_.malformed;
    connection.output += line_of(malformed(chunk.error()));
    connection.closing = true;  // where the file would go on is not known
    return;
  }
  connection.wants_chunk = false;
  connection.take_chunk(std::move(*chunk));
}

void Server::Loop::flush(Connection& connection) {
  while (connection.has_output()) {
    const auto put = ::send(connection.descriptor.get(), connection.output.data() + connection.sent,
                            connection.output.size() - connection.sent, MSG_NOSIGNAL);
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) {
      if (errno != EAGAIN)
        connection.input_ended = connection.closing = true, connection.output.clear(), connection.sent = 0;
      return;
    }
    connection.sent += static_cast<std::size_t>(put);
  }
  connection.output.clear();
  connection.sent = 0;
}

void Server::Loop::settle(std::uint64_t id) {
  Connection* connection = find(id);
  if (connection == nullptr) return;
  flush(*connection);
  if (!connection->has_output() && connection->drained) {
    std::exchange(connection->drained, nullptr)();
  }
  handle_lines(id, *connection);
  flush(*connection);
  const bool idle = !connection->busy && !connection->has_output();
  const bool cut_off =
      connection->wants_chunk && connection->input_ended;  // the rest of its file will never come
  const bool overfull = connection->output.size() - connection->sent > kMaxOutput;
  if (overfull || cut_off || (connection->closing && !connection->has_output()) ||
      (connection->input_ended && idle)) {
    connections_.erase(id);
    return;
  }
  std::uint32_t wanted = 0;
  if (connection->wants_line() && !connection->input_ended) wanted |= EPOLLIN;
  if (connection->has_output()) wanted |= EPOLLOUT;
  if (wanted == connection->watched) return;
  connection->watched = wanted;
  watch(connection->descriptor.get(), id, wanted, EPOLL_CTL_MOD);
}

void Server::Loop::send(std::uint64_t id, std::string line, bool last) {
  Connection* connection = find(id);
  if (connection == nullptr) return;
  connection->output += line;
  if (last) {
    connection->busy = connection->wants_chunk = false;
    connection->take_chunk = nullptr;
    connection->drained = nullptr;
  }
  settle(id);
}

void Server::Loop::when_drained(std::uint64_t id, std::function<void()> then) {
  Connection* connection = find(id);
  if (connection == nullptr) return;
  connection->drained = std::move(then);
  settle(id);
}

void Server::Loop::take_chunks(std::uint64_t id, std::function<void(Chunk)> take) {
  Connection* connection = find(id);
  if (connection == nullptr) return;
  connection->take_chunk = std::move(take);
  next_chunk(id);
}

void Server::Loop::next_chunk(std::uint64_t id) {
  Connection* connection = find(id);
  if (connection == nullptr || !connection->take_chunk) return;
  connection->wants_chunk = true;
  if (connection->input_ended && connection->input.empty())
    connection->closing = true;  // the rest will never come
  settle(id);
}

base::Result<std::unique_ptr<Server>> Server::open(const std::filesystem::path& path) {
  auto listener = listen_at(path);
  if (!listener) return std::unexpected(std::move(listener.error()));
  return std::unique_ptr<Server>{new Server{std::make_unique<Loop>(path, std::move(*listener))}};
}

Server::Server(std::unique_ptr<Loop> loop) : loop_{std::move(loop)} {}
Server::~Server() = default;

void Server::on(std::string verb, Handler handler) {
  loop_->on(std::move(verb), std::move(handler));
}
int Server::descriptor() const {
  return loop_->descriptor();
}
void Server::turn() {
  loop_->turn();
}
void Server::post(std::function<void()> work) {
  loop_->post(std::move(work));
}
const ServerCounts& Server::counts() const {
  return loop_->counts();
}

}  // namespace ringfence::app::control
