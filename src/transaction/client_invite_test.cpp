// SPDX-License-Identifier: Apache-2.0
// The INVITE client transaction: RFC 3261 §17.1.1 (Figure 5) with the Accepted state of RFC 6026.
#include <doctest/doctest.h>

#include "transaction/scene.h"

using namespace ringfence;
using namespace ringfence::transaction;
using namespace std::chrono_literals;
using times = std::vector<std::chrono::milliseconds>;
using words = std::vector<std::string>;
using statuses = std::vector<unsigned>;
using failures = std::vector<ClientFailure>;

TEST_CASE("an unanswered INVITE over UDP is sent seven times, then times out") {
  Scene scene;
  scene.send("INVITE");

  SUBCASE("timer A doubles from T1 = 500 ms (RFC 3261 §17.1.1.2)") {
    scene.wire.run_for(32s - 1ms);
    CHECK(scene.wire.sent_at() == times{0ms, 500ms, 1500ms, 3500ms, 7500ms, 15'500ms, 31'500ms});
    CHECK(scene.client.failures.empty());
  }
  SUBCASE("every copy is the same message to the same place") {
    scene.wire.run_for(32s);
    for (const auto& copy : scene.wire.sent()) {
      CHECK(copy.text == scene.wire.sent().front().text);
      CHECK(copy.flow == scene.wire.sent().front().flow);
    }
  }
  SUBCASE("timer B gives up at 64 * T1 = 32 s") {
    scene.wire.run_for(32s);
    CHECK(scene.client.failures == failures{ClientFailure::Timeout});
    CHECK(scene.layer.clients() == 0);
  }
}

TEST_CASE("timers A and B follow the configured T1") {
  Scene scene{{}, {.t1 = 100ms, .t2 = 4s, .t4 = 5s}};
  scene.send("INVITE");
  scene.wire.run_for(6399ms);
  CHECK(scene.wire.sent_at() == times{0ms, 100ms, 300ms, 700ms, 1500ms, 3100ms, 6300ms});
  CHECK(scene.client.failures.empty());
  scene.wire.run_for(1ms);
  CHECK(scene.client.failures == failures{ClientFailure::Timeout});
}

TEST_CASE("over a reliable transport INVITE is sent once, and timer B is the same") {
  Scene scene;
  scene.send("INVITE", Scene::tcp("198.51.100.1:5060"));
  scene.wire.run_for(32s - 1ms);
  CHECK(scene.wire.sent_at() == times{0ms});
  CHECK(scene.client.failures.empty());
  scene.wire.run_for(1ms);
  CHECK(scene.client.failures == failures{ClientFailure::Timeout});
}

TEST_CASE("a provisional response stops timers A and B for good (§17.1.1.2)") {
  Scene scene;
  scene.send("INVITE");
  scene.wire.run_for(600ms);
  scene.answer(scene.wire.sent().front(), 100);
  scene.wire.run_for(10min);
  CHECK(scene.wire.sent().size() == 2);
  CHECK(scene.client.failures.empty());
  CHECK(scene.layer.clients() == 1);
}

TEST_CASE("every provisional response is passed on, 100 only once") {
  Scene scene;
  scene.send("INVITE");
  const auto invite = scene.wire.sent().front();
  for (const unsigned status : {100U, 100U, 180U, 183U, 183U, 100U, 180U}) scene.answer(invite, status);
  CHECK(scene.client.statuses == statuses{100, 180, 183, 183, 180});
}

TEST_CASE("a failure is acknowledged by the layer and told once (§17.1.1.3)") {
  Scene scene;
  scene.send("INVITE");
  const auto invite = scene.wire.sent().front();
  scene.answer(invite, 486);
  REQUIRE(scene.sent() == words{"INVITE", "ACK"});
  const std::string& ack = scene.wire.sent().back().text;

  SUBCASE("the ACK has the branch, Call-ID, From and CSeq number of the INVITE and the To of the response") {
    sip::MessageIndex sent_index;
    sip::MessageIndex ack_index;
    REQUIRE(sip::parse(invite.text, sent_index));
    REQUIRE(sip::parse(ack, ack_index));
    const sip::Message sent{invite.text, sent_index};
    const sip::Message seen{ack, ack_index};
    CHECK(seen.branch() == sent.branch());
    CHECK(seen.call_id() == sent.call_id());
    CHECK(seen.from_tag() == sent.from_tag());
    CHECK(seen.cseq() == sent.cseq());
    CHECK(seen.cseq_method() == "ACK");
    CHECK(seen.to_tag() == "far");
    CHECK(seen.request_uri() == sent.request_uri());
    CHECK(scene.wire.sent().back().flow == invite.flow);
  }
  SUBCASE("each retransmitted failure gets the same ACK again and is not passed on") {
    scene.wire.run_for(500ms);
    scene.answer(invite, 486);
    scene.answer(invite, 486);
    CHECK(scene.sent() == words{"INVITE", "ACK", "ACK", "ACK"});
    CHECK(scene.wire.sent().back().text == ack);
    CHECK(scene.client.statuses == statuses{486});
  }
  SUBCASE("timer D absorbs for 32 s over UDP") {
    scene.wire.run_for(32s - 1ms);
    CHECK(scene.layer.clients() == 1);
    scene.wire.run_for(1ms);
    CHECK(scene.layer.clients() == 0);
    scene.answer(invite, 486);
    CHECK(scene.count(Counter::StrayResponses) == 1);
    CHECK(scene.wire.sent().size() == 2);
  }
  SUBCASE("a 2xx after the failure is absorbed: there is one final response") {
    scene.answer(invite, 200);
    CHECK(scene.client.statuses == statuses{486});
  }
}

