// SPDX-License-Identifier: Apache-2.0
// Look-ups: hash the key, walk one trie, compare.
#include "directory/snapshot.h"

#include "directory/index.h"
#include "model/host.h"

namespace ringfence::directory {
namespace {

/// Finds the record of type T with this hash for which `matches` holds.
template <class T, class Matches>
const T* find_in(const HashTrie& trie, std::uint64_t hash, Matches matches) {
  return static_cast<const T*>(
      trie.find(hash, [&matches](const void* record) { return matches(*static_cast<const T*>(record)); }));
}

template <class T>
const T* find_by_id(const HashTrie& trie, const base::HashSeed& seed, Id id) {
  if constexpr (requires(const T& record) { record.id(); }) {
    return find_in<T>(trie, hash_id(seed, id), [id](const T& record) { return record.id() == id; });
  } else {
    return find_in<T>(trie, hash_id(seed, id), [id](const T& record) { return record.id == id; });
  }
}

}  // namespace

const Domain* Snapshot::domain(std::string_view host) const {
  const model::CanonicalHost canonical{host};
  const std::string_view name = canonical.view();
  return find_in<Domain>(tries_.domains_by_name, hash_name(seed_, name),
                         [name](const Domain& domain) { return domain.name == name; });
}

const Domain* Snapshot::domain(Id id) const {
  return find_by_id<Domain>(tries_.domains_by_id, seed_, id);
}

const Subscriber* Snapshot::subscriber(std::string_view user, const Domain& domain) const {
  return find_in<Subscriber>(tries_.subscribers_by_name, hash_user(seed_, user, domain.id),
                             [user, &domain](const Subscriber& subscriber) {
                               return subscriber.domain() == domain.id && subscriber.username() == user;
                             });
}

const Subscriber* Snapshot::subscriber(Id id) const {
  return find_by_id<Subscriber>(tries_.subscribers_by_id, seed_, id);
}

const Subscriber* Snapshot::by_number(std::string_view number) const {
  if (number.starts_with('+')) number.remove_prefix(1);
  if (number.empty()) return nullptr;
  return find_in<Subscriber>(
      tries_.subscribers_by_number, hash_name(seed_, number),
      [number](const Subscriber& subscriber) { return subscriber.number() == number; });
}

const Peer* Snapshot::peer(const base::Endpoint& address, net::Protocol protocol) const {
  return find_in<Peer>(tries_.peers_by_address, hash_address(seed_, address, protocol),
                       [&address, protocol](const Peer& peer) {
                         return peer.address == address && peer.protocol == protocol;
                       });
}

const Peer* Snapshot::peer(Id id) const {
  return find_by_id<Peer>(tries_.peers_by_id, seed_, id);
}

}  // namespace ringfence::directory
