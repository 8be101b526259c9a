// SPDX-License-Identifier: Apache-2.0
// The life of the sip process: journal, directory, shards; then the control thread's loop.
#include "app/serve/sip_process.h"

#include <poll.h>

#include <array>
#include <atomic>
#include <memory>
#include <thread>
#include <vector>

#include "app/serve/child.h"
#include "app/serve/node.h"
#include "app/serve/notify.h"
#include "app/serve/peer_flows.h"
#include "app/serve/shard_parts.h"
#include "app/serve/sip_queries.h"
#include "app/serve/supervisor.h"
#include "base/serial.h"
#include "base/thread_name.h"
#include "journal/journal.h"
#include "journal/ring_place.h"
#include "net/epoll_shard.h"
#include "net/mailboxes.h"
#include "net/source_counts.h"
#include "observe/log.h"

namespace ringfence::app {
namespace {

using observe::Level;
using observe::log;

constexpr std::size_t kMailbox = 8192;  // messages from one shard to another

net::StreamLimits stream_limits(const config::Settings& settings, unsigned shards) {
  const auto& tcp = settings.sip.tcp;
  return {.first_message = tcp.first_message_timeout,
          .completion = tcp.completion_timeout,
          .unknown_idle = tcp.unknown_idle_timeout,
          .known_idle = tcp.known_idle_timeout,
          .connect = tcp.connect_timeout,
          .stalled = tcp.stalled_timeout,
          .connections = (settings.limits.connections + shards - 1) / shards,
          .unknown_per_source = tcp.unknown_per_source,
          .message_bytes = settings.sip.max_message_tcp.bytes,
          .write_queue_bytes = tcp.write_queue.bytes};
}

journal::Options journal_options(const StartOrders& orders, const config::JournalSettings& settings,
                                 unsigned rings) {
  return {
      .directory = orders.paths.journal(),
      .ring_directory = journal::place_for_rings(orders.paths.journal(), rings * settings.ring_size.bytes),
      .rings = rings,
      .ring_bytes = settings.ring_size.bytes,
      .segment_bytes = settings.segment_size.bytes,
      .interval = settings.sync_interval};
}

/// The process, built part by part; destroyed in the reverse order, shards first.
class SipProcess {
 public:
  SipProcess(Child& child, net::ListenerSet listeners, NodeRings rings)
      : child_{child},
        listeners_{std::move(listeners)},
        node_{child.configuration.settings(), listeners_.shards(), std::move(rings), random_,
              base::SystemClock{}.wall()},
        mailboxes_{node_.shards, kMailbox} {}

  base::Result<void> open_journal();
  void build_shards();
  void run();

 private:
  void remember_bindings();
  void start_threads();
  void stop_threads();
  bool wait_and_serve();
  bool hear_web();
  void answer(const LinkFrame& query);
  void apply(std::string_view payload);

