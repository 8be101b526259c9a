// SPDX-License-Identifier: Apache-2.0
// The HTTP server, asked over plain sockets.
#include "http/server.h"

#include <doctest/doctest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

using namespace ringfence::http;
using namespace ringfence::base;
using namespace std::chrono_literals;

namespace {

/// A blocking TCP connection that reads until the other side closes.
class Client {
 public:
  explicit Client(const Endpoint& to) : socket_{::socket(to.family(), SOCK_STREAM | SOCK_CLOEXEC, 0)} {
    sockaddr_storage address{};
    const auto size = to.to(address, to.family());
    REQUIRE(::connect(socket_, reinterpret_cast<const sockaddr*>(&address), size) == 0);
  }
  Client(Client&& other) noexcept : socket_{std::exchange(other.socket_, -1)} {}
  Client& operator=(Client&&) = delete;
  ~Client() {
    if (socket_ >= 0) ::close(socket_);
  }

  void send(std::string_view text) const {
    while (!text.empty()) {
      const auto count = ::send(socket_, text.data(), text.size(), MSG_NOSIGNAL);
      if (count <= 0) return;  // refused by the other side; what it answered tells
      text.remove_prefix(static_cast<std::size_t>(count));
    }
  }
  /// Reads until `enough(text)` or the end of the stream.
  template <class Enough>
  std::string read_until(Enough enough) const {
    std::string text;
    std::array<char, 4096> bytes;
    while (!enough(text)) {
      const auto count = ::recv(socket_, bytes.data(), bytes.size(), 0);
      if (count <= 0) break;
      text.append(bytes.data(), static_cast<std::size_t>(count));
    }
    return text;
  }
  std::string read_all() const {
    return read_until([](const std::string&) { return false; });
  }
  bool closed_without_a_word() const { return read_all().empty(); }

