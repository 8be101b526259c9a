// SPDX-License-Identifier: Apache-2.0
// FakeWire: a shard for tests of the rooms above net. It keeps what was sent, and when, on simulated time.
#pragma once

#include <algorithm>
#include <chrono>
#include <deque>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/random.h"
#include "base/sim_clock.h"
#include "net/shard.h"

namespace ringfence::transport {

/// What stands under the shard; a base, so that it is there before the Shard that refers to it.
struct FakeWireParts {
  base::SimClock sim_clock;
  base::SeededRandom seeded{1};
  net::PacketPool pool{{.small = 4096, .large = 8}};
};

/// One shard without sockets: nothing leaves, nothing arrives but by `receive`.
class FakeWire final : private FakeWireParts, public net::Shard {
 public:
  struct Sent {
    std::chrono::milliseconds at;  ///< since the beginning of the test
    std::string text;
    net::Flow flow;
    std::uint64_t tag = 0;
  };

  static constexpr net::ListenerId kUdp = 0;
  static constexpr net::ListenerId kTcp = 1;

  explicit FakeWire(net::ShardId id = 0, unsigned shards = 1)
      : Shard{Parts{id, shards, seeded, sim_clock.timers(), pool, kListeners}} {
    set_time(sim_clock.now(), sim_clock.wall());
  }

  void plug(net::PacketSink& packet_sink, net::Framer& its_framer) {
    Shard::plug(packet_sink, its_framer, admission_);
  }

  // --- net::Shard ---
  void send(net::PacketRef packet, std::uint64_t tag = 0) override {
    if (!recording_) {
      last_ = std::move(packet);
      return;
    }
    sent_.push_back({elapsed(), std::string{packet.text()}, packet->flow, tag});
    if (failing_ && tag != 0) failed_.emplace_back(packet->flow, tag);
  }
  [[nodiscard]] bool post(net::ShardId to, net::ShardMessage&& message) override {
    if (mailbox_full_) return false;
    posted_.emplace_back(to, std::move(message));
    return true;
  }
  void close(net::ConnectionId connection) override { closed_.push_back(connection); }
  void classify(net::ConnectionId, net::SourceClass) override {}

  // --- what a test does ---
  /// Hands a message to the sink as net would.
  void receive(std::string_view text, const net::Flow& flow,
               net::SourceClass source = net::SourceClass::Known) {
    plugs().sink->on_packet(packet_of(text, flow, source));
  }
  [[nodiscard]] net::PacketRef packet_of(std::string_view text, const net::Flow& flow,
                                         net::SourceClass source) {
    net::PacketRef packet = packets().take(text.size());
    text.copy(packet->data(), text.size());
    packet->size = static_cast<std::uint32_t>(text.size());
    packet->flow = flow;
    packet->source = source;
    packet->arrived = now();
    return packet;
  }
  /// Lets time pass; timers fire at their ticks, and failures of sends are reported after each.
  void run_for(base::Nanos span) {
    const base::MonoTime end = now() + span;
    report_failures();
    for (auto due = timers().next_due(); due && *due <= end; due = timers().next_due()) step_to(*due);
    step_to(end);
  }
  /// Keeps only the last packet sent, and allocates nothing: for tests that count allocations.
  void stop_recording() { recording_ = false; }
  [[nodiscard]] const net::PacketRef& last() const { return last_; }
  /// From now on no tagged send succeeds.
  void fail_sends(bool failing = true) { failing_ = failing; }
  void fill_mailboxes(bool full = true) { mailbox_full_ = full; }
  void report_failures() {
    for (const auto& [flow, tag] : std::exchange(failed_, {})) plugs().sink->on_send_failed(flow, tag);
  }
  /// Runs the handlers of everything posted to this shard on another one.
  void carry_to(FakeWire& other) {
    for (auto& [to, message] : std::exchange(posted_, {})) {
      if (to == other.id()) other.take(message);
    }
  }

  // --- what a test sees ---
  [[nodiscard]] const std::deque<Sent>& sent() const { return sent_; }
  [[nodiscard]] const std::vector<net::ConnectionId>& closed() const { return closed_; }
  [[nodiscard]] std::size_t posted() const { return posted_.size(); }
  [[nodiscard]] std::vector<std::chrono::milliseconds> sent_at() const {
    std::vector<std::chrono::milliseconds> times;
    times.reserve(sent_.size());
    for (const Sent& one : sent_) times.push_back(one.at);
    return times;
  }
  void forget() { sent_.clear(); }
  [[nodiscard]] std::chrono::milliseconds elapsed() const {
    return std::chrono::duration_cast<std::chrono::milliseconds>(now().time_since_epoch());
  }

 private:
  struct AdmitAll final : net::Admission {
    net::SourceClass admit(const net::Flow&, std::size_t) override { return net::SourceClass::Known; }
  };

  inline static const std::vector<net::Listener> kListeners = {
      {kUdp, net::Protocol::Udp, *base::Endpoint::parse("192.0.2.10:5060"),
       *base::Endpoint::parse("192.0.2.10:5060")},
      {kTcp, net::Protocol::Tcp, *base::Endpoint::parse("192.0.2.10:5060"),
       *base::Endpoint::parse("192.0.2.10:5060")},
  };

  void step_to(base::MonoTime time) {
    sim_clock.set(std::max(time, now()));
    set_time(sim_clock.now(), sim_clock.wall());
    timers().advance(now());
    report_failures();
  }
  /// The pools of two fakes are not linked: the packet is copied. The handler cannot tell that from a move.
  void take(net::ShardMessage& message) {
    if (message.packet) {
      net::PacketRef copy = packet_of(message.packet.text(), message.packet->flow, message.packet->source);
      using Annex = std::array<std::byte, net::kAnnexBytes>;
      copy->make_annex<Annex>() = message.packet->annex<Annex>();
      message.packet = std::move(copy);
    }
    dispatch(message);
  }

  AdmitAll admission_;
  std::deque<Sent> sent_;  // so that what a test holds of it stays
  std::vector<std::pair<net::Flow, std::uint64_t>> failed_;
  std::vector<std::pair<net::ShardId, net::ShardMessage>> posted_;
  std::vector<net::ConnectionId> closed_;
  net::PacketRef last_;
  bool recording_ = true;
  bool failing_ = false;
  bool mailbox_full_ = false;
};

}  // namespace ringfence::transport
