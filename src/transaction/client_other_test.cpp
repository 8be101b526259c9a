// SPDX-License-Identifier: Apache-2.0
// The client transaction of every other request: RFC 3261 §17.1.2 (Figure 6).
#include <doctest/doctest.h>

#include "transaction/scene.h"

using namespace ringfence;
using namespace ringfence::transaction;
using namespace std::chrono_literals;
using times = std::vector<std::chrono::milliseconds>;
using statuses = std::vector<unsigned>;
using failures = std::vector<ClientFailure>;

TEST_CASE("an unanswered request over UDP is sent eleven times, then times out") {
  Scene scene;
  scene.send("OPTIONS");

  SUBCASE("timer E doubles from T1 up to T2 = 4 s (§17.1.2.2)") {
    scene.wire.run_for(32s - 1ms);
    CHECK(scene.wire.sent_at() == times{0ms, 500ms, 1500ms, 3500ms, 7500ms, 11'500ms, 15'500ms, 19'500ms,
                                        23'500ms, 27'500ms, 31'500ms});
    CHECK(scene.client.failures.empty());
  }
  SUBCASE("timer F gives up at 64 * T1 = 32 s") {
    scene.wire.run_for(32s);
    CHECK(scene.client.failures == failures{ClientFailure::Timeout});
    CHECK(scene.layer.clients() == 0);
  }
}

TEST_CASE("over a reliable transport a request is sent once, and timer F is the same") {
  Scene scene;
  scene.send("REGISTER", Scene::tcp("198.51.100.1:5060"));
  scene.wire.run_for(32s - 1ms);
  CHECK(scene.wire.sent_at() == times{0ms});
  CHECK(scene.client.failures.empty());
  scene.wire.run_for(1ms);
  CHECK(scene.client.failures == failures{ClientFailure::Timeout});
}

TEST_CASE("in Proceeding timer E runs at T2 and timer F goes on (§17.1.2.2)") {
  Scene scene;
  scene.send("OPTIONS");
  scene.wire.run_for(600ms);
  scene.answer(scene.wire.sent().front(), 100);
  scene.wire.run_for(32s - 600ms - 1ms);
  // The copy at 1.5 s was due when the provisional response came; from then on the interval is T2.
  CHECK(scene.wire.sent_at() ==
        times{0ms, 500ms, 1500ms, 5500ms, 9500ms, 13'500ms, 17'500ms, 21'500ms, 25'500ms, 29'500ms});
  CHECK(scene.client.failures.empty());
  scene.wire.run_for(1ms);
  CHECK(scene.client.failures == failures{ClientFailure::Timeout});
  CHECK(scene.client.statuses == statuses{100});
}

TEST_CASE("a final response is told once; timer K absorbs its copies for T4 = 5 s over UDP") {
  for (const unsigned status : {200U, 302U, 404U, 503U, 603U}) {
    CAPTURE(status);
    Scene scene;
    scene.send("BYE");
    const auto bye = scene.wire.sent().front();
    scene.answer(bye, status);
    scene.answer(bye, status);
    scene.wire.run_for(5s - 1ms);
    scene.answer(bye, status);
    CHECK(scene.client.statuses == statuses{status});
    CHECK(scene.count(Counter::ResponsesAbsorbed) == 2);
    CHECK(scene.layer.clients() == 1);
    scene.wire.run_for(1ms);
    CHECK(scene.layer.clients() == 0);
    CHECK(scene.wire.sent().size() == 1);
  }
}

TEST_CASE("timer K is zero on reliable transports") {
  Scene scene;
  scene.send("BYE", Scene::tcp("198.51.100.1:5060"));
  scene.answer(scene.wire.sent().front(), 200);
  CHECK(scene.client.statuses == statuses{200});
  CHECK(scene.layer.clients() == 0);
}

TEST_CASE("a transport error ends it from Trying and from Proceeding (Figure 6)") {
  for (const bool heard : {false, true}) {
    CAPTURE(heard);
    Scene scene;
    scene.send("OPTIONS");
    if (heard) scene.answer(scene.wire.sent().front(), 100);
    scene.wire.fail_sends();
    scene.wire.run_for(4s);
    CHECK(scene.client.failures == failures{ClientFailure::TransportFailed});
    CHECK(scene.layer.clients() == 0);
  }
}

TEST_CASE("a released transaction is silent, and what still arrives for it is stray") {
  Scene scene;
  const ClientId id = scene.send("OPTIONS");
  const auto options = scene.wire.sent().front();
  scene.layer.release(id);
  scene.wire.run_for(40s);
  scene.answer(options, 200);
  CHECK(scene.wire.sent().size() == 1);
  CHECK(scene.client.statuses.empty());
  CHECK(scene.client.failures.empty());
  CHECK(scene.count(Counter::StrayResponses) == 1);
}
