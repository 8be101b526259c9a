// SPDX-License-Identifier: Apache-2.0
// What a packet costs on its way through a shard: UDP echo, hand-over between shards, the pool.
#include <benchmark/benchmark.h>
#include <sys/socket.h>

#include <array>
#include <cstdlib>
#include <ctime>
#include <string>

#include "net/mailboxes.h"
#include "net/shard_group.h"
#include "net/sockets.h"
#include "observe/log.h"

namespace ringfence::net {
namespace {

struct Echo final : PacketSink {
  explicit Echo(Shard& on) : shard{on} {}
  void on_packet(PacketRef packet) override { shard.send(std::move(packet)); }
  void on_send_failed(const Flow&, std::uint64_t) override {}
  void on_connection_closed(ConnectionId, const Flow&) override {}
  Shard& shard;
};

struct WholeFramer final : Framer {
  [[nodiscard]] Frame frame(std::string_view bytes, std::size_t) override {
    return {Frame::Message, bytes.size()};
  }
};

struct AdmitAll final : Admission {
  [[nodiscard]] SourceClass admit(const Flow&, std::size_t) override { return SourceClass::Unknown; }
};

/// A remote end that sends and takes bursts with one system call each.
class Burst {
 public:
  Burst(const base::Endpoint& to, std::size_t count, std::size_t bytes) : count_{count}, text_(bytes, 'x') {
    auto socket = open_datagram_socket({to.address, 0}, Group::First);
    if (!socket) std::abort();
    socket_ = std::move(*socket);
    sockaddr_storage address{};
    const socklen_t size = to.to(address, to.family());
    if (connect(socket_.get(), reinterpret_cast<const sockaddr*>(&address), size) != 0) std::abort();
    for (std::size_t i = 0; i < kMost; ++i) {
      out_[i] = {text_.data(), text_.size()};
      in_[i] = {&buffers_[i], sizeof buffers_[i]};
      headers_[i].msg_hdr.msg_iovlen = 1;
    }
  }
  void send() {
    for (std::size_t i = 0; i < count_; ++i) headers_[i].msg_hdr.msg_iov = &out_[i];
    if (sendmmsg(socket_.get(), headers_.data(), static_cast<unsigned>(count_), 0) !=
        static_cast<int>(count_)) {
      std::abort();
    }
  }
  /// How many answers are there now.
  std::size_t take() {
    for (std::size_t i = 0; i < kMost; ++i) headers_[i].msg_hdr.msg_iov = &in_[i];
    const int got = recvmmsg(socket_.get(), headers_.data(), kMost, MSG_DONTWAIT, nullptr);
    return got > 0 ? static_cast<std::size_t>(got) : 0;
  }

 private:
  static constexpr std::size_t kMost = 32;
  std::size_t count_;
  std::string text_;
  Descriptor socket_;
  std::array<iovec, kMost> out_{};
  std::array<iovec, kMost> in_{};
  std::array<mmsghdr, kMost> headers_{};
  std::array<std::array<char, 2048>, kMost> buffers_;
};

/// Processor time of this thread: what others take from a busy machine does not count.
double cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

/// The shard's turns alone; the remote end is not counted. On the loopback a send includes the receiving half
/// of the kernel's work for the other end.
void udp_echo(benchmark::State& state) {
  const auto burst = static_cast<std::size_t>(state.range(0));
  const std::array specs{ListenerSpec{Protocol::Udp, {base::IpAddress::v4(127, 0, 0, 1), 0}, {}}};
  auto listeners = open_listeners(specs, {});
  if (!listeners) return state.SkipWithError("no listener");
  const base::SystemClock clock;
  ShardGroup group{*listeners, clock, {}};
  EpollShard& shard = group.shard(0);
  Echo echo{shard};
  WholeFramer framer;
  AdmitAll admission;
  shard.plug(echo, framer, admission);
  observe::Log::set_level(observe::Level::Error);
  Burst remote{listeners->listeners()[0].bound, burst, 700};
  for (auto _ : state) {
    remote.send();
    double spent = 0;
    for (std::size_t answered = 0; answered < burst; answered += remote.take()) {
      const double began = cpu_seconds();
      shard.turn(base::Nanos{0});
      spent += cpu_seconds() - began;
    }
    state.SetIterationTime(spent);
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(burst));
}
BENCHMARK(udp_echo)->Arg(1)->Arg(8)->Arg(32)->UseManualTime();

/// Posting, draining and sending home, both shards in one thread.
void hand_over(benchmark::State& state) {
  constexpr int kBurst = 32;
  PacketPool home;
  PacketPool away;
  const std::array<PacketPool*, 2> pools{&home, &away};
  PacketPool::link(pools);
  Mailboxes mailboxes{2, 64};
  for (auto _ : state) {
    for (int i = 0; i < kBurst; ++i) {
      if (!mailboxes.post(0, 1, ShardMessage::of(MessageKind::Packet, home.take()))) std::abort();
    }
    mailboxes.wake(0);
    mailboxes.drain(1, kBurst, [&](ShardMessage& message) {
      away.adopt(message.packet);
      message.packet.reset();
    });
    away.send_home();
    home.collect();
  }
  state.SetItemsProcessed(state.iterations() * kBurst);
}
BENCHMARK(hand_over);

void take_and_release(benchmark::State& state) {
  PacketPool pool;
  for (auto _ : state) benchmark::DoNotOptimize(pool.take());
}
BENCHMARK(take_and_release);

}  // namespace
}  // namespace ringfence::net
