// SPDX-License-Identifier: Apache-2.0
// CallWalk: whole calls through the layer as a proxy would take them, without a single allocation of its own.
// For the test that counts allocations and for the benchmark.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/assert.h"
#include "base/text_writer.h"
#include "transaction/scene.h"

namespace ringfence::transaction {

/// Forwards each request to one place and each response back, as bytes made by hand: what a call costs here
/// is the layer's cost and that of parsing and of building responses, not that of a proxy.
class CallWalk final : public ServerUser, public ClientUser {
 public:
  CallWalk() {
    wire_.plug(transport_, transport_);
    wire_.stop_recording();
    layer_.plug(*this);
  }

  /// INVITE, 180, 200, ACK, BYE, 200: four transactions and an ACK between them.
  void one_call(base::Nanos pause) {
    ++call_;
    request("INVITE", "i");
    answer(180);
    answer(200);
    request("ACK", "a");
    request("BYE", "b");
    answer(200);
    rest(pause);
  }
  void rest(base::Nanos span) { wire_.run_for(span); }

  [[nodiscard]] std::uint64_t completed() const { return completed_; }
  [[nodiscard]] const Layer& layer() const { return layer_; }

  // --- ServerUser ---
  void on_new_request(net::PacketRef request) override {
    const sip::Message message = transport::message_of(request);
    if (message.method() == sip::Method::Ack) return;
    const auto server = layer_.open(request, 0);
    const auto client = layer_.reserve(*this, server->id.slot | std::uint64_t{server->id.generation} << 32);
    RF_ASSERT(server && client);
    layer_.send(*client, forwarded(message, *client));
  }
  void on_cancel(ServerId, std::uint64_t, net::PacketRef) override {}
  void on_server_end(ServerId, std::uint64_t, ServerEnd) override {}

  // --- ClientUser ---
  void on_response(ClientId, std::uint64_t cookie, net::PacketRef response) override {
    const sip::Message message = transport::message_of(response);
    const ServerId server{{static_cast<std::uint32_t>(cookie), static_cast<std::uint32_t>(cookie >> 32)}};
    net::PacketRef request = layer_.packet_of(server);
    layer_.respond(server,
                   transport_.make_response(request, {.status = message.status(), .to_tag = "callee"}));
    if (message.method() == sip::Method::Bye) ++completed_;
  }
  void on_client_failure(ClientId, std::uint64_t, ClientFailure) override {}

 private:
  void append_rest(base::TextWriter& out, std::string_view method) {
    out.append("\r\nMax-Forwards: 70\r\nFrom: <sip:alice@example.test>;tag=f\r\nTo: <sip:bob@example.test>");
    if (method != "INVITE") out.append(";tag=callee");
    out.append("\r\nCall-ID: ").append_decimal(call_).append("@example.test\r\nCSeq: 1 ").append(method);
    out.append("\r\nContact: <sip:alice@192.0.2.1>\r\nContent-Length: 0\r\n\r\n");
  }
  /// The caller sends a request.
  void request(std::string_view method, std::string_view kind) {
    std::array<char, 1024> buffer;
    base::TextWriter out{buffer};
    out.append(method).append(
        " sip:bob@example.test SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1:5060;rport;branch=z9hG4bK");
    out.append(kind).append_decimal(call_);
    append_rest(out, method);
    wire_.receive(out.view(), caller_);
  }
  /// What we send on to the callee.
  net::PacketRef forwarded(const sip::Message& message, ClientId client) {
    std::array<char, 1024> buffer;
    std::array<char, transport::Transport::kViaBytes> via;
    base::TextWriter out{buffer};
    out.append(message.method_text()).append(" sip:bob@198.51.100.1 SIP/2.0\r\nVia: ");
    out.append({via.data(), transport_.write_via(via, callee_, layer_.branch_of(client))});
    append_rest(out, message.method_text());
    net::PacketRef packet = transport_.make_packet(out.view(), callee_);
    asked_ = packet;
    return packet;
  }
  /// The callee answers what it was sent last.
  void answer(unsigned status) {
    sip::MessageIndex index;
    const std::string_view text = asked_.text();
    RF_ASSERT(sip::parse(text, index).has_value());
    std::array<char, 1024> buffer;
    const auto size =
        sip::build_response(sip::Message{text, index}, {.status = status, .to_tag = "callee"}, buffer);
    RF_ASSERT(size.has_value());
    wire_.receive({buffer.data(), *size}, callee_);
  }

  transport::FakeWire wire_;
  transport::NodeKeys keys_{transport::BranchCodec{{1, 2}, 1},
                            transport::StatelessTags{base::as_bytes("0123456789abcdef0123456789abcdef")},
                            {3, 4}};
  OwnedHere ownership_;
  transport::Transport transport_{wire_, keys_, ownership_};
  Layer layer_{wire_, transport_};
  const net::Flow caller_ = Scene::udp("192.0.2.1:5060");
  const net::Flow callee_ = Scene::udp("198.51.100.1:5060");
  net::PacketRef asked_;
  std::uint64_t call_ = 0;
  std::uint64_t completed_ = 0;
};

}  // namespace ringfence::transaction
