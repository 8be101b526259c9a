// SPDX-License-Identifier: Apache-2.0
// The INVITE server transaction: RFC 3261 §17.2.1 (Figure 7) with the Accepted state of RFC 6026.
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

/// An ACK to a failure, as §17.1.1.3 builds it: the branch of the INVITE, the To tag of the response.
Scene::Request ack_to(const Scene::Request& invite) {
  Scene::Request ack = invite;
  ack.method = "ACK";
  ack.to_tag = "whatever";
  return ack;
}

}  // namespace

TEST_CASE("100 Trying leaves after 200 ms, unless the user answers first (§17.2.1)") {
  Scene scene;
  scene.receive({});
  scene.wire.run_for(199ms);
  CHECK(scene.wire.sent().empty());

  SUBCASE("nobody answers") {
    scene.wire.run_for(1ms);
    CHECK(scene.sent() == words{"100"});
    CHECK(scene.count(Counter::TryingSent) == 1);
    scene.wire.run_for(1min);
    CHECK(scene.sent() == words{"100"});
  }
  SUBCASE("the user rings") {
    scene.respond(180);
    scene.wire.run_for(1min);
    CHECK(scene.sent() == words{"180"});
  }
  SUBCASE("the user refuses") {
    scene.respond(486);
    scene.wire.run_for(1ms);
    CHECK(scene.sent() == words{"486"});
  }
}

TEST_CASE("a source that has proven nothing gets no 100 (DESIGN §4), and no response twice") {
  Scene scene;
  scene.receive({}, Scene::udp("192.0.2.1:5060"), net::SourceClass::Unknown);
  scene.wire.run_for(1s);
  CHECK(scene.wire.sent().empty());
  scene.respond(403);
  scene.receive({}, Scene::udp("192.0.2.1:5060"), net::SourceClass::Unknown);
  scene.wire.run_for(32s);
  CHECK(scene.sent() == words{"403"});
  CHECK(scene.server.ends == ends{{1, ServerEnd::NoAck}});
}

TEST_CASE("a retransmitted INVITE gets the latest provisional response again") {
  Scene scene;
  scene.receive({});
  scene.receive({});  // nothing said yet: nothing to repeat
  CHECK(scene.wire.sent().empty());
  scene.wire.run_for(200ms);
  scene.receive({});
  scene.respond(180);
  scene.respond(183);
  scene.receive({});
  CHECK(scene.sent() == words{"100", "100", "180", "183", "183"});
  CHECK(scene.wire.sent()[3].text == scene.wire.sent()[4].text);
  CHECK(scene.server.requests.size() == 1);
  CHECK(scene.count(Counter::RequestsAbsorbed) == 3);
}

