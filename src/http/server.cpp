// SPDX-License-Identifier: Apache-2.0
// The HTTP server on Boost.Beast and Asio, which stay inside this file.
#include "http/server.h"

#include <signal.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <thread>
#include <utility>
#include <vector>

#include "base/thread_name.h"
#include "observe/log.h"

namespace ringfence::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace wire = boost::beast::http;
using asio::ip::tcp;

/// Suspends until done and gives the error as a value.
constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);

constexpr auto kAcceptPause = std::chrono::milliseconds{100};
constexpr std::size_t kMostDiscarded = 64 * 1024;

tcp::endpoint to_asio(const base::Endpoint& endpoint) {
  const auto& raw = endpoint.address.raw();
  if (endpoint.address.is_v4()) {
    return {asio::ip::address_v4{{raw[12], raw[13], raw[14], raw[15]}}, endpoint.port};
  }
  return {asio::ip::address_v6{raw}, endpoint.port};
}

base::Endpoint from_asio(const tcp::endpoint& endpoint) {
  const auto address = endpoint.address();
  if (address.is_v6()) return {base::IpAddress{address.to_v6().to_bytes()}, endpoint.port()};
  const auto bytes = address.to_v4().to_bytes();
  return {base::IpAddress::v4(bytes[0], bytes[1], bytes[2], bytes[3]), endpoint.port()};
}

wire::response<wire::string_body> to_wire(Response&& response, unsigned version, bool keep_alive) {
  wire::response<wire::string_body> message{static_cast<wire::status>(response.status), version};
  message.set(wire::field::content_type, response.content_type);
  message.set(wire::field::cache_control, "no-store");
  message.set("X-Content-Type-Options", "nosniff");
  if (!response.allow.empty()) message.set(wire::field::allow, response.allow);
  message.body() = std::move(response.body);
  message.keep_alive(keep_alive);
  message.prepare_payload();
  return message;
}

/// The answer to a request that could not be read.
Response refusal_of(const beast::error_code& error) {
  const bool too_long = error == wire::error::header_limit || error == wire::error::buffer_overflow;
  if (too_long) return {.status = 431, .body = "the request is too long\n"};
  return {.status = 400, .body = "this is not a request that HTTP/1.1 knows\n"};
}

bool is_parse_error(const beast::error_code& error) {
  return error.category() == wire::make_error_code(wire::error::bad_method).category() &&
         error != wire::error::end_of_stream && error != wire::error::partial_message;
}

/// Signals are for the main thread: this one, and what it would start, must not take them.
template <class Run>
std::thread start_without_signals(Run run) {
  sigset_t all;
  sigset_t before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  std::thread thread{std::move(run)};
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return thread;
}

}  // namespace

/// One acceptor and its connections, each a coroutine, all on one thread.
class Server::Loop {
 public:
  Loop(const ServerOptions& options, Router router) : options_{options}, router_{std::move(router)} {}
  ~Loop() { stop(); }
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  /// An empty error when it listens.
  beast::error_code listen() {
    beast::error_code error;
    const auto endpoint = to_asio(options_.listen);
    const auto then = [&error](auto step) {
      if (!error) step();
    };
    then([&] { acceptor_.open(endpoint.protocol(), error); });
    then([&] { acceptor_.set_option(tcp::acceptor::reuse_address{true}, error); });
    then([&] {
      if (endpoint.address().is_v6()) acceptor_.set_option(asio::ip::v6_only{true}, error);
    });
    then([&] { acceptor_.bind(endpoint, error); });
    then([&] { acceptor_.listen(asio::socket_base::max_listen_connections, error); });
    then([&] { bound_ = from_asio(acceptor_.local_endpoint(error)); });
    return error;
  }

  void run() {
    asio::co_spawn(context_, accept(), asio::detached);
    thread_ = start_without_signals([this] {
      base::name_this_thread("http");
      context_.run();
    });
  }

  void stop() {
    if (!thread_.joinable()) return;
    asio::post(context_, [this] { begin_stop(); });
    thread_.join();
  }

  [[nodiscard]] base::Endpoint bound() const { return bound_; }
  [[nodiscard]] ServerCounts counts() const {
    return {requests_.load(), malformed_.load(), overdue_.load(), refused_.load()};
  }

 private:
  /// A connection as long as it is served.
  struct Connection {
    Connection(Loop& owner, tcp::socket socket)
        : loop{owner}, stream{std::move(socket)}, buffer{owner.options_.request_bytes} {
      loop.connections_.push_back(this);
    }
    ~Connection() { std::erase(loop.connections_, this); }
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    Loop& loop;
    beast::tcp_stream stream;
    beast::flat_buffer buffer;
    bool waiting = false;  ///< for a request or for the end: nobody loses anything when it is closed now
  };

