// SPDX-License-Identifier: Apache-2.0
// The turns of a shard on real sockets.
#include "net/epoll_shard.h"

#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/assert.h"
#include "observe/log.h"

namespace ringfence::net {
namespace {

constexpr std::size_t kEvents = 512;
constexpr std::size_t kMailPerTurn = 512;  // messages of each sender
constexpr std::size_t kKnownBatches = 8;   // per socket and turn
constexpr std::size_t kStrangerBatches =
    2;  // per socket and turn: what is waiting longer waits in the kernel
constexpr std::size_t kDrainBatches =
    64;                              // at most, after a promotion: a flood must not make the drain endless
constexpr int kAcceptsPerTurn = 32;  // per listener
constexpr auto kAcceptPause = std::chrono::milliseconds{100};
constexpr auto kSlowTurn = std::chrono::milliseconds{1};
constexpr auto kSlowReportEvery = std::chrono::seconds{1};

}  // namespace

const std::array<EpollShard::Step, 8> EpollShard::kSteps{{
    {"mail", &EpollShard::read_mail},
    {"known datagrams", &EpollShard::read_known},
    {"datagrams of strangers", &EpollShard::read_strangers},
    {"streams", &EpollShard::serve_streams},
    {"accept", &EpollShard::accept_connections},
    {"timers", &EpollShard::fire_timers},
    {"turn end", &EpollShard::tell_turn_end},
    {"flush", &EpollShard::flush},
}};

EpollShard::EpollShard(ShardId id, const ShardSurroundings& around, PacketPool& packets,
                       const StreamLimits& limits)
    : Shard{{id, around.listeners.shards(), random_, timers_, packets, around.listeners.listeners()}},
      clock_{around.clock},
      mailboxes_{around.mailboxes},
      flows_{around.listeners.flows()},
      quiescent_{around.quiescent},
      timers_{around.clock.now()},
      epoll_{epoll_create1(EPOLL_CLOEXEC)},
      wire_{epoll_.get(), around.listeners.listeners()},
      streams_{*this, plugs(), wire_, around.sources, limits},
      known_receiver_{packets, counters()},
      stranger_receiver_{packets, counters()},
      accept_again_{[](void* self) { static_cast<EpollShard*>(self)->resume_accepting(); }, this},
      looked_{around.clock.now()} {
  RF_ASSERT(epoll_);
  set_time(clock_.now(), clock_.wall());
  events_.resize(kEvents);
  stream_events_.reserve(kEvents);
  open_sockets(around.listeners);
  watch_descriptor(mailboxes_.descriptor(id), {EventTag::Mail, 0, 0}, EPOLLIN);
}

EpollShard::~EpollShard() = default;

void EpollShard::open_sockets(const ListenerSet& set) {
  for (const Listener& listener : set.listeners()) {
    const bool wildcard = listener.bound.address.is_unspecified();
    const auto index = [](const auto& row) { return static_cast<std::uint32_t>(row.size() - 1); };
    if (const int socket = set.listening_socket(listener.id, id()); socket >= 0) {
      acceptors_.push_back({socket, listener.id, wildcard});
      watch_descriptor(socket, {EventTag::Accept, index(acceptors_), 0}, EPOLLIN);
    }
    if (const int socket = set.known_socket(listener.id, id()); socket >= 0) {
      known_.push_back({socket, listener.id, wildcard});
      watch_descriptor(socket, {EventTag::Known, index(known_), 0}, EPOLLIN);
    }
    if (const int socket = set.stranger_socket(listener.id, id()); socket >= 0) {
      strangers_.push_back({socket, listener.id, wildcard});
      senders_.push_back(std::make_unique<DatagramSender>(strangers_.back(), listener.bound.family(),
                                                          counters(), static_cast<SendFailures&>(*this)));
      watch_descriptor(socket, {EventTag::Stranger, index(strangers_), 0}, EPOLLIN);
    }
  }
  known_ready_.reserve(known_.size());
  strangers_ready_.reserve(strangers_.size());
  acceptors_ready_.reserve(acceptors_.size());
}

void EpollShard::watch_descriptor(int descriptor, EventTag tag, std::uint32_t events) {
  epoll_event event{};
  event.events = events;
  event.data.u64 = tag.pack();
  RF_ASSERT(epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, descriptor, &event) == 0);
}

