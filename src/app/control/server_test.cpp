// SPDX-License-Identifier: Apache-2.0
// Both ends of the control socket together.
#include "app/control/server.h"

#include <sys/socket.h>
#include <sys/stat.h>

#include <array>
#include <sstream>

#include "app/control/client.h"
#include "app/control/test_platform.h"

using namespace ringfence;
using namespace ringfence::app;
using namespace ringfence::app::control;

namespace {

namespace json = boost::json;

struct Answer {
  std::vector<json::array> rows;
  std::size_t pages = 0;
  std::expected<json::object, Problem> last;
};

Answer ask(const TestPlatform& platform, std::vector<std::string> verb, json::object args = {},
           std::istream* file = nullptr) {
  auto client = Client::connect(platform.data());
  REQUIRE(client);
  Answer answer;
  AnswerSink sink;
  sink.page = [&answer](const json::object& page) {
    ++answer.pages;
    for (const auto& row : page.at("rows").as_array()) answer.rows.push_back(row.as_array());
  };
  answer.last = client->ask({std::move(verb), std::move(args)}, sink, file);
  return answer;
}

/// A client that speaks in bytes.
struct RawClient {
  Descriptor connection;
  std::string waiting;  // received, not read

  explicit RawClient(const TestPlatform& platform)
      : connection{connect_to(socket_of(platform.data())).value()} {}
  void send(std::string_view bytes) const {
    REQUIRE(::send(connection.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL) ==
            static_cast<ssize_t>(bytes.size()));
  }
  /// The next line, or all that comes until the other side closes. Lines may come together: the rest waits.
  std::string receive(bool to_the_end = false) {
    std::array<char, 4096> buffer;
    while (to_the_end || waiting.find('\n') == std::string::npos) {
      const auto got = ::recv(connection.get(), buffer.data(), buffer.size(), 0);
      if (got <= 0) break;
      waiting.append(buffer.data(), static_cast<std::size_t>(got));
    }
    const auto end = to_the_end ? std::string::npos : waiting.find('\n');
    const std::string text = waiting.substr(0, end);
    waiting.erase(0, end == std::string::npos ? end : end + 1);
    return text;
  }
};

}  // namespace

TEST_CASE("a verb does its work and answers with rows, or tells why not") {
  TestPlatform platform;
  platform.start();
  const auto added = ask(platform, {"domain", "add"}, {{"key", "example.test"}});
  REQUIRE(added.last);
  REQUIRE(added.rows.size() == 1);
  CHECK(added.rows[0][0] == "example.test");
  const auto again = ask(platform, {"domain", "add"}, {{"key", "example.test"}});
  REQUIRE_FALSE(again.last);
  CHECK(again.last.error().exit == Exit::Conflict);
  CHECK(ask(platform, {"subscriber", "show"}, {{"key", "1@example.test"}}).last.error().exit ==
        Exit::NotFound);
  CHECK(ask(platform, {"subscriber", "show"}, {{"key", "1"}}).last.error().exit == Exit::Usage);
  CHECK(ask(platform, {"make", "coffee"}).last.error().exit == Exit::Usage);
}

TEST_CASE("who changed what is known from the socket, not from the request") {
  TestPlatform platform;
  platform.start();
  REQUIRE(ask(platform, {"domain", "add"}, {{"key", "example.test"}}).last);
  platform.stop();
  std::string actor;
  REQUIRE(platform.store().scan_audit({.limit = 1}, [&actor](const store::AuditEntry& entry) {
    actor = entry.actor.name;
    return true;
  }));
  CHECK(actor == user_name(::geteuid()));
}

TEST_CASE("a long listing comes in pages, in order and whole") {
  TestPlatform platform;
  platform.start();
  REQUIRE(ask(platform, {"domain", "add"}, {{"key", "a.test"}}).last);
  std::stringstream file;
  for (int i = 0; i < 2345; ++i) file << i << "@a.test,password\n";
  REQUIRE(ask(platform, {"subscriber", "import"}, {}, &file).last);
  const auto listed = ask(platform, {"subscriber", "ls"});
  REQUIRE(listed.last);
  CHECK(listed.pages == 5);
  REQUIRE(listed.rows.size() == 2345);
  for (std::size_t i = 0; i < listed.rows.size(); ++i)
    CHECK(listed.rows[i][0].as_string() == std::to_string(i) + "@a.test");
  CHECK(ask(platform, {"subscriber", "ls"}, {{"limit", 777}}).rows.size() == 777);
}

TEST_CASE("a file larger than any buffer is taken chunk by chunk") {
  TestPlatform platform;
  platform.start();
  REQUIRE(ask(platform, {"domain", "add"}, {{"key", "a.test"}}).last);
  std::stringstream file;
  for (int i = 0; i < 6000; ++i) file << i << "@a.test,password,43" << i << "\n";
  auto client = Client::connect(platform.data());
  REQUIRE(client);
  std::size_t steps = 0;
  std::uint64_t sent = 0;
  const auto done =
      client->ask({{"subscriber", "import"}, {}},
                  {.page = {},
                   .progress = [&steps](std::size_t, std::size_t of) { steps += of == 6000 ? 1 : 0; },
                   .sent = [&sent](std::uint64_t bytes) { sent = bytes; }},
                  &file);
  REQUIRE(done);
  CHECK(done->at("rows").as_array()[0].as_array()[0] == 6000);
  CHECK(steps == 1);
  CHECK(sent > kChunkBytes);
}

