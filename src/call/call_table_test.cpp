// SPDX-License-Identifier: Apache-2.0
// Calls come, are found, and go; nothing of them stays behind.
#include "call/call_table.h"

#include <doctest/doctest.h>

#include <string>

#include "net/sim_network.h"

namespace ringfence::call {
namespace {

using namespace std::chrono_literals;

struct NoLayers final : net::PacketSink, net::Framer, net::Admission {
  void on_packet(net::PacketRef) override {}
  void on_send_failed(const net::Flow&, std::uint64_t) override {}
  void on_connection_closed(net::ConnectionId, const net::Flow&) override {}
  Frame frame(std::string_view, std::size_t) override { return {Frame::Broken, 0}; }
  net::SourceClass admit(const net::Flow&, std::size_t) override { return net::SourceClass::Known; }
};

net::Flow flow_from(std::uint8_t host) {
  net::Flow flow;
  flow.remote = {base::IpAddress::v4(192, 0, 2, host), 5060};
  flow.listener = 0;
  return flow;
}

/// A shard that is there before the table which refers to it.
struct Ground {
  Ground() {
    network.start({.shards = 1});
    network.shard(0).plug(layers, layers, layers);
  }
  net::SimNetwork network{1};
  NoLayers layers;
  observe::Registry metrics{1};
};

struct Scene : Ground {
  static constexpr CallLimits kLimits{
      .calls = 100, .callees_per_call = 3, .text_bytes = 1u << 20, .longest = 1h};

  explicit Scene(const CallLimits& limits = kLimits)
      : table{network.shard(0), {1, 2}, limits, metrics.shard(0)} {}

  std::optional<CallId> open(std::uint64_t handle, bool emergency = false) {
    const auto call_id = "call-" + std::to_string(handle);
    return table.open(Handle{handle}, {.call_id = call_id,
                                       .caller_tag = "caller",
                                       .caller_target = "sip:alice@192.0.2.1",
                                       .caller_routes = "<sip:192.0.2.9;lr>",
                                       .caller_flow = flow_from(1),
                                       .emergency = emergency});
  }
  Leg& ring(CallId id, std::string_view tag) {
    Leg* leg = table.add_callee(*table.get(id), tag, flow_from(2));
    REQUIRE(leg != nullptr);
    return *leg;
  }
  void answer(CallId id, std::string_view tag) {
    ring(id, tag).confirmed = true;
    table.get(id)->answered = true;
  }

