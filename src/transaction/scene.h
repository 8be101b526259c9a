// SPDX-License-Identifier: Apache-2.0
// Scene: the transactions of one shard for tests, a fake wire under them and recording users above.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/assert.h"
#include "transaction/layer.h"
#include "transport/fake_wire.h"

namespace ringfence::transaction {

/// Every request belongs to the shard it arrives on.
struct OwnedHere final : transport::Ownership {
  net::ShardId owner_of_request(const sip::Message&, transport::Inbound&, net::Shard& shard) override {
    return shard.id();
  }
};

/// Opens a transaction for every request but ACK, and writes down what it hears.
class RecordingServer final : public ServerUser {
 public:
  explicit RecordingServer(Layer& layer) : layer_{layer} {}

  void on_new_request(net::PacketRef request) override {
    const sip::Message message = transport::message_of(request);
    if (message.method() == sip::Method::Ack) return acks.push_back(std::string{message.text()});
    requests.push_back(std::string{message.text()});
    if (!opening) return;
    if (const auto id = layer_.open(request, requests.size())) servers.push_back(*id);
  }
  void on_cancel(ServerId invite, std::uint64_t, net::PacketRef) override { cancelled.push_back(invite); }
  void on_server_end(ServerId, std::uint64_t cookie, ServerEnd why) override {
    ends.emplace_back(cookie, why);
  }
  void on_response_not_sent(ServerId server, std::uint64_t) override { not_sent.push_back(server); }

  bool opening = true;
  std::vector<std::string> requests;
  std::vector<std::string> acks;
  std::vector<ServerId> servers;
  std::vector<ServerId> cancelled;
  std::vector<ServerId> not_sent;
  std::vector<std::pair<std::uint64_t, ServerEnd>> ends;

 private:
  Layer& layer_;
};

/// Writes down what it hears.
class RecordingClient final : public ClientUser {
 public:
  void on_response(ClientId, std::uint64_t, net::PacketRef response) override {
    statuses.push_back(transport::message_of(response).status());
  }
  void on_client_failure(ClientId, std::uint64_t, ClientFailure why) override { failures.push_back(why); }

  std::vector<unsigned> statuses;
  std::vector<ClientFailure> failures;
};

class Scene {
 public:
  explicit Scene(const LayerLimits& limits = {.servers = 1000, .clients = 1000, .kept_bytes = 4 << 20},
                 const TimerTable& timers = {})
      : layer{wire, transport, timers, limits} {
    wire.plug(transport, transport);
    layer.plug(server);
  }

  // --- the other side ---
  static net::Flow udp(std::string_view remote) {
    net::Flow flow;
    flow.remote = *base::Endpoint::parse(remote);
    flow.listener = transport::FakeWire::kUdp;
    return flow;
  }
  static net::Flow tcp(std::string_view remote) {
    net::Flow flow = udp(remote);
    flow.protocol = net::Protocol::Tcp;
    flow.listener = transport::FakeWire::kTcp;
    flow.connection = {.slot = 1, .generation = 1, .shard = 0};
    return flow;
  }

  struct Request {
    std::string_view method = "INVITE";
    std::string_view branch = "z9hG4bKabc";
    std::string_view sent_by = "phone.example.test";
    std::string_view to_tag{};
    std::string_view from_tag = "f1";
    std::string_view call_id = "call1";
    unsigned cseq = 1;
    std::string_view uri = "sip:bob@example.test";
  };
  static std::string text_of(const Request& request, std::string_view transport = "UDP") {
    std::string text = std::string{request.method} + " " + std::string{request.uri} +
                       " SIP/2.0\r\nVia: SIP/2.0/" + std::string{transport} + " " +
                       std::string{request.sent_by} + ";rport";
    if (!request.branch.empty()) text += ";branch=" + std::string{request.branch};
    text += "\r\nMax-Forwards: 70\r\nFrom: <sip:alice@example.test>;tag=" + std::string{request.from_tag} +
            "\r\nTo: <sip:bob@example.test>";
    if (!request.to_tag.empty()) text += ";tag=" + std::string{request.to_tag};
    text += "\r\nCall-ID: " + std::string{request.call_id} + "\r\nCSeq: " + std::to_string(request.cseq) +
            " " + std::string{request.method} +
            "\r\nContact: <sip:alice@192.0.2.1>\r\nContent-Length: 0\r\n\r\n";
    return text;
  }