void EpollShard::change_events(int descriptor, EventTag tag, std::uint32_t events) {
  epoll_event event{};
  event.events = events;
  event.data.u64 = tag.pack();
  RF_ASSERT(epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, descriptor, &event) == 0);
}

void EpollShard::send(PacketRef packet, std::uint64_t tag) {
  if (is_stream(packet->flow.protocol)) return streams_.send(std::move(packet), tag);
  if (DatagramSender* const sender = sender_of(packet->flow)) return sender->send(std::move(packet), tag);
  send_failed(packet->flow, tag);
}

DatagramSender* EpollShard::sender_of(const Flow& flow) {
  const int family = flow.remote.family();
  const auto fits = [&](const auto& sender) {
    return flow.listener == kNoListener ? sender->family() == family
                                        : sender->socket().listener == flow.listener;
  };
  const auto found = std::ranges::find_if(senders_, fits);
  return found == senders_.end() ? nullptr : found->get();
}

bool EpollShard::post(ShardId to, ShardMessage&& message) {
  if (!mailboxes_.post(id(), to, std::move(message))) {
    counters().add(Counter::InboxFull);
    return false;
  }
  if (to != id()) counters().add(Counter::HandOvers);
  return true;
}

void EpollShard::run(const std::atomic<bool>& stop) {
  while (!stop.load(std::memory_order_relaxed)) turn(std::chrono::hours{1});
  if (quiescent_ != nullptr && !std::exchange(idle_, true)) quiescent_->idle(id());
}

void EpollShard::turn(base::Nanos wait) {
  wait_for_events(wait);
  const base::MonoTime began = clock_.now();
  set_time(began, clock_.wall());
  looked_ = began;

  std::string_view slowest;
  base::Nanos longest{0};
  for (const Step& step : kSteps) {
    if (!(this->*step.run)()) continue;
    // For the watch on slow turns only; what is handled keeps the time of the turn.
    const base::MonoTime ended = clock_.now();
    if (ended - looked_ > longest) {
      longest = ended - looked_;
      slowest = step.name;
    }
    looked_ = ended;
  }
  if (looked_ - began > kSlowTurn) report_slow_turn(began, looked_, slowest);
  if (quiescent_ != nullptr) quiescent_->quiescent(id());
}

void EpollShard::report_slow_turn(base::MonoTime began, base::MonoTime ended, std::string_view slowest) {
  counters().add(Counter::SlowTurns);
  ++slow_turns_;
  if (ended < next_slow_report_) return;
  next_slow_report_ = ended + kSlowReportEvery;
  // A machine that runs something else in our place makes turns slow too; the kernel counts that for us.
  rusage usage{};
  getrusage(RUSAGE_THREAD, &usage);
  observe::log(observe::Level::Notice, "net.slow_turn",
               {{"shard", unsigned{id()}},
                {"took", ended - began},
                {"slowest", slowest},
                {"turns", std::exchange(slow_turns_, 0)},
                {"preempted", usage.ru_nivcsw - std::exchange(preempted_, usage.ru_nivcsw)}});
}

int EpollShard::milliseconds_to_sleep(base::Nanos wait) {
  // What was sent before the first turn, or while the last one was ending, must not wait for an event.
  const auto unsent = [](const auto& sender) { return !sender->empty() && !sender->blocked(); };
  if (mail_left_ || streams_.pending() || std::ranges::any_of(senders_, unsent)) return 0;
  if (const auto due = timers_.next_due()) wait = std::min(wait, *due - looked_);
  const auto rounded = std::chrono::ceil<std::chrono::milliseconds>(std::max(wait, base::Nanos{0}));
  return static_cast<int>(std::min<std::int64_t>(rounded.count(), 3'600'000));
}

