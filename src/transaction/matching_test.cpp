// SPDX-License-Identifier: Apache-2.0
// Which transaction a message belongs to: RFC 3261 §17.1.3 and §17.2.3, and who may not pretend (reference
//
#include <doctest/doctest.h>

#include "transaction/scene.h"

using namespace ringfence;
using namespace ringfence::transaction;
using namespace std::chrono_literals;
using words = std::vector<std::string>;
using statuses = std::vector<unsigned>;

namespace {

/// How many transactions two requests end in.
std::size_t transactions(const Scene::Request& first, const Scene::Request& second,
                         std::string_view second_from = "192.0.2.1:5060") {
  Scene scene;
  scene.receive(first);
  scene.receive(second, Scene::udp(second_from));
  return scene.layer.servers();
}

}  // namespace

TEST_CASE("branch, sent-by and method name a server transaction (§17.2.3)") {
  const Scene::Request invite{};
  Scene::Request other = invite;
  CHECK(transactions(invite, other) == 1);

  SUBCASE("nothing else does") {
    other.call_id = "another";
    other.cseq = 2;
    other.uri = "sip:carol@example.test";
    CHECK(transactions(invite, other) == 1);
  }
  SUBCASE("another branch") {
    other.branch = "z9hG4bKabd";
    CHECK(transactions(invite, other) == 2);
  }
  SUBCASE("another sent-by host or port") {
    other.sent_by = "phone2.example.test";
    CHECK(transactions(invite, other) == 2);
    other.sent_by = "phone.example.test:5070";
    CHECK(transactions(invite, other) == 2);
  }
  SUBCASE("sent-by is compared without case") {
    other.sent_by = "Phone.EXAMPLE.test";
    CHECK(transactions(invite, other) == 1);
  }
  SUBCASE("another method") {
    other.method = "OPTIONS";
    CHECK(transactions(invite, other) == 2);
  }
  SUBCASE("another source address: two phones behind NATs may share the rest") {
    CHECK(transactions(invite, other, "192.0.2.2:5060") == 2);
    CHECK(transactions(invite, other, "192.0.2.1:1234") == 1);
  }
}

TEST_CASE("without the magic cookie the rules of RFC 2543 apply (§17.2.3)") {
  const Scene::Request invite{.branch = "1", .from_tag = "f", .call_id = "c"};
  Scene::Request other = invite;

  SUBCASE("the same request again") {
    CHECK(transactions(invite, other) == 1);
  }
  SUBCASE("no branch at all") {
    Scene::Request bare = invite;
    bare.branch = "";
    other.branch = "";
    CHECK(transactions(bare, other) == 1);
  }
  SUBCASE("any of Request-URI, tags, Call-ID, CSeq and top Via makes another one") {
    const auto differs = [&](auto change) {
      Scene::Request changed = invite;
      change(changed);
      return transactions(invite, changed) == 2;
    };
    CHECK(differs([](Scene::Request& r) { r.uri = "sip:carol@example.test"; }));
    CHECK(differs([](Scene::Request& r) { r.to_tag = "t"; }));
    CHECK(differs([](Scene::Request& r) { r.from_tag = "g"; }));
    CHECK(differs([](Scene::Request& r) { r.call_id = "d"; }));
    CHECK(differs([](Scene::Request& r) { r.cseq = 2; }));
    CHECK(differs([](Scene::Request& r) { r.branch = "2"; }));
    CHECK(differs([](Scene::Request& r) { r.method = "MESSAGE"; }));
  }
}

TEST_CASE("an RFC 2543 ACK matches by the To tag of the response") {
  Scene scene;
  const Scene::Request invite{.branch = "1"};
  scene.receive(invite);
  scene.respond(486);
  sip::MessageIndex index;
  REQUIRE(sip::parse(scene.wire.sent().back().text, index));
  const std::string tag{sip::Message{scene.wire.sent().back().text, index}.to_tag()};
  REQUIRE_FALSE(tag.empty());

  Scene::Request ack = invite;
  ack.method = "ACK";
  SUBCASE("with it the failure is confirmed") {
    ack.to_tag = tag;
    scene.receive(ack);
    scene.wire.run_for(5s);
    CHECK(scene.layer.servers() == 0);
  }
  SUBCASE("with another it is not") {
    ack.to_tag = "other";
    scene.receive(ack);
    CHECK(scene.server.acks.size() == 1);
    scene.wire.run_for(600ms);
    CHECK(scene.sent() == words{"486", "486"});
  }
}

