// SPDX-License-Identifier: Apache-2.0
// Snapshot: one version of the directory, complete and immutable; what a shard reads on a packet's way.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/address.h"
#include "base/hash.h"
#include "directory/entry.h"
#include "directory/known.h"
#include "directory/preference_set.h"
#include "directory/records.h"
#include "directory/tries.h"

namespace ringfence::directory {

/// Whose number it is.
struct NumberMatch {
  const Subscriber* subscriber = nullptr;
  std::string_view number;  ///< the stored one, as a view into what was asked
  bool device = false;      ///< an alias that belongs to one phone of the subscriber's

  [[nodiscard]] explicit operator bool() const { return subscriber != nullptr; }
};

/// Look-ups neither allocate nor wait. What they return lives as long as the snapshot: until the reader's
/// turn ends.
class Snapshot {
 public:
  Snapshot(const base::HashSeed& seed, const Tries& tries, const Peer* default_peer, std::uint64_t version)
      : seed_{seed}, tries_{tries}, default_peer_{default_peer}, version_{version} {}

  /// By host name without case, with or without the final dot, or by address in any spelling.
  [[nodiscard]] const Domain* domain(std::string_view host) const;
  [[nodiscard]] const Domain* domain(Id id) const;
  /// @param user  unescaped; case counts (RFC 3261 §19.1.4)
  [[nodiscard]] const Subscriber* subscriber(std::string_view user, const Domain& domain) const;
  [[nodiscard]] const Subscriber* subscriber(Id id) const;
  /// Whose primary number or, when it is nobody's, whose alias these exact digits are; a leading '+' is
  /// ignored.
  [[nodiscard]] const Subscriber* by_number(std::string_view number) const;
  /// The longest number, primary or alias, that `digits` begin with: whoever has 43123 is also found by
  /// 4312345. At most one look-up in each of two tries for every length that some number has.
  [[nodiscard]] NumberMatch longest_number(std::string_view digits) const;
  [[nodiscard]] const Peer* peer(const base::Endpoint& address, net::Protocol protocol) const;
  [[nodiscard]] const Peer* peer(Id id) const;
  /// The peer that takes what is not ours; nullptr when there is none, or none that is enabled.
  [[nodiscard]] const Peer* default_peer() const { return default_peer_; }

  /// A row of any kind that is_entry_kind().
  [[nodiscard]] const Entry* entry(Kind kind, Id id) const;
  /// The entries of `kind` that are part of this row, by priority, then id; empty when there are none.
  [[nodiscard]] std::span<const Entry* const> children(Kind kind, Kind parent_kind, Id parent) const;
  /// The same for a kind that is part of one kind only, as all are but preferences.
  [[nodiscard]] std::span<const Entry* const> children(Kind kind, Id parent) const {
    return children(kind, parent_kind(kind), parent);
  }

  /// What holds for a subscriber: its own, its customer's, its domain's, the fallback.
  [[nodiscard]] Preferences preferences(const Subscriber& subscriber) const;
  /// A peer's own, then the fallback.
  [[nodiscard]] Preferences preferences(const Peer& peer) const;

  /// The worst of its own state and those of its customer, its domain and its reseller: what it may do now.
  ///
  /// A customer or domain that is named and not there counts as locked: the database has it, so this picture
  /// is half of one, and half a picture lets nobody in. A reseller without a row is active, as directories
  /// from before there were resellers have none.
  [[nodiscard]] State effective_state(const Subscriber& subscriber) const;

  /// Grows with every published change.
  [[nodiscard]] std::uint64_t version() const { return version_; }
  [[nodiscard]] std::size_t domains() const { return tries_.domains_by_id.size(); }
  [[nodiscard]] std::size_t subscribers() const { return tries_.subscribers_by_id.size(); }
  [[nodiscard]] std::size_t peers() const { return tries_.peers_by_id.size(); }
  [[nodiscard]] std::size_t entries() const { return tries_.entries_by_id.size(); }  ///< of all kinds

  /// What later steps, or the same one after a wait, find a record by: without a walk as long as no change is
  /// published, by id after that. The record must have come from this very snapshot: Directory::snapshot()
  /// may return a newer one at any time, even within a turn.
  [[nodiscard]] Known<Domain> known(const Domain& domain) const { return {domain.id, &domain, version_}; }
  [[nodiscard]] Known<Subscriber> known(const Subscriber& subscriber) const {
    return {subscriber.id(), &subscriber, version_};
  }
  [[nodiscard]] const Domain* find(const Known<Domain>& known) const {
    return holds(known) ? known.record_ : domain(known.id());
  }
  [[nodiscard]] const Subscriber* find(const Known<Subscriber>& known) const {
    return holds(known) ? known.record_ : subscriber(known.id());
  }

 private:
  friend class Directory;

  /// Nobody is held by every version, as no record.
  template <class T>
  [[nodiscard]] bool holds(const Known<T>& known) const {
    return !known || known.version_ == version_;
  }
  [[nodiscard]] NumberMatch number(std::string_view digits) const;
  [[nodiscard]] const PreferenceSet* preferences_of(Kind owner_kind, Id owner) const;
  template <class Place>
  [[nodiscard]] State state_of(Kind kind, Id id, Place place, State missing) const;

  base::HashSeed seed_;
  Tries tries_;
  const Peer* default_peer_;
  std::uint64_t version_;
};

}  // namespace ringfence::directory