void EpollShard::wait_for_events(base::Nanos wait) {
  int timeout = milliseconds_to_sleep(wait);
  const bool sleeps = timeout > 0 && mailboxes_.may_sleep(id());
  if (!sleeps) timeout = 0;
  if (sleeps && quiescent_ != nullptr && !std::exchange(idle_, true)) quiescent_->idle(id());

  const int count = epoll_wait(epoll_.get(), events_.data(), static_cast<int>(events_.size()), timeout);

  if (quiescent_ != nullptr && std::exchange(idle_, false)) quiescent_->active(id());
  sort_events(count > 0 ? static_cast<std::size_t>(count) : 0);
  if (sleeps || poked_) mailboxes_.woke(id(), std::exchange(poked_, false));
}

void EpollShard::sort_events(std::size_t count) {
  known_ready_.clear();
  strangers_ready_.clear();
  acceptors_ready_.clear();
  stream_events_.clear();
  for (const epoll_event& event : std::span{events_}.first(count)) {
    const EventTag tag = EventTag::unpack(event.data.u64);
    switch (tag.kind) {
      case EventTag::Mail:
        poked_ = true;
        break;
      case EventTag::Known:
        known_ready_.push_back(tag.index);
        break;
      case EventTag::Accept:
        acceptors_ready_.push_back(tag.index);
        break;
      case EventTag::Stream:
        stream_events_.push_back(event);
        break;
      case EventTag::Stranger:
        if ((event.events & EPOLLOUT) != 0) flush(tag.index);
        if ((event.events & ~std::uint32_t{EPOLLOUT}) != 0) strangers_ready_.push_back(tag.index);
        break;
    }
  }
}

bool EpollShard::read_mail() {
  // The turn is ours even if nobody poked: mail that came while we worked is seen here.
  bool more = false;
  const std::size_t taken =
      mailboxes_.drain(id(), kMailPerTurn, [this](ShardMessage& message) { dispatch(message); }, &more);
  mail_left_ = more;
  return taken > 0;
}

bool EpollShard::read_known() {
  for (const std::uint32_t index : known_ready_) {
    for (std::size_t batch = 0; batch < kKnownBatches; ++batch) {
      const std::size_t count = known_receiver_.receive(known_[index]);
      // Only now: whatever promoted the flows of this batch has happened before it was read.
      if (count > 0) drain_strangers_after_promotion();
      deliver(known_receiver_, count);
      if (count < DatagramReceiver::kBatch) break;
    }
  }
  return !known_ready_.empty();
}

void EpollShard::drain_strangers_after_promotion() {
  const std::uint64_t promotions = flows_.promotions();
  if (promotions == promotions_) return;
  promotions_ = promotions;
  counters().add(Counter::StrangerDrains);
  for (const DatagramSocket& socket : strangers_) {
    for (std::size_t batch = 0; batch < kDrainBatches; ++batch) {
      const std::size_t count = stranger_receiver_.receive(socket);
      deliver(stranger_receiver_, count);
      if (count < DatagramReceiver::kBatch) break;
    }
  }
}

bool EpollShard::read_strangers() {
  for (const std::uint32_t index : strangers_ready_) {
    for (std::size_t batch = 0; batch < kStrangerBatches; ++batch) {
      const std::size_t count = stranger_receiver_.receive(strangers_[index]);
      deliver(stranger_receiver_, count);
      if (count < DatagramReceiver::kBatch) break;
    }
  }
  return !strangers_ready_.empty();
}

