// SPDX-License-Identifier: Apache-2.0
// Writing a version: records into their indexes, and at the end the lists that follow from them.
#include "directory/draft.h"

#include <algorithm>
#include <variant>

namespace ringfence::directory {

Garbage::~Garbage() {
  delete snapshot;
  for (TriePage* page : pages) free_page(page);
  for (const auto& [shape, record] : records) destroy_record(shape, record);
  destroy_all(tries);
}

Draft::~Draft() {
  if (is_load_ && garbage_ != nullptr) destroy_all(tries_);
}

void Draft::apply(const Change& change) {
  std::visit([this](const auto& value) { take(value); }, change);
}

std::unique_ptr<const Snapshot> Draft::finish(std::uint64_t version) {
  const auto before = [this](const ChildKey& key) {
    const auto* list = find_children(tries_, seed_, key);
    return list != nullptr ? list->entries() : std::span<const Entry* const>{};
  };
  moves_.settle(before, [this](const ChildKey& key, std::span<const Entry* const> entries) {
    write_children(key, entries);
    if (key.kind == Kind::Preference) write_preferences(key, entries);
  });
  return std::make_unique<const Snapshot>(seed_, tries_, default_peer_, version);
}

std::unique_ptr<Garbage> Draft::take_garbage() {
  garbage_->pages = edit_.take_garbage();
  return std::move(garbage_);
}

void Draft::take(const Domain& domain) {
  (void)put_row(Shape::Domain, Kind::Domain, domain.id, new Domain{domain});
}

void Draft::take(const SubscriberValues& values) {
  (void)put_row(Shape::Subscriber, Kind::Subscriber, values.id, Subscriber::make(values).release());
}

void Draft::take(const Peer& values) {
  const auto* peer = new Peer{values};
  const void* old = put_row(Shape::Peer, Kind::Peer, peer->id, peer);
  if (peer->takes_the_rest()) {
    default_peer_ = peer;
  } else if (old != nullptr && old == default_peer_) {
    default_peer_ = nullptr;
  }
}

void Draft::take(const EntryValues& values) {
  const Entry* entry = Entry::make(values).release();
  const void* old = put_row(Shape::Entry, values.kind, values.id, entry);
  if (old != nullptr) moves_.remove(*static_cast<const Entry*>(old));
  moves_.add(*entry);
}

void Draft::take(const Removal& removal) {
  const auto shape = shape_of(removal.kind);
  if (!shape) return;
  const void* record = find_row(tries_, seed_, *shape, removal.kind, removal.id);
  if (record == nullptr) return;
  if (record == default_peer_) default_peer_ = nullptr;
  if (*shape == Shape::Entry) moves_.remove(*static_cast<const Entry*>(record));
  for (const Index& index : indexes()) {
    if (index.shape == *shape) remove_from(index, record);
  }
  garbage_->records.emplace_back(*shape, record);
}

/// Returns the record whose place it took; that is garbage now, but stays until the draft is published and
/// every reader has ended a turn.
const void* Draft::put_row(Shape shape, Kind kind, Id id, const void* record) {
  const void* old = find_row(tries_, seed_, shape, kind, id);
  for (const Index& index : indexes()) {
    if (index.shape == shape) put_in(index, record, old);
  }
  if (old != nullptr) garbage_->records.emplace_back(shape, old);
  return old;
}

/// A key may pass from one record to another in either order: the newer holder wins, and the older one, when
/// it moves on, takes away only what is still its own.
void Draft::put_in(const Index& index, const void* record, const void* old) {
  const void* replaced = nullptr;
  if (index.holds(record)) {
    replaced = edit_.put(tries_.*index.trie, keys(index), record);
    if (index.length != nullptr && replaced == nullptr) (tries_.*index.lengths).add(index.length(record));
  }
  if (old != nullptr && old != replaced) remove_from(index, old);
}

void Draft::remove_from(const Index& index, const void* record) {
  const bool removed = index.holds(record) && edit_.remove(tries_.*index.trie, keys(index), record);
  if (removed && index.length != nullptr) (tries_.*index.lengths).remove(index.length(record));
}

void Draft::write_children(const ChildKey& key, std::span<const Entry* const> entries) {
  replace(Shape::ChildList, find_children(tries_, seed_, key),
          entries.empty() ? nullptr : ChildList::make(key, entries));
}

void Draft::write_preferences(const ChildKey& owner, std::span<const Entry* const> entries) {
  replace(Shape::PreferenceSet, find_preferences(tries_, seed_, owner.parent_kind, owner.parent),
          PreferenceSet::make(owner, entries));
}

/// Of records that have one index alone. Either may be nullptr: there was none, or there is none any more.
void Draft::replace(Shape shape, const void* before, const void* record) {
  const Index& index = owner_of(shape);
  if (record != nullptr) {
    (void)edit_.put(tries_.*index.trie, keys(index), record);
  } else if (before != nullptr) {
    (void)edit_.remove(tries_.*index.trie, keys(index), before);
  }
  if (before != nullptr) garbage_->records.emplace_back(shape, before);
}

}  // namespace ringfence::directory
