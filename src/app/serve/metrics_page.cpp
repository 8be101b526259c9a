// SPDX-License-Identifier: Apache-2.0
// Every room's table of counters on one page.
#include "app/serve/metrics_page.h"

#include "base/allocation_counter.h"
#include "net/counters.h"
#include "observe/snapshot.h"

namespace ringfence::app {
namespace {

using observe::MetricType;
using observe::Snapshot;

void add_shard(Snapshot& page, const ShardParts& parts) {
  const auto shard = std::to_string(parts.shard.id());
  page.add_room("ringfence_net_", net::kCounters, shard, parts.shard.counters());
  page.add_room("ringfence_guard_", guard::kCounters, shard, parts.admission.counters());
  page.add_room("ringfence_transport_", transport::kCounters, shard, parts.transport.counters());
  page.add_room("ringfence_transaction_", transaction::kCounters, shard, parts.layer.counters());
  page.add_room("ringfence_pipeline_", pipeline::kCounters, shard, parts.runner.counters());
  page.add_room("ringfence_auth_", auth::kCounters, shard, parts.authenticate.counters());
  page.add_room("ringfence_location_", location::kCounters, shard, parts.bindings.counters());
  page.add_room("ringfence_registrar_", registrar::kCounters, shard, parts.registrar.counters());
  page.add_room("ringfence_routing_", routing::kCounters, shard, parts.routing_counters);
  page.add_room("ringfence_proxy_", proxy::kCounters, shard, parts.core.counters());
  page.add("ringfence_auth_nonces_evicted_total", MetricType::Counter,
           "Nonces pushed out of their table before their time.", {{"shard", shard}},
           static_cast<double>(parts.nonce_counts.evicted()));
  if (base::counting_available()) {
    page.add("ringfence_shard_allocations_total", MetricType::Counter,
             "Heap allocations of the shard's thread.", {{"shard", shard}},
             static_cast<double>(parts.allocations.load(std::memory_order_relaxed)));
  }
}

void add_journal(Snapshot& page, const journal::Statistics& journal) {
  const auto counter = [&](std::string_view name, std::string_view help, std::uint64_t value) {
    page.add(name, MetricType::Counter, help, {}, static_cast<double>(value));
  };
  counter("ringfence_journal_records_total", "Records appended.", journal.records);
  counter("ringfence_journal_refused_total", "Appends that found their ring full.", journal.refused);
  counter("ringfence_journal_write_errors_total", "Writes and syncs that failed.", journal.write_errors);
  counter("ringfence_journal_snapshots_total", "Snapshots that were completed, so that older segments went.",
          journal.compactions);
  page.add("ringfence_journal_waiting_bytes", MetricType::Gauge, "Bytes not yet on disk.", {},
           static_cast<double>(journal.waiting_bytes));
  page.add("ringfence_journal_failing", MetricType::Gauge,
           "1 while the disk does not take what is to be written; it is tried again every second.", {},
           journal.failing ? 1 : 0);
}

}  // namespace

std::string metrics_page(const Node& node, const std::vector<std::unique_ptr<ShardParts>>& shards,
                         const journal::Journal& journal) {
  Snapshot page = Snapshot::of(node.metrics);
  page.add("ringfence_build_info", MetricType::Gauge, "Always 1; the version is the label.",
           {{"version", RINGFENCE_VERSION}}, 1);
  for (const auto& parts : shards) add_shard(page, *parts);
  page.add("ringfence_registrations_active", MetricType::Gauge, "Contacts bound now.", {},
           static_cast<double>(node.location.bindings()));
  add_journal(page, journal.statistics());
  return observe::prometheus_text(page);
}

}  // namespace ringfence::app
