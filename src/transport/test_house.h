// SPDX-License-Identifier: Apache-2.0
// TestHouse: one shard's transport for tests, a fake wire under it and a recording receiver above.
#pragma once

#include <string>
#include <vector>

#include "transport/fake_wire.h"
#include "transport/transport.h"

namespace ringfence::transport {

/// Says what it was told to say.
struct FixedOwnership final : Ownership {
  net::ShardId owner = 0;
  std::uint64_t handle = 0;

  net::ShardId owner_of_request(const sip::Message&, Inbound& inbound, net::Shard&) override {
    inbound.call_handle = handle;
    inbound.membership = handle != 0 ? Membership::Proven : Membership::None;
    return owner;
  }
};

struct RecordingReceiver final : Receiver {
  void on_request(net::PacketRef request) override {
    requests.emplace_back(message_of(request).text());
    last_handle = Inbound::of(request).call_handle;
    last_membership = Inbound::of(request).membership;
    last = std::move(request);
  }
  void on_response(net::PacketRef, const BranchId& branch) override { branches.push_back(branch); }
  void on_send_failed(const net::Flow&, std::uint64_t tag) override { failed.push_back(tag); }
  void on_connection_closed(net::ConnectionId connection, const net::Flow&) override {
    closed.push_back(connection);
  }

  std::vector<std::string> requests;
  std::vector<BranchId> branches;
  std::vector<std::uint64_t> failed;
  std::vector<net::ConnectionId> closed;
  std::uint64_t last_handle = 0;
  Membership last_membership = Membership::None;
  net::PacketRef last;
};

struct RecordingEvidence final : Evidence {
  void on_reachable(const net::Flow& flow) override { flows.push_back(flow); }
  std::vector<net::Flow> flows;
};

struct TestHouse {
  explicit TestHouse(net::ShardId id = 0, unsigned shards = 1) : wire{id, shards} {
    ownership.owner = id;
    wire.plug(transport, transport);
    transport.plug(receiver);
    transport.plug(evidence);
  }

  static net::Flow phone(std::string_view at = "192.0.2.1:5060") {
    net::Flow flow;
    flow.remote = *base::Endpoint::parse(at);
    flow.listener = FakeWire::kUdp;
    return flow;
  }
  static net::Flow stream(std::string_view at = "192.0.2.1:40000") {
    net::Flow flow = phone(at);
    flow.protocol = net::Protocol::Tcp;
    flow.listener = FakeWire::kTcp;
    flow.connection = {.slot = 4, .generation = 2, .shard = 0};
    return flow;
  }
  [[nodiscard]] std::string response_with(const BranchId& id) const {
    char branch[BranchCodec::kSize];
    keys.branches.write(branch, id);
    return "SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 192.0.2.10:5060;branch=" + std::string(branch, sizeof branch) +
           "\r\nFrom: <sip:a@b>;tag=f\r\nTo: <sip:c@d>;tag=t\r\nCall-ID: c\r\nCSeq: 1 "
           "OPTIONS\r\nContent-Length: 0\r\n\r\n";
  }
  [[nodiscard]] std::uint64_t count(Counter counter) const { return transport.counters().value(counter); }

  FakeWire wire;
  NodeKeys keys{
      BranchCodec{{1, 2}, 1}, StatelessTags{base::as_bytes("0123456789abcdef0123456789abcdef")}, {3, 4}};
  FixedOwnership ownership;
  RecordingReceiver receiver;
  RecordingEvidence evidence;
  Transport transport{wire, keys, ownership};
};

}  // namespace ringfence::transport
