// SPDX-License-Identifier: Apache-2.0
// Layers above a shard for tests: a sink that remembers, a framer of lines, an admission that can be told
// whom to deny.
#pragma once

#include <charconv>
#include <cstring>
#include <functional>
#include <ranges>
#include <string>
#include <vector>

#include "net/shard.h"

namespace ringfence::net::testing {

/// 0 to `count` - 1.
inline auto shard_ids(unsigned count) {
  return std::views::iota(0U, count) |
         std::views::transform([](unsigned id) { return static_cast<ShardId>(id); });
}

/// Remembers what it was told. `answer`, if set, is called with each packet.
class RecordingSink final : public PacketSink {
 public:
  struct Failed {
    Flow flow;
    std::uint64_t tag;
  };

  void on_packet(PacketRef packet) override {
    texts.emplace_back(packet.text());
    flows.push_back(packet->flow);
    sources.push_back(packet->source);
    if (answer) answer(std::move(packet));
  }
  void on_send_failed(const Flow& flow, std::uint64_t tag) override { failed.push_back({flow, tag}); }
  void on_connection_closed(ConnectionId connection, const Flow&) override { closed.push_back(connection); }
  void on_skipped(const Flow&, std::string_view bytes) override { skipped.emplace_back(bytes); }
  void on_broken(const Flow& flow, std::string_view bytes) override {
    broken.emplace_back(bytes);
    if (on_break) on_break(flow);
  }
  void on_turn_end() override { ++turns; }

  std::vector<std::string> texts;
  std::vector<Flow> flows;
  std::vector<SourceClass> sources;
  std::vector<Failed> failed;
  std::vector<ConnectionId> closed;
  std::vector<std::string> skipped;
  std::vector<std::string> broken;
  std::size_t turns = 0;
  std::function<void(PacketRef)> answer;
  std::function<void(const Flow&)> on_break;
};

/// A message is a line that ends in LF. "#123:" announces a message of 123 bytes, whatever they are. An empty
/// line is skipped, and a line that begins with "!" is no message at all.
class LineFramer final : public Framer {
 public:
  [[nodiscard]] Frame frame(std::string_view bytes, std::size_t seen) override {
    if (bytes.front() == '!') return {Frame::Broken, 0};
    const std::size_t end = bytes.find('\n', seen);
    looked_at += (end == std::string_view::npos ? bytes.size() : end + 1) - seen;
    if (bytes.front() == '#') return announced(bytes);
    if (end == std::string_view::npos) return {Frame::NeedMore, 0};
    return {end == 0 ? Frame::Skip : Frame::Message, end + 1};
  }

  std::size_t looked_at = 0;  ///< bytes searched so far

 private:
  static Frame announced(std::string_view bytes) {
    std::size_t size = 0;
    const auto [stop, error] = std::from_chars(bytes.data() + 1, bytes.data() + bytes.size(), size);
    if (stop == bytes.data() + bytes.size()) return {Frame::NeedMore, 0};
    if (error != std::errc{} || *stop != ':') return {Frame::Broken, 0};
    return {size <= bytes.size() ? Frame::Message : Frame::NeedMore, size};
  }
};

class TestAdmission final : public Admission {
 public:
  [[nodiscard]] SourceClass admit(const Flow& flow, std::size_t bytes) override {
    return decide ? decide(flow, bytes) : SourceClass::Unknown;
  }
  std::function<SourceClass(const Flow&, std::size_t)> decide;
};

/// The three together, plugged into one shard.
struct Layers {
  explicit Layers(Shard& shard) { shard.plug(sink, framer, admission); }
  RecordingSink sink;
  LineFramer framer;
  TestAdmission admission;
};

/// A packet with this text and flow, from the shard's pool.
[[nodiscard]] inline PacketRef make_packet(Shard& shard, const Flow& flow, std::string_view text) {
  PacketRef packet = shard.packets().take(text.size());
  std::memcpy(packet->data(), text.data(), text.size());
  packet->size = static_cast<std::uint32_t>(text.size());
  packet->flow = flow;
  return packet;
}

}  // namespace ringfence::net::testing