  /// A request arrives; the recording user opens its transaction.
  void receive(const Request& request, const net::Flow& from = udp("192.0.2.1:5060"),
               net::SourceClass source = net::SourceClass::Known) {
    wire.receive(text_of(request, net::name_of(from.protocol)), from, source);
  }

  /// The user answers the last request it opened a transaction for.
  void respond(unsigned status) { respond(server.servers.back(), status); }
  void respond(ServerId id, unsigned status) {
    net::PacketRef request = layer.packet_of(id);
    RF_ASSERT(request);
    layer.respond(id, transport.make_response(request, {.status = status}));
  }
  /// A response as a user has it that kept the request: also after the transaction has let go of it.
  [[nodiscard]] net::PacketRef response_to(const net::PacketRef& request, unsigned status) {
    return transport.make_response(request, {.status = status});
  }

  // --- our side ---
  /// Sends a request in a new client transaction.
  ClientId send(std::string_view method, const net::Flow& to = udp("198.51.100.1:5060")) {
    const std::optional<ClientId> id = layer.reserve(client, 7);
    RF_ASSERT(id);
    layer.send(*id, request_for(*id, method, to));
    return *id;
  }
  [[nodiscard]] net::PacketRef request_for(ClientId id, std::string_view method, const net::Flow& to) {
    char via[transport::Transport::kViaBytes];
    const std::size_t via_size = transport.write_via(via, to, layer.branch_of(id));
    const std::string text = std::string{method} +
                             " sip:bob@example.test SIP/2.0\r\nVia: " + std::string(via, via_size) +
                             "\r\nMax-Forwards: 69\r\nFrom: <sip:alice@example.test>;tag=f1\r\n"
                             "To: <sip:bob@example.test>\r\nCall-ID: out1\r\nCSeq: 1 " +
                             std::string{method} + "\r\nContent-Length: 0\r\n\r\n";
    return transport.make_packet(text, to);
  }

  /// The far end answers a request that we sent.
  void answer(const transport::FakeWire::Sent& request, unsigned status, std::string_view from = {}) {
    net::Flow flow = request.flow;
    if (!from.empty()) flow.remote = *base::Endpoint::parse(from);
    wire.receive(response_text(request.text, status), flow);
  }
  static std::string response_text(std::string_view request, unsigned status) {
    sip::MessageIndex index;
    RF_ASSERT(sip::parse(request, index));
    std::string out(2048, '\0');
    const auto size =
        sip::build_response(sip::Message{request, index}, {.status = status, .to_tag = "far"}, out);
    RF_ASSERT(size);
    out.resize(*size);
    return out;
  }

  [[nodiscard]] std::uint64_t count(Counter counter) const { return layer.counters().value(counter); }
  /// Start lines of what was sent, shortened to method or status.
  [[nodiscard]] std::vector<std::string> sent() const {
    std::vector<std::string> out;
    for (const auto& one : wire.sent()) {
      const std::string_view text = one.text;
      out.emplace_back(text.starts_with("SIP/2.0 ") ? text.substr(8, 3) : text.substr(0, text.find(' ')));
    }
    return out;
  }

  transport::FakeWire wire;
  transport::NodeKeys keys{transport::BranchCodec{{1, 2}, 1},
                           transport::StatelessTags{base::as_bytes("0123456789abcdef0123456789abcdef")},
                           {3, 4}};
  OwnedHere ownership;
  transport::Transport transport{wire, keys, ownership};
  Layer layer;
  RecordingServer server{layer};
  RecordingClient client;
};

}  // namespace ringfence::transaction
