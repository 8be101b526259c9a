// SPDX-License-Identifier: Apache-2.0
// Updating, expiring and writing down the bindings of one shard.
#include "location/partition.h"

#include <array>

#include "base/assert.h"
#include "location/record_packer.h"
#include "location/shard_clock.h"

namespace ringfence::location {
namespace {

struct Refusal {
  BindError error;
  Counter counter;
};
/// One row per error, in the order of the enum.
constexpr auto kRefusals = std::to_array<Refusal>({
    {BindError::TooBrief, Counter::RefusedTooBrief},
    {BindError::OutOfOrder, Counter::RefusedOutOfOrder},
    {BindError::BadContact, Counter::RefusedBadContact},
    {BindError::TooLong, Counter::RefusedTooLong},
    {BindError::TooManyContacts, Counter::RefusedTooManyContacts},
    {BindError::Full, Counter::RefusedFull},
});
static_assert([] {
  for (std::size_t i = 0; i < kRefusals.size(); ++i) {
    if (static_cast<std::size_t>(kRefusals[i].error) != i) return false;
  }
  return true;
}());

std::uint32_t second_of(base::MonoTime time) {
  return static_cast<std::uint32_t>(
      std::chrono::floor<std::chrono::seconds>(time.time_since_epoch()).count());
}

std::size_t size_of(const AorRecord* record) {
  return record == nullptr ? 0 : record->size();
}

}  // namespace

Partition::Partition(const Options& options, base::QuiescentDomain& readers)
    : seed_{options.seed},
      max_bindings_{options.max_bindings / options.shards},
      policy_{options.policy},
      readers_{readers},
      index_{options.seed, readers, limbo_},
      payload_{std::make_unique_for_overwrite<std::byte[]>(kMaxBindingRecord)},
      work_timer_{[](void* self) { static_cast<Partition*>(self)->work(); }, this} {
  RF_ASSERT(policy_.max_contacts <= Bounds::contacts);
  expired_.reserve(64);
}

Partition::~Partition() {
  std::uint64_t at = 0;
  do {
    at = index_.visit_page(at, [](const AorRecord& record) { RecordPacker::destroy(&record); });
  } while (at != 0);
}

void Partition::attach(net::Shard& shard) {
  shard_clock_ = std::make_unique<ShardClock>(shard);
  attach(*shard_clock_, shard.random(), shard.timers());
}

void Partition::attach(const base::Clock& clock, base::Random& random, base::TimerWheel& timers) {
  clock_ = &clock;
  random_ = &random;
  timers_ = &timers;
  timers_->arm(work_timer_, clock_->now() + kWorkEvery);
}

void Partition::plug(journal::Writer& writer) {
  journal_ = &writer;
  writer.plug(*this);
}

std::expected<BindResult, BindError> Partition::apply(const RegisterUpdate& update) {
  limbo_.reclaim();
  const auto refuse = [this](BindError error) {
    counters_.add(kRefusals[static_cast<std::size_t>(error)].counter);
    return std::unexpected(error);
  };
  if (update.aor.size() > Bounds::aor) return refuse(BindError::TooLong);

  const std::uint64_t hash = hash_of(update.aor);
  const AorRecord* const old = index_.find(hash, update.aor);
  const base::MonoTime now = clock_->now();
  draft_.start(old, now);
  const auto done = draft_.apply(update, policy_, now, clock_->wall(), *random_);
  if (!done) return refuse(done.error());

  const BindResult counts{
      .record = old, .added = draft_.added(), .refreshed = draft_.refreshed(), .removed = draft_.removed()};
  if (counts.added + counts.refreshed + counts.removed == 0) return counts;
  if (draft_.size() > size_of(old) && bindings() + draft_.size() - size_of(old) > max_bindings_) {
    return refuse(BindError::Full);
  }
  if (!store_draft(hash, update.aor, old)) return refuse(BindError::Full);
  write_down(update.aor, draft_.sorted());

  counters_.add(Counter::Added, counts.added);
  counters_.add(Counter::Refreshed, counts.refreshed);
  counters_.add(Counter::Removed, counts.removed);
  BindResult result = counts;
  result.record = index_.find(hash, update.aor);
  return result;
}

/// Puts what the draft holds in the place of `old` (nullptr: of nothing).
bool Partition::store_draft(std::uint64_t hash, std::string_view aor, const AorRecord* old) {
  if (draft_.size() == 0) {
    if (old != nullptr) unlink(hash, old);
    return true;
  }
  const AorRecord* const fresh = RecordPacker::pack(arena_, aor, draft_.sorted());
  if (old != nullptr) {
    index_.replace(hash, old, fresh);
  } else if (!index_.insert(hash, fresh)) {
    RecordPacker::destroy(fresh);
    return false;
  }
  index_.note_expiry(hash, second_of(fresh->first_expiry()));
  set(bindings_, bindings() + fresh->size() - size_of(old));
  set(aors_, index_.size());
  if (old != nullptr) retire(old);
  return true;
}

void Partition::unlink(std::uint64_t hash, const AorRecord* old) {
  index_.erase(hash, old);
  set(bindings_, bindings() - old->size());
  set(aors_, index_.size());
  retire(old);
}

void Partition::retire(const AorRecord* old) {
  limbo_.retire(readers_, const_cast<AorRecord*>(old),
                [](void* record) { RecordPacker::destroy(static_cast<const AorRecord*>(record)); });
}

base::Bytes Partition::encoded(std::string_view aor, std::span<const Binding> bindings) const {
  base::ByteWriter out{base::MutableBytes{payload_.get(), kMaxBindingRecord}};
  write_binding_record(out, aor, bindings, Moment::of(*clock_));
  RF_ASSERT(out.ok());
  return out.written();
}

void Partition::write_down(std::string_view aor, std::span<const Binding> bindings) {
  if (journal_ == nullptr) return;
  // To refuse would cut a phone off now; to go on risks, should we crash before the snapshot, what a refresh
  // heals.
  if (!journal_->append(journal::Stream::Bindings, encoded(aor, bindings)))
    counters_.add(Counter::Unjournalled);
}

bool Partition::drop(std::string_view aor) {
  limbo_.reclaim();
  const std::uint64_t hash = hash_of(aor);
  const AorRecord* const old = index_.find(hash, aor);
  if (old == nullptr) return false;
  counters_.add(Counter::Dropped, old->size());
  unlink(hash, old);
  write_down(aor, {});
  return true;
}

bool Partition::restore(const BindingRecord& record, base::MonoTime now) {
  limbo_.reclaim();
  const std::uint64_t hash = hash_of(record.aor);
  draft_.start(nullptr, now);
  for (const Binding& binding : record.bindings) {
    if (binding.live(now)) draft_.add(binding);
  }
  counters_.add(Counter::Reloaded, draft_.size());
  counters_.add(Counter::ReloadExpired, record.bindings.size() - draft_.size());
  return store_draft(hash, record.aor, index_.find(hash, record.aor));
}

void Partition::work() {
  limbo_.reclaim();
  const base::MonoTime now = clock_->now();
  const bool more_expired = !sweep(now);
  const bool more_to_write = journal_ != nullptr && journal_->work();
  timers_->arm(work_timer_, now + (more_expired || more_to_write ? kWorkAgain : kWorkEvery));
}

/// True when nothing is left that has expired by now.
bool Partition::sweep(base::MonoTime now) {
  for (unsigned pages = 0; pages < kPagesPerSweep; ++pages) {
    const auto place = index_.take_expired(sweep_from_, second_of(now));
    if (!place) {
      sweep_from_ = 0;
      return true;
    }
    sweep_from_ = *place;
    sweep_page(*place, now);
  }
  return false;
}

void Partition::sweep_page(std::uint64_t place, base::MonoTime now) {
  expired_.clear();
  (void)index_.visit_page(place, [&](const AorRecord& record) {
    const base::MonoTime first = record.first_expiry();
    if (first <= now) {
      expired_.push_back(&record);
    } else {
      index_.note_expiry(place, second_of(first));
    }
  });
  for (const AorRecord* record : expired_) remove_expired(record, now);
}

void Partition::remove_expired(const AorRecord* record, base::MonoTime now) {
  draft_.start(record, now);
  counters_.add(Counter::Expired, record->size() - draft_.size());
  // Not journalled: whoever reads the record back sees by the clock what has expired.
  (void)store_draft(hash_of(record->aor()), record->aor(), record);
}

bool Partition::emit_snapshot(journal::Writer& writer) {
  for (unsigned pages = 0; pages < kPagesPerSlice; ++pages) {
    bool written = true;
    const std::uint64_t next = index_.visit_page(snapshot_at_, [&](const AorRecord& record) {
      draft_.start(&record, clock_->now());
      if (!written || draft_.size() == 0) return;
      written = writer.append(journal::Stream::Bindings, encoded(record.aor(), draft_.sorted())).has_value();
    });
    if (!written) return false;  // the page again next time: a record that is written twice does no harm
    snapshot_at_ = next;
    if (next == 0) return true;
  }
  return false;
}

}  // namespace ringfence::location
