// SPDX-License-Identifier: Apache-2.0
// CANCEL on both sides (RFC 3261 §9) and its races.
#include <doctest/doctest.h>

#include "transaction/scene.h"

using namespace ringfence;
using namespace ringfence::transaction;
using namespace std::chrono_literals;
using words = std::vector<std::string>;
using statuses = std::vector<unsigned>;
using failures = std::vector<ClientFailure>;

namespace {

constexpr Scene::Request kInvite{};
constexpr Scene::Request kCancel{.method = "CANCEL"};

}  // namespace

TEST_CASE("a CANCEL that matches an INVITE is answered 200 and told once (§9.2)") {
  Scene scene;
  scene.receive(kInvite);
  scene.respond(180);
  scene.receive(kCancel);
  scene.receive(kCancel);
  CHECK(scene.sent() == words{"180", "200", "200"});
  CHECK(scene.wire.sent()[1].text ==
        scene.wire.sent()[2].text);  // the To tag too: it is made from the request
  CHECK(scene.server.cancelled == std::vector{scene.server.servers.front()});
  CHECK(scene.layer.servers() == 1);  // a CANCEL opens nothing

  SUBCASE("the user then ends the INVITE with 487") {
    scene.respond(487);
    CHECK(scene.sent() == words{"180", "200", "200", "487"});
  }
  SUBCASE("or lets a 200 win that was already on its way") {
    scene.respond(200);
    CHECK(scene.sent() == words{"180", "200", "200", "200"});
  }
}

TEST_CASE("a CANCEL after the final response is answered 200 and changes nothing (§9.2)") {
  for (const unsigned final_status : {200U, 486U}) {
    CAPTURE(final_status);
    Scene scene;
    scene.receive(kInvite);
    scene.respond(final_status);
    scene.receive(kCancel);
    CHECK(scene.sent().back() == "200");
    CHECK(scene.server.cancelled.empty());
  }
}

TEST_CASE("the answers to an INVITE of ours and to its CANCEL share the To tag (§9.2)") {
  Scene scene;
  scene.receive(kInvite);
  scene.receive(kCancel);
  scene.respond(487);
  const auto to_tag = [](const std::string& text) {
    sip::MessageIndex index;
    REQUIRE(sip::parse(text, index));
    return std::string{sip::Message{text, index}.to_tag()};
  };
  CHECK(to_tag(scene.wire.sent()[0].text) == to_tag(scene.wire.sent()[1].text));
}

TEST_CASE("a CANCEL without an INVITE is answered 481, to strangers not at all") {
  Scene scene;
  scene.receive(kCancel);
  CHECK(scene.sent() == words{"481"});
  CHECK(scene.count(Counter::CancelsUnmatched) == 1);
  scene.receive(kCancel, Scene::udp("192.0.2.1:5060"), net::SourceClass::Unknown);
  CHECK(scene.sent() == words{"481"});
  CHECK(scene.count(Counter::CancelsIgnored) == 1);
  CHECK(scene.server.requests.empty());
  CHECK(scene.layer.servers() == 0);
}

TEST_CASE("a CANCEL from another address cancels nothing (reference A-25)") {
  Scene scene;
  scene.receive(kInvite);
  scene.receive(kCancel, Scene::udp("203.0.113.9:5060"));
  CHECK(scene.server.cancelled.empty());
  CHECK(scene.sent() == words{"481"});
}

TEST_CASE("cancel() before any response waits for a provisional one (§9.1)") {
  Scene scene;
  const ClientId id = scene.send("INVITE");
  const auto invite = scene.wire.sent().front();
  scene.layer.cancel(id);
  scene.layer.cancel(id);
  CHECK(scene.sent() == words{"INVITE"});

  SUBCASE("and sends CANCEL once with the first") {
    scene.answer(invite, 100);
    scene.answer(invite, 180);
    CHECK(scene.sent() == words{"INVITE", "CANCEL"});
  }
  SUBCASE("and sends none when the final response comes first") {
    scene.answer(invite, 486);
    CHECK(scene.sent() == words{"INVITE", "ACK"});
  }
  SUBCASE("and sends none when no response comes at all") {
    scene.wire.run_for(33s);
    CHECK(scene.client.failures == failures{ClientFailure::Timeout});
    for (const std::string& word : scene.sent()) CHECK(word == "INVITE");
  }
}