 private:
  int socket_;
};

const Endpoint kAnyPort{IpAddress::v4(127, 0, 0, 1), 0};

Router sample_routes() {
  Router router;
  router.get("/metrics", [](const Request&) { return Response{.body = "calls 1\n"}; });
  router.get("/large", [](const Request&) { return Response{.body = std::string(3'000'000, 'x')}; });
  return router;
}

Server started(ServerOptions options = {.listen = kAnyPort}) {
  options.listen = kAnyPort;
  auto server = Server::start(options, sample_routes());
  REQUIRE(server);
  return std::move(*server);
}

std::string ask(const Server& server, std::string_view request) {
  const Client client{server.bound()};
  client.send(request);
  return client.read_all();
}

/// Ends with the test's own time limit when it never comes.
template <class Condition>
void wait_until(Condition holds) {
  while (!holds()) std::this_thread::yield();
}

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("port 0 gives a port, and GET gives the handler's answer") {
  const Server server = started();
  CHECK(server.bound().port != 0);
  const std::string answer = ask(server, "GET /metrics?x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  CHECK(answer.starts_with("HTTP/1.1 200 OK\r\n"));
  CHECK(has(answer, "Content-Type: text/plain; charset=utf-8\r\n"));
  CHECK(has(answer, "Content-Length: 8\r\n"));
  CHECK(answer.ends_with("\r\n\r\ncalls 1\n"));
  CHECK_FALSE(has(answer, "Server:"));  // nobody needs to know what we are made of
  CHECK(server.counts().requests == 1);
}

TEST_CASE("HEAD gives the same headers and no body") {
  const Server server = started();
  const std::string answer = ask(server, "HEAD /metrics HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  CHECK(answer.starts_with("HTTP/1.1 200 OK\r\n"));
  CHECK(has(answer, "Content-Length: 8\r\n"));
  CHECK(answer.ends_with("\r\n\r\n"));
}

TEST_CASE("unknown paths and methods are refused by name") {
  const Server server = started();
  CHECK(ask(server, "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").starts_with("HTTP/1.1 404 "));
  const std::string refused = ask(server, "DELETE /metrics HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  CHECK(refused.starts_with("HTTP/1.1 405 "));
  CHECK(has(refused, "Allow: GET, HEAD\r\n"));
}

TEST_CASE("a connection is kept for several requests, pipelined ones too") {
  const Server server = started();
  const Client client{server.bound()};
  const std::string_view request = "GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n";
  client.send(request);
  client.read_until([](const std::string& text) { return text.ends_with("calls 1\n"); });
  client.send(request);
  client.send("GET /metrics HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  const std::string rest = client.read_all();
  CHECK(rest.find("calls 1") != rest.rfind("calls 1"));
  CHECK(server.counts().requests == 3);
}

TEST_CASE("HTTP/1.0 is answered and closed") {
  const Server server = started();
  CHECK(ask(server, "GET /metrics HTTP/1.0\r\n\r\n").ends_with("calls 1\n"));
}

TEST_CASE("a body is not read as the next request") {
  const Server server = started();
  const std::string answer = ask(server,
                                 "POST /metrics HTTP/1.1\r\nHost: a\r\nContent-Length: 37\r\n\r\nGET "
                                 "/metrics HTTP/1.1\r\nHost: b\r\n\r\n....");
  CHECK(answer.starts_with("HTTP/1.1 405 "));
  CHECK_FALSE(has(answer, "calls 1"));
  CHECK(server.counts().requests == 1);
}

TEST_CASE("what is no request is a 400, what is too long a 431; both are counted") {
  const Server server = started();
  CHECK(ask(server, "INVITE sip:a@b SIP/2.0\r\n\r\n").starts_with("HTTP/1.1 400 "));
  CHECK(ask(server, std::string_view{"\0\0\0\0\r\n\r\n", 8}).starts_with("HTTP/1.1 400 "));
  CHECK(ask(server, "GET /metrics HTTP/1.1\r\nX: " + std::string(20'000, 'x') + "\r\n\r\n")
            .starts_with("HTTP/1.1 431 "));
  CHECK(ask(server, "GET /" + std::string(20'000, 'x') + " HTTP/1.1\r\n\r\n").starts_with("HTTP/1.1 431 "));
  CHECK(server.counts().malformed == 4);
  CHECK(server.counts().requests == 0);
}

TEST_CASE("silence and half a request end at the deadline") {
  const Server server = started({.deadline = 50ms});
  CHECK(Client{server.bound()}.closed_without_a_word());
  const Client slow{server.bound()};
  slow.send("GET /metrics HTTP/1.1\r\nHost:");
  CHECK(slow.closed_without_a_word());
  wait_until([&server] { return server.counts().overdue == 2; });  // counted just after the close
}

TEST_CASE("a reader that does not read holds up nobody") {
  const Server server = started({.deadline = 1h});
  const Client lazy{server.bound()};
  for (int i = 0; i < 10; ++i) lazy.send("GET /large HTTP/1.1\r\nHost: a\r\n\r\n");
  CHECK(ask(server, "GET /metrics HTTP/1.0\r\n\r\n").ends_with("calls 1\n"));
}

TEST_CASE("a reader that does not read is closed at the deadline") {
  const Server server = started({.deadline = 50ms});
  const Client lazy{server.bound()};
  for (int i = 0; i < 10; ++i) lazy.send("GET /large HTTP/1.1\r\nHost: a\r\n\r\n");
  wait_until([&server] { return server.counts().overdue == 1; });
}

TEST_CASE("connections over the bound are closed and counted; room comes back") {
  const Server server = started({.connections = 4});
  std::vector<Client> clients;
  for (int i = 0; i < 4; ++i) {
    clients.emplace_back(server.bound());
    clients.back().send("GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n");
    clients.back().read_until([](const std::string& text) { return text.ends_with("calls 1\n"); });
  }
  CHECK(Client{server.bound()}.closed_without_a_word());
  CHECK(server.counts().refused == 1);
  clients.clear();
  wait_until([&server] { return ask(server, "GET /metrics HTTP/1.0\r\n\r\n").ends_with("calls 1\n"); });
}

TEST_CASE("stopping closes waiting connections, frees the port, and may be done twice") {
  Server server = started();
  const Endpoint bound = server.bound();
  const Client waiting{bound};
  waiting.send("GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n");
  waiting.read_until([](const std::string& text) { return text.ends_with("calls 1\n"); });
  server.stop();
  server.stop();
  CHECK(waiting.closed_without_a_word());
  CHECK(Server::start({.listen = bound}, {}));
}

TEST_CASE("stopping does not wait for a client that keeps its end open") {
  Server server = started({.deadline = 1h});
  const Client client{server.bound()};
  client.send("GET /metrics HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  CHECK(client.read_all().ends_with("calls 1\n"));
  server.stop();
}

TEST_CASE("an address in use is a failure that says what to do") {
  const Server server = started();
  const auto second = Server::start({.listen = server.bound(), .setting = "metrics.listen"}, {});
  REQUIRE_FALSE(second);
  CHECK(second.error().what == "cannot listen on " + server.bound().to_string() + " for HTTP");
  CHECK_FALSE(second.error().why.empty());
  CHECK(has(second.error().next, "metrics.listen"));
  CHECK_FALSE(Server::start({.listen = *Endpoint::parse("192.0.2.1:0")}, {}));
}

TEST_CASE("IPv6 works as IPv4 does") {
  const auto server = Server::start({.listen = *Endpoint::parse("[::1]:0")}, sample_routes());
  REQUIRE(server);
  CHECK(server->bound().address == *IpAddress::parse("::1"));
  CHECK(ask(*server, "GET /metrics HTTP/1.0\r\n\r\n").ends_with("calls 1\n"));
}
