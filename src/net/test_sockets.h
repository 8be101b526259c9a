// SPDX-License-Identifier: Apache-2.0
// Remote ends on real sockets, and shards on ephemeral ports, for tests. Every wait has a generous deadline.
#pragma once

#include <doctest/doctest.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "net/listener.h"
#include "net/shard_group.h"
#include "net/sockets.h"
#include "net/test_layers.h"
#include "observe/log.h"

namespace ringfence::net::testing {

inline constexpr std::chrono::seconds kPatience{20};

inline const base::IpAddress kLoopbackV4 = base::IpAddress::v4(127, 0, 0, 1);
inline const base::IpAddress kLoopbackV6 = *base::IpAddress::parse("::1");

/// A blocking socket of a remote end.
class TestSocket {
 public:
  TestSocket(const base::Endpoint& bind_to, int type)
      : socket_{::socket(bind_to.family(), type | SOCK_CLOEXEC, 0)} {
    sockaddr_storage address{};
    const socklen_t size = bind_to.to(address, bind_to.family());
    REQUIRE(::bind(socket_.get(), reinterpret_cast<const sockaddr*>(&address), size) == 0);
  }
  [[nodiscard]] static TestSocket datagram(const base::IpAddress& from) { return {{from, 0}, SOCK_DGRAM}; }
  [[nodiscard]] static TestSocket stream(const base::IpAddress& from) { return {{from, 0}, SOCK_STREAM}; }

  [[nodiscard]] base::Endpoint endpoint() const { return bound_endpoint(socket_.get()); }
  [[nodiscard]] int descriptor() const { return socket_.get(); }

  bool connect(const base::Endpoint& to) {
    sockaddr_storage address{};
    const socklen_t size = to.to(address, to.family());
    return ::connect(socket_.get(), reinterpret_cast<const sockaddr*>(&address), size) == 0;
  }
  void send_to(const base::Endpoint& to, std::string_view text) {
    sockaddr_storage address{};
    const socklen_t size = to.to(address, to.family());
    const auto sent =
        sendto(socket_.get(), text.data(), text.size(), 0, reinterpret_cast<const sockaddr*>(&address), size);
    REQUIRE(sent == static_cast<ssize_t>(text.size()));
  }
  void send(std::string_view text) {
    while (!text.empty()) {
      const ssize_t sent = ::send(socket_.get(), text.data(), text.size(), MSG_NOSIGNAL);
      REQUIRE(sent > 0);
      text.remove_prefix(static_cast<std::size_t>(sent));
    }
  }
  /// What comes within the deadline; an empty text at the end of a stream; nothing when nothing came.
  std::optional<std::string> receive(base::Endpoint* from = nullptr,
                                     std::chrono::milliseconds patience = kPatience) {
    if (!readable(patience)) return std::nullopt;
    std::string text(70'000, '\0');
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    const ssize_t got =
        recvfrom(socket_.get(), text.data(), text.size(), 0, reinterpret_cast<sockaddr*>(&address), &size);
    text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    if (from != nullptr && size > 0) *from = base::Endpoint::from(address);
    return text;
  }
  /// Reads a stream until so many bytes came, or it ended.
  std::string receive_bytes(std::size_t bytes) {
    std::string all;
    while (all.size() < bytes) {
      const auto part = receive();
      if (!part || part->empty()) break;
      all += *part;
    }
    return all;
  }
  [[nodiscard]] bool readable(std::chrono::milliseconds patience) const {
    pollfd waiting{socket_.get(), POLLIN, 0};
    return poll(&waiting, 1, static_cast<int>(patience.count())) == 1;
  }
  void finish_writing() { shutdown(socket_.get(), SHUT_WR); }

 private:
  Descriptor socket_;
};

/// Listeners on ephemeral ports with their shards and layers. Runs threads, or is turned by hand.
class TestShards {
 public:
  explicit TestShards(const std::vector<ListenerSpec>& specs, unsigned shards = 2,
                      ShardGroupOptions options = {}, bool selector = true)
      : listeners{open(specs, shards, selector)}, group{listeners, clock, options} {
    // A busy machine takes turns away from us; that says nothing about the code under test.
    observe::Log::set_level(observe::Level::Warning);
    for (const ShardId id : shard_ids(shards)) layers.push_back(std::make_unique<Layers>(group.shard(id)));
  }
  ~TestShards() { group.stop(); }

  [[nodiscard]] base::Endpoint endpoint(ListenerId id = 0) const { return listeners.listeners()[id].bound; }

  /// Every shard answers each packet on its flow with the same bytes.
  void echo() {
    for (const ShardId id : shard_ids(group.size())) {
      EpollShard& shard = group.shard(id);
      layers[id]->sink.answer = [&shard](PacketRef packet) { shard.send(std::move(packet)); };
    }
  }
  /// Turns all shards by hand until `done()`.
  bool turn_until(const std::function<bool()>& done) {
    const auto end = std::chrono::steady_clock::now() + kPatience;
    while (!done()) {
      if (std::chrono::steady_clock::now() > end) return false;
      for (const ShardId id : shard_ids(group.size())) group.shard(id).turn(base::Nanos{0});
    }
    return true;
  }
  [[nodiscard]] RecordingSink& sink(ShardId id = 0) { return layers[id]->sink; }
  [[nodiscard]] std::size_t received() const {
    std::size_t all = 0;
    for (const auto& of_shard : layers) all += of_shard->sink.texts.size();
    return all;
  }
  [[nodiscard]] std::uint64_t counted(Counter counter) {
    std::uint64_t all = 0;
    for (const ShardId id : shard_ids(group.size())) all += group.shard(id).counters().value(counter);
    return all;
  }

  base::SystemClock clock;
  ListenerSet listeners;
  ShardGroup group;
  std::vector<std::unique_ptr<Layers>> layers;

 private:
  static ListenerSet open(const std::vector<ListenerSpec>& specs, unsigned shards, bool selector) {
    auto opened = open_listeners(specs, {.shards = shards, .receive_buffer = 1 << 20, .selector = selector});
    REQUIRE(opened.has_value());
    return std::move(*opened);
  }
};

[[nodiscard]] inline ListenerSpec udp(const base::IpAddress& address) {
  return {Protocol::Udp, {address, 0}, {}};
}
[[nodiscard]] inline ListenerSpec tcp(const base::IpAddress& address) {
  return {Protocol::Tcp, {address, 0}, {}};
}

}  // namespace ringfence::net::testing