TEST_CASE("timer D is 32 s even where T1 is shorter than its default (§17.1.1.2)") {
  Scene scene{{}, {.t1 = 50ms, .t2 = 4s, .t4 = 5s}};
  scene.send("INVITE");
  scene.answer(scene.wire.sent().front(), 404);
  scene.wire.run_for(32s - 1ms);
  CHECK(scene.layer.clients() == 1);
  scene.wire.run_for(1ms);
  CHECK(scene.layer.clients() == 0);
}

TEST_CASE("timer D is zero on reliable transports: the ACK is the end") {
  Scene scene;
  scene.send("INVITE", Scene::tcp("198.51.100.1:5060"));
  scene.answer(scene.wire.sent().front(), 603);
  CHECK(scene.sent() == words{"INVITE", "ACK"});
  CHECK(scene.client.statuses == statuses{603});
  CHECK(scene.layer.clients() == 0);
}

TEST_CASE("a 2xx enters Accepted, and timer M keeps it for 64 * T1 (RFC 6026 §7.2)") {
  Scene scene;
  scene.send("INVITE");
  const auto invite = scene.wire.sent().front();
  scene.answer(invite, 180);
  scene.answer(invite, 200);

  SUBCASE("the layer does not acknowledge it") {
    CHECK(scene.sent() == words{"INVITE"});
  }
  SUBCASE("each further 2xx is passed on, retransmitted or of another fork") {
    scene.wire.run_for(31s);
    scene.answer(invite, 200);
    scene.answer(invite, 200);
    CHECK(scene.client.statuses == statuses{180, 200, 200, 200});
  }
  SUBCASE("provisional responses and failures are absorbed") {
    scene.answer(invite, 183);
    scene.answer(invite, 487);
    CHECK(scene.client.statuses == statuses{180, 200});
    CHECK(scene.sent() == words{"INVITE"});
  }
  SUBCASE("timer M ends it, and a 2xx after that is stray") {
    scene.wire.run_for(32s - 1ms);
    CHECK(scene.layer.clients() == 1);
    scene.wire.run_for(1ms);
    CHECK(scene.layer.clients() == 0);
    scene.answer(invite, 200);
    CHECK(scene.count(Counter::StrayResponses) == 1);
    CHECK(scene.client.statuses == statuses{180, 200});
    CHECK(scene.client.failures.empty());
  }
}

TEST_CASE("a request that cannot be sent is told as such (§17.1.4)") {
  Scene scene;
  scene.wire.fail_sends();
  scene.send("INVITE", Scene::tcp("198.51.100.1:5060"));
  scene.wire.run_for(1ms);
  CHECK(scene.client.failures == failures{ClientFailure::TransportFailed});
  CHECK(scene.layer.clients() == 0);
}

TEST_CASE("an ACK that cannot be sent ends the transaction without telling the user twice") {
  Scene scene;
  scene.send("INVITE");
  scene.wire.fail_sends();
  scene.answer(scene.wire.sent().front(), 486);
  scene.wire.run_for(1ms);
  CHECK(scene.client.statuses == statuses{486});
  CHECK(scene.client.failures.empty());
  CHECK(scene.layer.clients() == 0);
}

TEST_CASE("timer M is the same on reliable transports (RFC 6026 §7.2)") {
  Scene scene;
  scene.send("INVITE", Scene::tcp("198.51.100.1:5060"));
  scene.answer(scene.wire.sent().front(), 200);
  scene.wire.run_for(32s - 1ms);
  CHECK(scene.layer.clients() == 1);
  scene.wire.run_for(1ms);
  CHECK(scene.layer.clients() == 0);
}