  void begin_stop() {
    stopping_ = true;
    beast::error_code ignored;
    acceptor_.close(ignored);
    pause_.cancel();
    for (Connection* const connection : connections_) {
      if (connection->waiting) connection->stream.cancel();
    }
  }

  asio::awaitable<void> accept() {
    while (!stopping_) {
      auto [error, socket] = co_await acceptor_.async_accept(kAwait);
      if (stopping_) co_return;
      if (error) {
        // Out of descriptors, most likely. Trying again at once would only burn the processor.
        observe::log(observe::Level::Warning, "http.accept_failed", {{"why", error.message()}});
        pause_.expires_after(kAcceptPause);
        co_await pause_.async_wait(kAwait);
      } else if (connections_.size() >= options_.connections) {
        ++refused_;
      } else {
        asio::co_spawn(context_, serve(std::move(socket)), asio::detached);
      }
    }
  }

  asio::awaitable<void> serve(tcp::socket socket) {
    Connection connection{*this, std::move(socket)};
    while (co_await serve_one(connection)) {
    }
    connection.waiting = true;
    co_await close(connection.stream);
  }

  /// Reads a request and answers it; false when the connection is to be closed.
  asio::awaitable<bool> serve_one(Connection& connection) {
    wire::request_parser<wire::empty_body> parser;
    parser.header_limit(static_cast<std::uint32_t>(options_.request_bytes));
    connection.stream.expires_after(options_.deadline);
    connection.waiting = true;
    const auto [error, size] =
        co_await wire::async_read_header(connection.stream, connection.buffer, parser, kAwait);
    connection.waiting = false;
    if (error == beast::error::timeout) ++overdue_;
    if (error && !is_parse_error(error)) co_return false;
    if (error) {
      ++malformed_;
      co_await send(connection.stream, to_wire(refusal_of(error), 11, false));
      co_return false;
    }
    ++requests_;
    const auto& request = parser.get();
    const bool keep_alive =
        request.keep_alive() && parser.is_done() && !stopping_;  // a body would be read as a request
    const auto target = request_of(request.method_string(), request.target());
    auto response = to_wire(router_.route(target), request.version(), keep_alive);
    if (request.method() == wire::verb::head)
      response.body().clear();  // the Content-Length stays (RFC 9110 §9.3.2)
    const bool sent = co_await send(connection.stream, std::move(response));
    co_return sent&& keep_alive && !stopping_;
  }

  asio::awaitable<bool> send(beast::tcp_stream& stream, wire::response<wire::string_body> response) {
    stream.expires_after(options_.deadline);
    wire::response_serializer<wire::string_body> serializer{response};
    const auto [error, size] = co_await wire::async_write(stream, serializer, kAwait);
    if (error == beast::error::timeout) ++overdue_;
    co_return !error;
  }

  /// Closing with unread bytes would reset the connection, and the client might lose our answer: they are
  /// read first.
  asio::awaitable<void> close(beast::tcp_stream& stream) {
    beast::error_code error;
    stream.socket().shutdown(tcp::socket::shutdown_send, error);
    stream.expires_after(options_.deadline);
    std::array<char, 4096> bytes;
    for (std::size_t discarded = 0; !error && !stopping_ && discarded < kMostDiscarded;) {
      const auto [failed, size] = co_await stream.async_read_some(asio::buffer(bytes), kAwait);
      error = failed;
      discarded += size;
    }
  }

  const ServerOptions options_;
  const Router router_;
  base::Endpoint bound_;
  asio::io_context context_{1};
  tcp::acceptor acceptor_{context_};
  asio::steady_timer pause_{context_};
  std::vector<Connection*> connections_;
  bool stopping_ = false;
  std::atomic<std::uint64_t> requests_{0};
  std::atomic<std::uint64_t> malformed_{0};
  std::atomic<std::uint64_t> overdue_{0};
  std::atomic<std::uint64_t> refused_{0};
  std::thread thread_;
};

base::Result<Server> Server::start(const ServerOptions& options, Router router) {
  auto loop = std::make_unique<Loop>(options, std::move(router));
  if (const auto error = loop->listen()) {
    const std::string setting =
        options.setting.empty() ? "another address" : "another address in " + options.setting;
    return base::fail("cannot listen on " + options.listen.to_string() + " for HTTP", error.message(),
                      "stop the program that uses it (ss -ltnp shows which), or choose " + setting);
  }
  loop->run();
  return Server{std::move(loop)};
}

Server::Server(std::unique_ptr<Loop> loop) : loop_{std::move(loop)} {}
Server::Server(Server&&) noexcept = default;
Server& Server::operator=(Server&&) noexcept = default;
Server::~Server() = default;

base::Endpoint Server::bound() const {
  return loop_->bound();
}
ServerCounts Server::counts() const {
  return loop_->counts();
}
void Server::stop() {
  loop_->stop();
}

}  // namespace ringfence::http