TEST_CASE("the CANCEL repeats Request-URI, Call-ID, From, To, CSeq number and top Via of its INVITE (§9.1)") {
  Scene scene;
  const ClientId id = scene.send("INVITE");
  scene.answer(scene.wire.sent().front(), 180);
  scene.layer.cancel(id);
  REQUIRE(scene.sent() == words{"INVITE", "CANCEL"});
  sip::MessageIndex invite_index;
  sip::MessageIndex cancel_index;
  REQUIRE(sip::parse(scene.wire.sent()[0].text, invite_index));
  REQUIRE(sip::parse(scene.wire.sent()[1].text, cancel_index));
  const sip::Message invite{scene.wire.sent()[0].text, invite_index};
  const sip::Message cancel{scene.wire.sent()[1].text, cancel_index};
  CHECK(cancel.request_uri() == invite.request_uri());
  CHECK(cancel.call_id() == invite.call_id());
  CHECK(cancel.header(sip::HeaderId::From) == invite.header(sip::HeaderId::From));
  CHECK(cancel.header(sip::HeaderId::To) == invite.header(sip::HeaderId::To));
  CHECK(cancel.cseq() == invite.cseq());
  CHECK(cancel.cseq_method() == "CANCEL");
  CHECK(cancel.top_via().text == invite.top_via().text);
  CHECK(cancel.count(sip::HeaderId::Via) == 1);
  CHECK(scene.wire.sent()[1].flow == scene.wire.sent()[0].flow);
}

TEST_CASE("a CANCEL is retransmitted by a transaction of its own, which its 200 ends") {
  Scene scene;
  const ClientId id = scene.send("INVITE");
  const auto invite = scene.wire.sent().front();
  scene.answer(invite, 180);
  scene.layer.cancel(id);
  scene.wire.run_for(600ms);
  CHECK(scene.sent() == words{"INVITE", "CANCEL", "CANCEL"});
  scene.answer(scene.wire.sent()[1], 200);
  scene.wire.run_for(10s);
  CHECK(scene.sent() == words{"INVITE", "CANCEL", "CANCEL"});
  CHECK(scene.client.statuses == statuses{180});  // the answer to the CANCEL is the layer's own

  scene.answer(invite, 487);
  CHECK(scene.client.statuses == statuses{180, 487});
  CHECK(scene.sent().back() == "ACK");
  scene.wire.run_for(32s);
  CHECK(scene.layer.clients() == 0);
}

TEST_CASE("a cancelled INVITE without final response ends 64 * T1 after the CANCEL (§9.1)") {
  Scene scene;
  const ClientId id = scene.send("INVITE");
  scene.answer(scene.wire.sent().front(), 180);
  scene.wire.run_for(10s);
  scene.layer.cancel(id);
  scene.wire.run_for(32s - 1ms);
  CHECK(scene.client.failures.empty());
  scene.wire.run_for(1ms);
  CHECK(scene.client.failures == failures{ClientFailure::Cancelled});
  CHECK(scene.layer.clients() == 0);
}

TEST_CASE("a 2xx that crosses the CANCEL is the final response, and further ones still come") {
  Scene scene;
  const ClientId id = scene.send("INVITE");
  const auto invite = scene.wire.sent().front();
  scene.answer(invite, 180);
  scene.layer.cancel(id);
  scene.answer(invite, 200);
  scene.answer(invite, 200);
  CHECK(scene.client.statuses == statuses{180, 200, 200});
  scene.wire.run_for(32s);
  CHECK(scene.client.failures.empty());
  CHECK(scene.layer.clients() == 0);
}

TEST_CASE("cancel() has no effect on other requests, after a final response, or on what is gone") {
  Scene scene;
  const ClientId options = scene.send("OPTIONS");
  scene.answer(scene.wire.sent().front(), 100);
  scene.layer.cancel(options);
  const ClientId invite = scene.send("INVITE");
  scene.answer(scene.wire.sent().back(), 486);
  scene.wire.forget();
  scene.layer.cancel(invite);
  scene.layer.release(invite);
  scene.layer.cancel(invite);
  CHECK(scene.wire.sent().empty());
}

TEST_CASE("over a stream a cancelled call leaves nothing behind") {
  Scene scene;
  const ClientId id = scene.send("INVITE", Scene::tcp("198.51.100.1:5060"));
  const auto invite = scene.wire.sent().front();
  scene.answer(invite, 180);
  scene.layer.cancel(id);
  CHECK(scene.layer.clients() == 2);
  scene.answer(invite, 487);  // overtakes the 200 to the CANCEL
  CHECK(scene.layer.clients() == 0);
  scene.answer(scene.wire.sent()[1], 200);
  CHECK(scene.count(Counter::StrayResponses) == 1);
}