TEST_CASE("a failure over UDP is sent eleven times until timer H") {
  Scene scene;
  scene.receive({});
  scene.respond(486);

  SUBCASE("timer G doubles from T1 up to T2 = 4 s (§17.2.1)") {
    scene.wire.run_for(32s - 1ms);
    CHECK(scene.wire.sent_at() == times{0ms, 500ms, 1500ms, 3500ms, 7500ms, 11'500ms, 15'500ms, 19'500ms,
                                        23'500ms, 27'500ms, 31'500ms});
    CHECK(scene.server.ends.empty());
  }
  SUBCASE("timer H gives up at 64 * T1 = 32 s and the user learns that no ACK came") {
    scene.wire.run_for(32s);
    CHECK(scene.server.ends == ends{{1, ServerEnd::NoAck}});
    CHECK(scene.layer.servers() == 0);
    CHECK(scene.count(Counter::ServersNoAck) == 1);
  }
  SUBCASE("a retransmitted INVITE gets it at once") {
    scene.wire.run_for(100ms);
    scene.receive({});
    CHECK(scene.wire.sent_at() == times{0ms, 100ms});
  }
}

TEST_CASE("over a reliable transport a failure is sent once, and timer H is the same") {
  Scene scene;
  scene.receive({}, kPhoneTcp);
  scene.respond(486);
  scene.wire.run_for(32s - 1ms);
  CHECK(scene.wire.sent_at() == times{0ms});
  CHECK(scene.server.ends.empty());
  scene.wire.run_for(1ms);
  CHECK(scene.server.ends == ends{{1, ServerEnd::NoAck}});
}

TEST_CASE("an ACK confirms a failure; timer I absorbs further ACKs for T4 = 5 s over UDP") {
  Scene scene;
  const Scene::Request invite{};
  scene.receive(invite);
  scene.respond(486);
  scene.wire.run_for(100ms);
  scene.receive(ack_to(invite));

  SUBCASE("nothing is sent any more, whatever is retransmitted") {
    scene.receive(invite);
    scene.receive(ack_to(invite));
    scene.wire.run_for(5s - 1ms);
    CHECK(scene.sent() == words{"486"});
    CHECK(scene.count(Counter::AcksAbsorbed) == 2);
    CHECK(scene.server.acks.empty());
    CHECK(scene.layer.servers() == 1);
  }
  SUBCASE("timer I is the end") {
    scene.wire.run_for(5s);
    CHECK(scene.server.ends == ends{{1, ServerEnd::Completed}});
    CHECK(scene.layer.servers() == 0);
  }
}

TEST_CASE("timer I is zero on reliable transports: the ACK is the end") {
  Scene scene;
  const Scene::Request invite{};
  scene.receive(invite, kPhoneTcp);
  scene.respond(486);
  scene.receive(ack_to(invite), kPhoneTcp);
  CHECK(scene.server.ends == ends{{1, ServerEnd::Completed}});
  CHECK(scene.layer.servers() == 0);
}

TEST_CASE("a 2xx enters Accepted, where timer L absorbs INVITEs for 64 * T1 (RFC 6026 §7.1)") {
  for (const bool stream : {false, true}) {
    CAPTURE(stream);
    const net::Flow from = stream ? kPhoneTcp : Scene::udp("192.0.2.1:5060");
    Scene scene;
    scene.receive({}, from);
    const net::PacketRef request = scene.layer.packet_of(scene.server.servers.back());
    scene.respond(200);
    CHECK_FALSE(scene.layer.packet_of(scene.server.servers.back()));

    scene.wire.run_for(31s);
    scene.receive({}, from);
    CHECK(scene.sent() == words{"200"});  // the user agent repeats its 2xx, not we
    scene.layer.respond(scene.server.servers.back(), scene.response_to(request, 200));
    CHECK(scene.sent() == words{"200", "200"});
    scene.layer.respond(scene.server.servers.back(), scene.response_to(request, 486));
    scene.layer.respond(scene.server.servers.back(), scene.response_to(request, 180));
    CHECK(scene.sent() == words{"200", "200"});
    CHECK(scene.count(Counter::LateResponses) == 2);

    scene.wire.run_for(1s - 1ms);
    CHECK(scene.layer.servers() == 1);
    scene.wire.run_for(1ms);
    CHECK(scene.layer.servers() == 0);
    CHECK(scene.server.ends == ends{{1, ServerEnd::Completed}});
    CHECK(scene.server.requests.size() == 1);
  }
}

TEST_CASE("an ACK to a 2xx has a branch of its own and goes to the user, at any time") {
  Scene scene;
  Scene::Request ack{.method = "ACK", .branch = "z9hG4bKother", .to_tag = "callee"};
  scene.receive({});
  scene.respond(200);
  scene.receive(ack);
  scene.wire.run_for(40s);
  scene.receive(ack);
  CHECK(scene.server.acks.size() == 2);
}

TEST_CASE("an ACK to a 2xx that repeats the INVITE's branch still goes to the user") {
  Scene scene;
  const Scene::Request invite{};
  scene.receive(invite);
  scene.respond(200);
  scene.receive(ack_to(invite));
  CHECK(scene.server.acks.size() == 1);
  CHECK(scene.layer.servers() == 1);
}

TEST_CASE("an ACK before any final response is absorbed") {
  Scene scene;
  const Scene::Request invite{};
  scene.receive(invite);
  scene.receive(ack_to(invite));
  scene.respond(486);
  scene.wire.run_for(600ms);
  CHECK(scene.sent() == words{"486", "486"});
  CHECK(scene.server.acks.empty());
}

TEST_CASE("a response that cannot be sent is told, and the transaction goes on (RFC 6026 §7.1)") {
  Scene scene;
  scene.receive({}, kPhoneTcp);
  scene.wire.fail_sends();
  scene.respond(180);
  scene.wire.run_for(1ms);
  CHECK(scene.server.not_sent.size() == 1);
  CHECK(scene.server.ends.empty());
  scene.wire.fail_sends(false);
  scene.respond(486);
  scene.wire.run_for(32s);
  CHECK(scene.server.ends == ends{{1, ServerEnd::NoAck}});
}

TEST_CASE("there is one final response: the second is dropped and counted") {
  Scene scene;
  scene.receive({});
  const net::PacketRef request = scene.layer.packet_of(scene.server.servers.back());
  scene.respond(486);
  scene.layer.respond(scene.server.servers.back(), scene.response_to(request, 200));
  scene.layer.respond(scene.server.servers.back(), scene.response_to(request, 603));
  CHECK(scene.sent() == words{"486"});
  CHECK(scene.count(Counter::LateResponses) == 2);
}

TEST_CASE("the request's packet goes with the final response") {
  Scene scene;
  scene.receive({});
  const std::size_t held = scene.wire.packets().in_use();
  scene.respond(180);
  CHECK(scene.wire.packets().in_use() == held);
  scene.respond(486);
  CHECK(scene.wire.packets().in_use() == held - 1);
}