  CallTable table;
};

}  // namespace

TEST_CASE_FIXTURE(Scene, "an open call is found by its handle and holds what its INVITE told") {
  const auto id = open(7);
  REQUIRE(id);
  CHECK(table.find(Handle{7}) == id);
  CHECK_FALSE(table.find(Handle{8}));
  CHECK(table.live() == 1);

  const Call& call = *table.get(*id);
  CHECK(call.handle == Handle{7});
  CHECK(call.call_id.view() == "call-7");
  CHECK(call.caller.tag.view() == "caller");
  CHECK(call.caller.target.view() == "sip:alice@192.0.2.1");
  CHECK(call.caller.routes.view() == "<sip:192.0.2.9;lr>");
  CHECK(call.caller.flow == flow_from(1));
  CHECK_FALSE(call.answered);
  CHECK(call.callees == 0);
}

TEST_CASE_FIXTURE(Scene, "an ended call is gone, its id names nothing, and ending it again does nothing") {
  const auto first = open(1);
  const auto second = open(2);
  REQUIRE((first && second));
  ring(*first, "a");
  table.end(*first);
  table.end(*first);
  CHECK(table.get(*first) == nullptr);
  CHECK_FALSE(table.find(Handle{1}));
  CHECK(table.find(Handle{2}) == second);
  CHECK(table.live() == 1);

  const auto third = open(3);  // takes the free slot
  REQUIRE(third);
  CHECK(table.get(*first) == nullptr);
  CHECK(table.get(*third)->callees == 0);
  CHECK(table.callee(*table.get(*third), "a") == nullptr);
}

TEST_CASE_FIXTURE(Scene, "each To-tag of a fork is one callee dialog, found again by its tag") {
  const auto id = open(1);
  REQUIRE(id);
  Call& call = *table.get(*id);
  Leg& desk = ring(*id, "desk");
  Leg& mobile = ring(*id, "mobile");
  CHECK(&desk != &mobile);
  CHECK(&ring(*id, "desk") == &desk);  // a second 180
  CHECK(call.callees == 2);
  CHECK(table.callee(call, "desk") == &desk);
  CHECK(table.callee(call, "mobile") == &mobile);
  CHECK(table.callee(call, "Desk") == nullptr);  // tags are compared with case
  CHECK(table.callee(call, "") == nullptr);

  CHECK(table.set_target(desk, "sip:desk@192.0.2.2"));
  CHECK(table.set_routes(desk, "<sip:192.0.2.8;lr>"));
  CHECK(desk.target.view() == "sip:desk@192.0.2.2");
  CHECK(desk.routes.view() == "<sip:192.0.2.8;lr>");
  CHECK(mobile.target.empty());
}

TEST_CASE_FIXTURE(Scene, "a call ends with its last confirmed dialog; early dialogs do not keep it") {
  const auto id = open(1);
  REQUIRE(id);
  ring(*id, "rings");
  answer(*id, "first");
  answer(*id, "second");  // two phones picked up at once

  CHECK_FALSE(table.end_dialog(*id, "first"));
  CHECK(table.callee(*table.get(*id), "first") == nullptr);
  CHECK(table.callee(*table.get(*id), "second") != nullptr);
  CHECK(table.end_dialog(*id, "second"));
  CHECK(table.get(*id) == nullptr);
  CHECK(table.live() == 0);
  CHECK(table.end_dialog(*id, "second"));  // the other side's BYE crossed it
}

TEST_CASE_FIXTURE(Scene, "an unanswered call ends with its INVITE, not with one of its early dialogs") {
  const auto id = open(1);
  REQUIRE(id);
  ring(*id, "first");
  ring(*id, "second");
  CHECK_FALSE(table.end_dialog(*id, "first"));
  CHECK_FALSE(table.end_dialog(*id, "second"));
  CHECK(table.get(*id)->callees == 0);
  CHECK(table.live() == 1);
}

TEST_CASE_FIXTURE(Scene, "an unknown tag does not end an answered call") {
  const auto id = open(1);
  REQUIRE(id);
  answer(*id, "callee");
  CHECK_FALSE(table.end_dialog(*id, "nobody"));
  CHECK(table.get(*id)->callees == 1);
}

TEST_CASE_FIXTURE(Scene, "the first, middle and last dialog of a call can each be the one that ends") {
  for (const std::string_view gone : {"a", "b", "c"}) {
    CAPTURE(gone);
    const auto id = open(1);
    REQUIRE(id);
    for (const std::string_view tag : {"a", "b", "c"}) answer(*id, tag);
    CHECK_FALSE(table.end_dialog(*id, gone));
    CHECK(table.get(*id)->callees == 2);
    for (const std::string_view tag : {"a", "b", "c"}) {
      CHECK((table.callee(*table.get(*id), tag) == nullptr) == (tag == gone));
    }
    table.end(*id);
  }
}

TEST_CASE_FIXTURE(Scene, "a call that nobody ends goes when its time is over") {
  const auto early = open(1);
  network.run_for(30min);
  const auto late = open(2);
  REQUIRE((early && late));
  answer(*early, "callee");
  CHECK(table.get(*late)->started - table.get(*early)->started >= 29min);

  network.run_for(30min - 1s);
  CHECK(table.live() == 2);
  network.run_for(2s);
  CHECK_FALSE(table.find(Handle{1}));
  CHECK(table.find(Handle{2}) == late);
  network.run_for(30min);
  CHECK(table.live() == 0);
}

TEST_CASE_FIXTURE(Scene, "at its bound the table takes emergency calls only") {
  for (std::uint64_t i = 1; i <= kLimits.calls; ++i) REQUIRE(open(i));
  CHECK_FALSE(open(1000));
  CHECK_FALSE(table.find(Handle{1000}));
  CHECK(table.live() == kLimits.calls);

  for (std::uint64_t i = 0; i < kEmergencyReserve; ++i) CHECK(open(2000 + i, true));
  CHECK_FALSE(open(3000, true));
  const auto in_need = table.find(Handle{2000});
  REQUIRE(in_need);
  CHECK(table.add_callee(*table.get(*in_need), "help", flow_from(3)) != nullptr);

  table.end(*in_need);
  CHECK_FALSE(open(1000));  // the reserve stays reserved
  CHECK(open(3000, true));
  for (std::uint64_t i = 0; i <= kEmergencyReserve; ++i) {
    if (const auto id = table.find(Handle{1 + i})) table.end(*id);
  }
  CHECK(open(1000));
}

TEST_CASE_FIXTURE(Scene, "one INVITE creates only so many dialogs, and those it has are still found") {
  const auto id = open(1);
  REQUIRE(id);
  Call& call = *table.get(*id);
  for (const std::string_view tag : {"a", "b", "c"}) ring(*id, tag);
  CHECK(table.add_callee(call, "d", flow_from(2)) == nullptr);
  CHECK(call.callees == 3);
  CHECK(table.add_callee(call, "b", flow_from(2)) != nullptr);
}

TEST_CASE("when its texts are at their bound a call is refused whole and the old text of a leg stays") {
  Scene scene{{.calls = 100, .callees_per_call = 3, .text_bytes = 256 * 1024, .longest = 1h}};
  const auto id = scene.open(1);
  REQUIRE(id);
  Leg& leg = scene.ring(*id, "callee");
  REQUIRE(scene.table.set_target(leg, "sip:before@192.0.2.2"));
  const std::string endless(base::TextPool::kLongest + 1, 'x');
  CHECK_FALSE(scene.table.set_target(leg, endless));
  CHECK(leg.target.view() == "sip:before@192.0.2.2");

  CHECK_FALSE(scene.table.open(Handle{2}, {.call_id = endless, .caller_tag = "t"}));
  CHECK_FALSE(scene.table.find(Handle{2}));
  CHECK(scene.table.live() == 1);
  CHECK(scene.table.add_callee(*scene.table.get(*id), endless, flow_from(2)) == nullptr);
  CHECK(scene.table.get(*id)->callees == 1);

  const std::string long_target(base::TextPool::kLongest, 'x');
  std::uint64_t opened = 0;
  while (scene.table.open(Handle{10 + opened},
                          {.call_id = "c", .caller_tag = "t", .caller_target = long_target})) {
    ++opened;
    REQUIRE(opened < 100);
  }
  REQUIRE(opened > 10);
  CHECK(scene.table.live() == 1 + opened);
  for (std::uint64_t i = 0; i < opened; ++i) scene.table.end(*scene.table.find(Handle{10 + i}));
  CHECK(scene.table.open(Handle{99}, {.call_id = "c", .caller_tag = "t", .caller_target = long_target}));
}

TEST_CASE_FIXTURE(Scene, "a table that goes leaves no timer behind") {
  {
    CallTable brief{network.shard(0), {3, 4}, kLimits, metrics.shard(0)};
    REQUIRE(brief.open(Handle{1}, {.call_id = "c", .caller_tag = "t"}));
  }
  network.run_for(2h);
  CHECK(table.live() <= 1);  // the gauge is the shard's; reaching this line is the point
}

}  // namespace ringfence::call