TEST_CASE("a response must come from where the request went (reference A-33)") {
  Scene scene;
  scene.send("INVITE", Scene::udp("198.51.100.1:5060"));
  const auto invite = scene.wire.sent().front();
  scene.answer(invite, 200, "203.0.113.9:5060");
  CHECK(scene.client.statuses.empty());
  CHECK(scene.count(Counter::ForgedSource) == 1);
  scene.answer(invite, 180, "198.51.100.1:40000");  // another port of the same host is well known to happen
  CHECK(scene.client.statuses == statuses{180});
}

TEST_CASE("a response over another transport than the request is not believed") {
  Scene scene;
  scene.send("INVITE", Scene::udp("198.51.100.1:5060"));
  scene.wire.receive(Scene::response_text(scene.wire.sent().front().text, 200),
                     Scene::tcp("198.51.100.1:5060"));
  CHECK(scene.client.statuses.empty());
  CHECK(scene.count(Counter::ForgedSource) == 1);
}

TEST_CASE("a response must repeat the method in CSeq (§17.1.3)") {
  Scene scene;
  scene.send("INVITE");
  std::string text = Scene::response_text(scene.wire.sent().front().text, 200);
  text.replace(text.find("1 INVITE"), 8, "1 OPTION");
  scene.wire.receive(text, Scene::udp("198.51.100.1:5060"));
  text.replace(text.find("1 OPTION"), 8, "1 CANCEL");
  scene.wire.receive(text, Scene::udp("198.51.100.1:5060"));
  CHECK(scene.client.statuses.empty());
  CHECK(scene.count(Counter::StrayResponses) == 2);
}

TEST_CASE("a slot used again does not take the responses of its former owner") {
  Scene scene;
  scene.send("OPTIONS");
  const auto first = scene.wire.sent().front();
  scene.answer(first, 200);
  scene.wire.run_for(5s);
  REQUIRE(scene.layer.clients() == 0);

  const ClientId second = scene.send("OPTIONS");
  CHECK(second.id.slot == 0);
  CHECK(second.id.generation != 1);
  scene.answer(first, 404);
  CHECK(scene.client.statuses == statuses{200});
  CHECK(scene.count(Counter::StrayResponses) == 1);
}

TEST_CASE("a branch with the right slot and check but another random is stray") {
  Scene scene;
  const ClientId id = scene.send("OPTIONS");
  transport::BranchId forged = scene.layer.branch_of(id);
  ++forged.random;
  char branch[transport::BranchCodec::kSize];
  scene.keys.branches.write(branch, forged);
  std::string text = Scene::response_text(scene.wire.sent().front().text, 200);
  text.replace(text.find(transport::kMagicCookie), sizeof branch, branch, sizeof branch);
  scene.wire.receive(text, Scene::udp("198.51.100.1:5060"));
  CHECK(scene.client.statuses.empty());
  CHECK(scene.count(Counter::StrayResponses) == 1);
}

TEST_CASE("a response to a transaction that is only reserved is stray") {
  Scene scene;
  const auto id = scene.layer.reserve(scene.client, 0);
  REQUIRE(id);
  const net::PacketRef never_sent = scene.request_for(*id, "OPTIONS", Scene::udp("198.51.100.1:5060"));
  scene.wire.receive(Scene::response_text(never_sent.text(), 200), never_sent->flow);
  CHECK(scene.client.statuses.empty());
  CHECK(scene.count(Counter::StrayResponses) == 1);
}

TEST_CASE("at their bounds open and reserve refuse, and it is counted") {
  Scene scene{{.servers = 2, .clients = 1, .kept_bytes = 1 << 20}};
  for (const char* branch : {"z9hG4bK1", "z9hG4bK2", "z9hG4bK3"})
    scene.receive({.method = "OPTIONS", .branch = branch});
  CHECK(scene.layer.servers() == 2);
  CHECK(scene.count(Counter::ServersRefused) == 1);
  scene.send("OPTIONS");
  CHECK_FALSE(scene.layer.reserve(scene.client, 0));
  CHECK(scene.count(Counter::ClientsRefused) == 1);
}

TEST_CASE("without memory to keep a message it is still sent, only not again") {
  Scene scene{{.servers = 10, .clients = 10, .kept_bytes = 0}};
  scene.send("OPTIONS");
  scene.wire.run_for(4s);
  CHECK(scene.sent() == words{"OPTIONS"});
  CHECK(scene.count(Counter::NotKept) == 1);
}

TEST_CASE("a request is not opened twice") {
  Scene scene;
  scene.server.opening = false;
  scene.receive({});
  scene.server.opening = true;
  scene.receive({});
  REQUIRE(scene.server.servers.size() == 1);
  const net::PacketRef request = scene.layer.packet_of(scene.server.servers.front());
  CHECK_FALSE(scene.layer.open(request, 9));
}