TEST_CASE("an import whose client goes away stores nothing") {
  TestPlatform platform;
  platform.start();
  REQUIRE(ask(platform, {"domain", "add"}, {{"key", "a.test"}}).last);
  {
    RawClient client{platform};
    client.send("{\"verb\":[\"subscriber\",\"import\"]}\n");
    client.send(json::serialize(to_json(Chunk{"1@a.test,password\n", false})) + "\n");
  }
  {
    RawClient half{platform};
    half.send("{\"verb\":[\"subscriber\",\"import\"]}\n");
    ::shutdown(half.connection.get(), SHUT_WR);
    CHECK(half.receive(true).empty());
  }
  CHECK(ask(platform, {"subscriber", "ls"}).rows.empty());
}

TEST_CASE("whatever bytes come, the server answers or closes, and goes on serving") {
  TestPlatform platform;
  platform.start();
  SUBCASE("a line that is no request is answered, and the connection stays") {
    RawClient client{platform};
    client.send("nonsense\n{\"verb\":[\"domain\",\"ls\"]}\n");
    CHECK(client.receive().find("\"exit\":2") != std::string::npos);
    CHECK(client.receive().find("\"ok\":true") != std::string::npos);
  }
  SUBCASE("a line without end is cut off") {
    RawClient client{platform};
    client.send(std::string(kMaxRequest + 10, 'x'));
    CHECK(client.receive(true).find("65536") != std::string::npos);
  }
  SUBCASE("a request may come in pieces, and the client may have said all") {
    RawClient client{platform};
    for (const char c : std::string_view{"{\"verb\":[\"domain\",\"ls\"]}\n"}) client.send({&c, 1});
    ::shutdown(client.connection.get(), SHUT_WR);
    CHECK(client.receive(true).find("\"ok\":true") != std::string::npos);
  }
  SUBCASE("a broken chunk ends an import") {
    RawClient client{platform};
    client.send("{\"verb\":[\"subscriber\",\"import\"]}\n{\"chunk\":\"*\"}\n");
    CHECK(client.receive(true).find("base64") != std::string::npos);
  }
  SUBCASE("more clients than allowed are told so") {
    std::vector<RawClient> clients;
    for (std::size_t i = 0; i < Server::kMaxClients; ++i) {
      clients.emplace_back(platform);
      clients.back().send("{\"verb\":[\"domain\",\"ls\"]}\n");
      CHECK(clients.back().receive().find("\"ok\":true") != std::string::npos);
    }
    RawClient last{platform};
    CHECK(last.receive(true).find("32 are connected") != std::string::npos);
  }
  CHECK(ask(platform, {"domain", "ls"}).last);
}

TEST_CASE("a verb may answer from another thread, and one that forgets to answer is answered for") {
  TestPlatform platform;
  std::thread helper;
  platform.server().on("later", [&helper](const Call& call) {
    helper = std::thread{[reply = call.reply] { reply.finish(json::object{{"done", true}}); }};
  });
  platform.server().on("never", [](const Call&) {});
  platform.start();
  CHECK(ask(platform, {"later"}).last->at("value").at("done") == true);
  helper.join();
  CHECK(ask(platform, {"never"}).last.error().failure.what == "the command was given up");
}

TEST_CASE("the socket is private, replaces a dead one, and refuses to replace a live one") {
  store::TemporaryDirectory directory;
  const auto path = directory.path() / "ctl.sock";
  auto first = Server::open(path);
  REQUIRE(first);
  struct ::stat status{};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  CHECK((status.st_mode & 0777U) == 0600U);
  const auto second = Server::open(path);
  REQUIRE_FALSE(second);
  CHECK(second.error().why.find("another ringfence") != std::string::npos);
  first->reset();
  CHECK_FALSE(std::filesystem::exists(path));
  {
    const auto left = listen_at(path);
  }  // as after a kill: the name stays, nobody listens
  CHECK(std::filesystem::exists(path));
  CHECK(Server::open(path));
  CHECK_FALSE(Server::open(directory.path() / std::string(200, 'x')));
}

TEST_CASE("without a server the client says how to start one") {
  store::TemporaryDirectory directory;
  const auto client = Client::connect(directory.path());
  REQUIRE_FALSE(client);
  CHECK(client.error().exit == Exit::Unreachable);
  CHECK(client.error().failure.what == "ringfence is not running on " + directory.path().string());
  CHECK(client.error().failure.next.find("ringfence serve --data " + directory.path().string()) !=
        std::string::npos);
}
