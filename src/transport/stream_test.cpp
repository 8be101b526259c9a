// SPDX-License-Identifier: Apache-2.0
// SIP over streams on the simulated network: framing, keep-alive, and streams that cannot go on.
#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <vector>

#include "net/sim_network.h"
#include "transport/test_house.h"

using namespace ringfence;
using namespace ringfence::transport;
using namespace std::chrono_literals;

namespace {

const base::Endpoint kOurs = *base::Endpoint::parse("192.0.2.10:5060");
const base::Endpoint kPhone = *base::Endpoint::parse("198.51.100.7:40000");

struct Phone final : net::SimAgent {
  void on_datagram(const base::Endpoint&, const base::Endpoint&, std::string_view) override {}
  void on_stream_bytes(net::SimStream, std::string_view bytes) override { heard += bytes; }
  void on_stream_closed(net::SimStream) override { closed = true; }
  std::string heard;
  bool closed = false;
};

struct AdmitKnown final : net::Admission {
  net::SourceClass admit(const net::Flow&, std::size_t) override { return net::SourceClass::Known; }
};

/// One shard with a TCP listener, and a phone connected to it.
struct Line {
  Line() {
    net::SimProcess process;
    process.shards = 1;
    process.listeners = {{.protocol = net::Protocol::Tcp, .bound = kOurs}};
    network.start(std::move(process));
    transport = std::make_unique<Transport>(network.shard(0), keys, ownership);
    transport->plug(receiver);
    network.shard(0).plug(*transport, *transport, admission);
    network.attach(kPhone, phone);
    stream = network.connect(kPhone, kOurs);
    network.run_for(10ms);
  }
  void say(std::string_view bytes) {
    network.stream_send(stream, bytes);
    network.run_for(10ms);
  }

  net::SimNetwork network{1};
  Phone phone;
  AdmitKnown admission;
  NodeKeys keys{
      BranchCodec{{1, 2}, 1}, StatelessTags{base::as_bytes("0123456789abcdef0123456789abcdef")}, {3, 4}};
  FixedOwnership ownership;
  RecordingReceiver receiver;
  std::unique_ptr<Transport> transport;
  net::SimStream stream;

  ~Line() { receiver.last.reset(); }
};

std::string request(std::string_view call_id, std::string_view length = "Content-Length: 4\r\n") {
  return "MESSAGE sip:bob@example.test SIP/2.0\r\nVia: SIP/2.0/TCP 10.0.0.1;branch=z9hG4bK1\r\nMax-Forwards: "
         "70\r\n"
         "From: <sip:alice@example.test>;tag=f\r\nTo: <sip:bob@example.test>\r\nCall-ID: " +
         std::string{call_id} + "\r\nCSeq: 1 MESSAGE\r\n" + std::string{length} + "\r\nbody";
}

}  // namespace

TEST_CASE("messages of a stream are delivered one by one, however they are cut") {
  const std::string bytes = request("a") + "\r\n" + request("b") + "\r\n\r\n" + request("c");
  for (const std::size_t step : {std::size_t{1}, std::size_t{7}, std::size_t{100}, bytes.size()}) {
    CAPTURE(step);
    Line line;
    for (std::size_t at = 0; at < bytes.size(); at += step)
      line.say(std::string_view{bytes}.substr(at, step));
    CHECK(line.receiver.requests == std::vector{request("a"), request("b"), request("c")});
    CHECK(line.phone.heard == "\r\n");  // the pong
    CHECK_FALSE(line.phone.closed);
  }
}

TEST_CASE("an answer returns on the connection it was asked on") {
  Line line;
  line.say(request("a"));
  REQUIRE(line.receiver.last);
  CHECK(line.transport->answer(line.receiver.last, {.status = 200}));
  line.network.run_for(10ms);
  CHECK(line.phone.heard.starts_with("SIP/2.0 200 "));
}

TEST_CASE(
    "without Content-Length the stream gets 400 and is closed; nothing behind it is read (RFC 3261 §18.3)") {
  Line line;
  line.say(request("a", "") + request("smuggled"));
  CHECK(line.receiver.requests.empty());
  CHECK(line.phone.heard.starts_with("SIP/2.0 400 "));
  line.network.run_for(20s);
  CHECK(line.phone.closed);
}

TEST_CASE("two lengths are none: what follows might be a hidden request") {
  Line line;
  line.say(request("a", "Content-Length: 4\r\nl: 0\r\n") + request("smuggled"));
  CHECK(line.receiver.requests.empty());
  CHECK(line.phone.heard.starts_with("SIP/2.0 400 "));
}

TEST_CASE("a header section without end is cut off at its cap") {
  Line line;
  line.say("MESSAGE sip:bob@example.test SIP/2.0\r\nSubject: " + std::string(20'000, 'x'));
  line.network.run_for(20s);
  CHECK(line.phone.closed);
  CHECK(line.phone.heard.empty());
  CHECK(line.transport->counters().value(Counter::Unframeable) == 1);
}

TEST_CASE("a malformed message whose end is known is answered, and the stream goes on") {
  Line line;
  std::string bad = request("a");
  bad.replace(bad.find("1 MESSAGE"), 9, "1 INVITE ");
  line.say(bad + request("b"));
  CHECK(line.phone.heard.starts_with("SIP/2.0 400 "));
  CHECK(line.receiver.requests == std::vector{request("b")});
  CHECK_FALSE(line.phone.closed);
}

TEST_CASE("a phone that keeps its connection alive with single CRLFs is not cut off") {
  Line line;
  line.say(request("a"));
  for (int i = 0; i < 5; ++i) {
    line.say("\r\n");
    line.network.run_for(25s);
  }
  CHECK_FALSE(line.phone.closed);
}
