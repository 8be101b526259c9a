// SPDX-License-Identifier: Apache-2.0
// Requests that nobody behind us is meant to see: what the domain itself says to them.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "sim/phone.h"
#include "sim/platform.h"

namespace ringfence::sim {
namespace {

using namespace std::chrono_literals;

base::Endpoint at(std::uint8_t host) {
  return {base::IpAddress::v4(198, 51, 100, host), 5060};
}

/// A neighbour whom we trust, and a stranger.
struct Scene {
  /// The first line of what is said to a request of this method; empty for silence. `to` stands between "To:
  /// " and the line's end.
  std::string said_to(Phone& sender, std::string_view method, std::string_view uri, std::string_view to) {
    sender.clear_inbox();
    sender.send_raw(fmt::format(
        "{} {} SIP/2.0\r\nVia: SIP/2.0/UDP {};rport;branch=z9hG4bK{}\r\nMax-Forwards: 70\r\n"
        "From: <sip:x@{}>;tag=1\r\nTo: {}\r\nCall-ID: {}\r\nCSeq: 1 {}\r\nContent-Length: 0\r\n\r\n",
        method, uri, "198.51.100.9", count, "elsewhere.example", to, count, method));
    ++count;
    network.run_for(100ms);
    if (sender.inbox().empty()) return {};
    last = sender.inbox().front();
    return last.substr(0, last.find("\r\n"));
  }

  net::SimNetwork network{4475};
  Platform platform{network, 2, {"security.trusted_sources=198.51.100.1"}};
  Phone neighbour{network, at(1), platform.udp(), "neighbour", ""};
  Phone stranger{network, at(2), platform.udp(), "stranger", ""};
  std::string last;
  int count = 0;
};

}  // namespace

TEST_CASE_FIXTURE(Scene,
                  "the domain itself takes OPTIONS, and refuses other methods by what it knows of them") {
  const std::string uri = fmt::format("sip:{}", kDomain);
  const std::string to = fmt::format("<{}>", uri);
  CHECK(said_to(neighbour, "OPTIONS", uri, to) == "SIP/2.0 200 OK");
  CHECK(said_to(neighbour, "MESSAGE", uri, to) == "SIP/2.0 405 Method Not Allowed");
  CHECK(last.contains("\r\nAllow: OPTIONS, REGISTER\r\n"));
  CHECK(said_to(neighbour, "RE%47IST%45R", uri, to) == "SIP/2.0 501 Not Implemented");  // RFC 4475 §3.1.1.5
  CHECK(said_to(neighbour, "MESSAGE", "sip:192.0.2.1", to) == "SIP/2.0 405 Method Not Allowed");
}

TEST_CASE_FIXTURE(Scene, "a registrar wants a SIP URI in To (RFC 3261 §10.2, RFC 4475 §3.3.4)") {
  const std::string uri = fmt::format("sip:{}", kDomain);
  CHECK(said_to(neighbour, "REGISTER", uri, "isbn:2983792873") == "SIP/2.0 400 To Is No SIP URI");
  CHECK(said_to(neighbour, "REGISTER", uri, "<sip:a@elsewhere.example>") == "SIP/2.0 403 Forbidden");
  CHECK(said_to(stranger, "REGISTER", uri, "isbn:2983792873").empty());
}

}  // namespace ringfence::sim