  Child& child_;
  net::ListenerSet listeners_;
  base::SystemRandom random_;
  base::SystemClock clock_;
  Node node_;
  std::vector<std::unique_ptr<net::PacketPool>> pools_;  // outlive whatever may hold a packet: mail, too
  net::Mailboxes mailboxes_;
  net::SourceCounts sources_{node_.seed};
  std::unique_ptr<journal::Journal> journal_;
  std::vector<std::unique_ptr<net::EpollShard>> shards_;
  std::vector<std::unique_ptr<ShardParts>> parts_;
  std::unique_ptr<SipQueries> queries_;
  PeerFlows peer_flows_{listeners_};
  std::vector<std::thread> threads_;
  std::atomic<bool> stop_{false};
  bool loaded_ = false;  // the directory is complete
};

base::Result<void> SipProcess::open_journal() {
  const location::Moment now{clock_.now(), clock_.wall()};
  auto opened = journal::Journal::open(journal_options(child_.orders, node_.settings.journal, node_.shards),
                                       [&](const journal::Record& record) {
                                         if (record.stream == journal::Stream::Bindings)
                                           node_.location.reload(record.payload, now);
                                       });
  if (!opened) return std::unexpected(opened.error());
  journal_ = std::move(*opened);
  const auto& recovery = journal_->recovery();
  for (const auto& damage : recovery.damages) {
    log(Level::Warning, "journal.damage",
        {{"what", journal::text_of(damage.kind)},
         {"file", damage.file},
         {"offset", damage.offset},
         {"bytes", damage.bytes}});
  }
  log(Level::Info, "journal.read",
      {{"records", recovery.records},
       {"from_rings", recovery.from_rings},
       {"bindings", node_.location.bindings()}});
  for (unsigned i = 0; i < node_.shards; ++i) {
    node_.location.partition(static_cast<net::ShardId>(i)).plug(journal_->writer(i));
  }
  return {};
}

void SipProcess::build_shards() {
  std::vector<net::PacketPool*> linked;
  for (unsigned i = 0; i < node_.shards; ++i) {
    pools_.push_back(std::make_unique<net::PacketPool>());
    linked.push_back(pools_.back().get());
  }
  net::PacketPool::link(linked);
  const auto limits = stream_limits(node_.settings, node_.shards);
  const net::ShardSurroundings surroundings{listeners_, mailboxes_, sources_, clock_, &node_.readers};
  listeners_.flows().clear();
  for (unsigned i = 0; i < node_.shards; ++i) {
    shards_.push_back(
        std::make_unique<net::EpollShard>(static_cast<net::ShardId>(i), surroundings, *pools_[i], limits));
    parts_.push_back(std::make_unique<ShardParts>(*shards_[i], node_, &listeners_.flows()));
  }
  queries_ = std::make_unique<SipQueries>(
      SipQueries::Parts{node_, parts_, listeners_, *journal_, mailboxes_},
      [this](std::uint64_t id, std::string_view json) { child_.neighbour.send(LinkKind::Answer, id, json); });
  remember_bindings();
}

/// Flows of bindings that came back from the journal are Known again. Streams are not: their connections are
/// gone.
void SipProcess::remember_bindings() {
  const auto now = clock_.now();
  for (location::Cursor cursor; !cursor.finished;) {
    node_.location.list(cursor, 1000, [&](const location::AorRecord& record) {
      auto& admission = parts_[node_.location.owner_of(record.aor())]->admission;
      for (const auto& binding : record) {
        if (binding.live(now) && !net::is_stream(binding.flow.protocol))
          admission.know(binding.flow, binding.expires);
      }
    });
  }
}

void SipProcess::start_threads() {
  for (auto& shard : shards_) {
    threads_.emplace_back([this, &shard] {
      base::name_this_thread("shard", shard->id());
      observe::Log::attach_thread();
      shard->run(stop_);
    });
  }
}

void SipProcess::stop_threads() {
  stop_ = true;
  for (unsigned i = 0; i < node_.shards; ++i) mailboxes_.poke(static_cast<net::ShardId>(i));
  for (auto& thread : threads_) thread.join();
  threads_.clear();
}

void SipProcess::run() {
  child_.neighbour.send(LinkKind::WantDirectory, 0, {});
  while (wait_and_serve()) {
    if (loaded_ && threads_.empty()) {
      start_threads();
      child_.supervisor.send(LinkKind::Ready, 0, {});
    }
  }
  stop_threads();
}

/// One round of the control thread. False: it is time to stop.
bool SipProcess::wait_and_serve() {
  const auto control = static_cast<net::ShardId>(node_.shards);
  const auto& web = child_.neighbour;
  std::array<pollfd, 3> waits{{
      {child_.supervisor.descriptor(), POLLIN, 0},
      {web.open() ? web.descriptor() : -1, static_cast<short>(web.wants_write() ? POLLIN | POLLOUT : POLLIN),
       0},
      {mailboxes_.descriptor(control), POLLIN, 0},
  }};
  const bool sleeps = mailboxes_.may_sleep(control);
  ::poll(waits.data(), waits.size(), sleeps ? -1 : 0);
  mailboxes_.woke(control, (waits[2].revents & POLLIN) != 0);

  node_.readers.active(control);
  mailboxes_.drain(control, 256, [&](net::ShardMessage& message) { queries_->on_mail(message); });
  bool new_web = false;
  const bool go_on = child_.obey_supervisor(new_web);
  if (new_web) child_.neighbour.send(LinkKind::WantDirectory, 0, {});
  static_cast<void>(hear_web());
  node_.readers.idle(control);
  return go_on;
}

bool SipProcess::hear_web() {
  const auto control = static_cast<net::ShardId>(node_.shards);
  child_.neighbour.flush();
  while (const auto frame = child_.neighbour.receive()) {
    if (frame->kind == LinkKind::Changes) apply(frame->payload);
    if (frame->kind == LinkKind::Query) answer(*frame);
    // Nothing of what was read is held on to; else all pages that an import replaces would stay until its
    // end.
    node_.readers.quiescent(control);
  }
  return child_.neighbour.open();
}

void SipProcess::answer(const LinkFrame& query) {
  if (threads_.empty()) {
    child_.neighbour.send(LinkKind::Answer, query.id, R"({"error": "starting"})");
    return;
  }
  queries_->ask(query.id, query.payload);
}

/// Changes of one commit: the shards see all of them at once.
void SipProcess::apply(std::string_view payload) {
  base::ByteReader in{base::as_bytes(payload)};
  std::vector<directory::Change> changes;
  bool complete = false;
  while (in.remaining() > 0) {
    auto change = directory::read_change(in);
    if (!change) {
      log(Level::Error, "directory.unreadable", {{"bytes", payload.size()}});
      return;
    }
    complete = complete || std::holds_alternative<directory::LoadEnd>(*change);
    changes.push_back(std::move(*change));
  }
  if (auto applied = node_.directory.apply(changes); !applied) {
    log(Level::Error, "directory.not_applied", {{"why", applied.error().why}});
    return;
  }
  peer_flows_.follow(changes);
  if (!complete) return;
  const auto& snapshot = node_.directory.snapshot();
  log(Level::Info, "directory.loaded",
      {{"domains", snapshot.domains()},
       {"subscribers", snapshot.subscribers()},
       {"peers", snapshot.peers()}});
  loaded_ = true;
}

int start_and_run(std::span<const int> descriptors) {
  auto child = Child::begin("sip", descriptors);
  if (!child) {
    print_failure(child.error());
    return kCannotStart;
  }
  auto listeners = net::ListenerSet::adopt(Child::listeners_of(descriptors), child->orders.listeners);
  base::SystemRandom random;
  auto rings = NodeRings::open(child->orders.paths.keys(), random);
  if (!listeners || !rings) {
    print_failure(listeners ? rings.error() : listeners.error());
    return kCannotStart;
  }
  SipProcess process{*child, std::move(*listeners), std::move(*rings)};
  if (auto opened = process.open_journal(); !opened) {
    print_failure(opened.error());
    return kCannotStart;
  }
  process.build_shards();
  process.run();
  return 0;
}

}  // namespace

int run_sip(std::span<const int> descriptors) {
  const int status = start_and_run(descriptors);
  observe::Log::flush();
  return status;
}

}  // namespace ringfence::app
