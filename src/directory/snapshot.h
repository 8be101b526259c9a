// SPDX-License-Identifier: Apache-2.0
// Snapshot: one version of the directory, complete and immutable; what a shard reads on a packet's way.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/address.h"
#include "base/hash.h"
#include "directory/hash_trie.h"
#include "directory/known.h"
#include "directory/records.h"

namespace ringfence::directory {

/// One trie for each way to ask. Every record is in its by_id trie exactly once.
struct Tries {
  HashTrie domains_by_id;
  HashTrie domains_by_name;
  HashTrie subscribers_by_id;
  HashTrie subscribers_by_name;    // username within a domain
  HashTrie subscribers_by_number;  // only those that have one
  HashTrie peers_by_id;
  HashTrie peers_by_address;
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
  /// The exact digits; a leading '+' is ignored.
  [[nodiscard]] const Subscriber* by_number(std::string_view number) const;
  [[nodiscard]] const Peer* peer(const base::Endpoint& address, net::Protocol protocol) const;
  [[nodiscard]] const Peer* peer(Id id) const;
  /// The peer that takes what is not ours; nullptr when there is none.
  [[nodiscard]] const Peer* default_peer() const { return default_peer_; }

  /// Grows with every published change.
  [[nodiscard]] std::uint64_t version() const { return version_; }
  [[nodiscard]] std::size_t domains() const { return tries_.domains_by_id.size(); }
  [[nodiscard]] std::size_t subscribers() const { return tries_.subscribers_by_id.size(); }
  [[nodiscard]] std::size_t peers() const { return tries_.peers_by_id.size(); }

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

  base::HashSeed seed_;
  Tries tries_;
  const Peer* default_peer_;
  std::uint64_t version_;
};

}  // namespace ringfence::directory
