// SPDX-License-Identifier: Apache-2.0
// The server transaction of every other request: RFC 3261 §17.2.2 (Figure 8) with RFC 4320.
#include <doctest/doctest.h>

#include "transaction/scene.h"

using namespace ringfence;
using namespace ringfence::transaction;
using namespace std::chrono_literals;
using times = std::vector<std::chrono::milliseconds>;
using words = std::vector<std::string>;
using ends = std::vector<std::pair<std::uint64_t, ServerEnd>>;

namespace {

const net::Flow kPhoneTcp = Scene::tcp("192.0.2.1:40000");
constexpr Scene::Request kOptions{.method = "OPTIONS"};

}  // namespace

TEST_CASE("in Trying retransmissions are absorbed in silence (§17.2.2)") {
  Scene scene;
  scene.receive(kOptions);
  scene.wire.run_for(500ms);
  scene.receive(kOptions);
  scene.receive(kOptions);
  CHECK(scene.wire.sent().empty());
  CHECK(scene.server.requests.size() == 1);
}

TEST_CASE("a final response is sent once, and again for each retransmission until timer J") {
  Scene scene;
  scene.receive(kOptions);
  scene.respond(200);
  scene.wire.run_for(10s);
  CHECK(scene.sent() == words{"200"});  // no timer repeats it
  scene.receive(kOptions);
  CHECK(scene.sent() == words{"200", "200"});
  CHECK(scene.wire.sent()[0].text == scene.wire.sent()[1].text);

  scene.wire.run_for(22s - 1ms);
  CHECK(scene.layer.servers() == 1);
  scene.wire.run_for(1ms);  // 64 * T1 after the response
  CHECK(scene.layer.servers() == 0);
  CHECK(scene.server.ends == ends{{1, ServerEnd::Completed}});
  CHECK(scene.server.requests.size() == 1);
}

TEST_CASE("timer J is zero on reliable transports: the final response is the end") {
  Scene scene;
  scene.receive(kOptions, kPhoneTcp);
  scene.respond(404);
  CHECK(scene.sent() == words{"404"});
  CHECK(scene.layer.servers() == 0);
  CHECK(scene.server.ends == ends{{1, ServerEnd::Completed}});
}

TEST_CASE("100 leaves when a client's timer E reaches T2, not before (RFC 4320 §4.1)") {
  Scene scene;
  scene.receive(kOptions);
  SUBCASE("by itself after 3.5 s") {
    scene.wire.run_for(3499ms);
    CHECK(scene.wire.sent().empty());
    scene.wire.run_for(1ms);
    CHECK(scene.sent() == words{"100"});
    scene.receive(kOptions);
    CHECK(scene.sent() == words{"100", "100"});
  }
  SUBCASE("a 100 of the user's before that is dropped, later it is sent") {
    scene.respond(100);
    CHECK(scene.wire.sent().empty());
    CHECK(scene.count(Counter::ResponsesForbidden) == 1);
    scene.wire.run_for(4s);
    scene.respond(100);
    CHECK(scene.sent() == words{"100", "100"});
  }
  SUBCASE("not at all when the final response came first") {
    scene.respond(200);
    scene.wire.run_for(20s);
    CHECK(scene.sent() == words{"200"});
  }
}

TEST_CASE("over a reliable transport the user may send 100 at any time (RFC 4320 §4.1)") {
  Scene scene;
  scene.receive(kOptions, kPhoneTcp);
  scene.respond(100);
  CHECK(scene.sent() == words{"100"});
}

TEST_CASE("no other provisional response goes to a request other than INVITE (RFC 4320 §4.1)") {
  Scene scene;
  scene.receive(kOptions, kPhoneTcp);
  scene.respond(180);
  scene.respond(183);
  CHECK(scene.wire.sent().empty());
  CHECK(scene.count(Counter::ResponsesForbidden) == 2);
}

TEST_CASE("408 is never sent to a request other than INVITE (RFC 4320 §4.2)") {
  Scene scene;
  scene.receive(kOptions);
  scene.wire.run_for(32s);
  scene.wire.forget();
  scene.respond(408);
  CHECK(scene.wire.sent().empty());
  CHECK(scene.count(Counter::ResponsesForbidden) == 1);

  SUBCASE("and the transaction absorbs what its client still sends") {
    scene.receive(kOptions);
    CHECK(scene.wire.sent().empty());
    CHECK(scene.server.requests.size() == 1);
    scene.wire.run_for(32s);
    CHECK(scene.layer.servers() == 0);
    CHECK(scene.server.ends == ends{{1, ServerEnd::Completed}});
  }
}

TEST_CASE(
    "a late final response to a finished transaction is dropped, not sent statelessly (RFC 4320 §4.2)") {
  Scene scene;
  scene.receive(kOptions, kPhoneTcp);
  const ServerId id = scene.server.servers.back();
  const net::PacketRef request = scene.layer.packet_of(id);
  scene.respond(404);
  scene.layer.respond(id, scene.response_to(request, 200));
  CHECK(scene.sent() == words{"404"});
  CHECK(scene.count(Counter::LateResponses) == 1);
}

TEST_CASE("a response that cannot be sent ends the transaction (§17.2.4)") {
  Scene scene;
  scene.receive(kOptions);
  scene.wire.fail_sends();
  scene.respond(200);
  scene.wire.run_for(1ms);
  CHECK(scene.server.ends == ends{{1, ServerEnd::TransportFailed}});
  CHECK(scene.layer.servers() == 0);
}
