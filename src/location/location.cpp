// SPDX-License-Identifier: Apache-2.0
// The partitions as one.
#include "location/location.h"

#include "base/assert.h"
#include "location/partition.h"

namespace ringfence::location {

Location::Location(const Options& options, base::QuiescentDomain& readers) : options_{options} {
  RF_ASSERT(options.shards > 0);
  for (unsigned shard = 0; shard < options.shards; ++shard) {
    partitions_.push_back(std::make_unique<Partition>(options, readers));
  }
}

Location::~Location() = default;

const AorRecord* Location::find(std::string_view aor) const {
  const std::uint64_t hash = base::hash_text(options_.seed, aor);
  return partitions_[hash % options_.shards]->find(hash, aor);
}

Partition& Location::partition(net::ShardId shard) {
  RF_ASSERT(shard < partitions_.size());
  return *partitions_[shard];
}

bool Location::reload(base::Bytes payload, const Moment& now) {
  const auto record = read_binding_record(payload, now);
  if (!record) {
    ++unreadable_;
    return false;
  }
  return partitions_[owner_of(record->aor)]->restore(*record, now.mono);
}

void Location::list_through(Cursor& cursor, std::size_t limit, Visitor visit, void* to) const {
  if (cursor.shard >= partitions_.size()) cursor.finished = true;  // cursors come back from outside
  for (std::size_t seen = 0; seen < limit && !cursor.finished;) {
    cursor.place = partitions_[cursor.shard]->index().visit_page(cursor.place, [&](const AorRecord& record) {
      visit(to, record);
      ++seen;
    });
    if (cursor.place == 0) cursor.finished = ++cursor.shard == partitions_.size();
  }
}

std::uint64_t Location::bindings() const {
  std::uint64_t sum = 0;
  for (const auto& partition : partitions_) sum += partition->bindings();
  return sum;
}

std::uint64_t Location::aors() const {
  std::uint64_t sum = 0;
  for (const auto& partition : partitions_) sum += partition->aors();
  return sum;
}

std::uint64_t Location::count(Counter counter) const {
  std::uint64_t sum = counter == Counter::ReloadUnreadable ? unreadable_ : 0;
  for (const auto& partition : partitions_) sum += partition->counters().value(counter);
  return sum;
}

}  // namespace ringfence::location