void EpollShard::deliver(DatagramReceiver& receiver, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    const Flow flow = receiver.flow(i);
    const std::size_t size = receiver.size(i);
    const SourceClass source = plugs().admission->admit(flow, size);
    if (source == SourceClass::Denied) {
      counters().add(Counter::Denied);
      continue;
    }
    PacketRef packet = receiver.take(i);
    if (!packet) continue;
    packet->flow = flow;
    packet->arrived = now();
    packet->source = source;
    counters().add(Counter::PacketsIn);
    counters().add(Counter::BytesIn, size);
    plugs().sink->on_packet(std::move(packet));
  }
}

bool EpollShard::serve_streams() {
  for (const epoll_event& event : stream_events_) {
    const EventTag tag = EventTag::unpack(event.data.u64);
    const auto told = [&event](std::uint32_t bits) { return (event.events & bits) != 0; };
    streams_.ready({tag.index, tag.generation}, {told(EPOLLIN), told(EPOLLOUT), told(EPOLLERR | EPOLLHUP)});
  }
  return !stream_events_.empty();
}

bool EpollShard::accept_connections() {
  for (const std::uint32_t index : acceptors_ready_) accept(acceptors_[index]);
  return !acceptors_ready_.empty();
}

void EpollShard::accept(const Acceptor& acceptor) {
  for (int taken = 0; taken < kAcceptsPerTurn && accepting_; ++taken) {
    sockaddr_storage from{};
    socklen_t size = sizeof from;
    Descriptor socket{accept4(acceptor.descriptor, reinterpret_cast<sockaddr*>(&from), &size,
                              SOCK_NONBLOCK | SOCK_CLOEXEC)};
    if (!socket) {
      const bool no_descriptor = errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM;
      if (no_descriptor && !streams_.evict_oldest()) pause_accepting();
      if (no_descriptor || errno == ECONNABORTED || errno == EINTR) continue;
      return;
    }
    Flow flow;
    flow.remote = base::Endpoint::from(from);
    flow.listener = acceptor.listener;
    flow.protocol = listeners()[acceptor.listener].protocol;
    if (acceptor.wildcard) flow.local = bound_endpoint(socket.get()).address;
    streams_.accept(socket.release(), flow);
  }
}

void EpollShard::pause_accepting() {
  accepting_ = false;
  for (std::uint32_t i = 0; i < acceptors_.size(); ++i) {
    change_events(acceptors_[i].descriptor, {EventTag::Accept, i, 0}, 0);
  }
  timers_.arm(accept_again_, now() + kAcceptPause);
  observe::log(observe::Level::Warning, "net.no_descriptors", {{"shard", unsigned{id()}}});
}

void EpollShard::resume_accepting() {
  accepting_ = true;
  for (std::uint32_t i = 0; i < acceptors_.size(); ++i) {
    change_events(acceptors_[i].descriptor, {EventTag::Accept, i, 0}, EPOLLIN);
  }
}

bool EpollShard::fire_timers() {
  const auto due = timers_.next_due();
  if (!due || *due > now()) return false;
  timers_.advance(now());
  return true;
}

bool EpollShard::tell_turn_end() {
  plugs().sink->on_turn_end();
  return true;
}

bool EpollShard::flush() {
  streams_.end_turn();
  for (std::size_t i = 0; i < senders_.size(); ++i) {
    if (!senders_[i]->empty() && !senders_[i]->blocked()) flush(i);
  }
  counters().add(Counter::Wakeups, mailboxes_.wake(id()));
  packets().send_home();
  packets().collect();
  return true;
}

void EpollShard::flush(std::size_t sender) {
  const bool was_blocked = senders_[sender]->blocked();
  const bool blocked = !senders_[sender]->flush();
  if (blocked == was_blocked) return;
  const std::uint32_t wanted = blocked ? EPOLLIN | EPOLLOUT : EPOLLIN;
  change_events(strangers_[sender].descriptor, {EventTag::Stranger, static_cast<std::uint32_t>(sender), 0},
                wanted);
}

}  // namespace ringfence::net
