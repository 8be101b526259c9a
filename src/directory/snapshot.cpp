// SPDX-License-Identifier: Apache-2.0
// Look-ups: hash the key, walk one trie, compare.
#include "directory/snapshot.h"

#include <algorithm>

#include "directory/index.h"
#include "model/host.h"
#include "model/places.h"

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
  return this->number(number).subscriber;
}

NumberMatch Snapshot::longest_number(std::string_view digits) const {
  if (digits.starts_with('+')) digits.remove_prefix(1);
  for (std::size_t length = std::min(digits.size(), kMaxNumber); length > 0; --length) {
    if (const NumberMatch match = number(digits.substr(0, length))) return match;
  }
  return {};
}

/// These exact digits, if any number is so long.
NumberMatch Snapshot::number(std::string_view digits) const {
  const bool primary = tries_.subscriber_numbers.any(digits.size());
  const bool alias = tries_.alias_numbers.any(digits.size());
  if (!primary && !alias) return {};
  const std::uint64_t hash = hash_name(seed_, digits);
  if (primary) {
    const auto* subscriber =
        find_in<Subscriber>(tries_.subscribers_by_number, hash,
                            [digits](const Subscriber& known) { return known.number() == digits; });
    if (subscriber != nullptr) return {subscriber, digits, false};
  }
  if (!alias) return {};
  const auto* entry = find_in<Entry>(tries_.aliases_by_number, hash, [digits](const Entry& known) {
    return known.text(model::NumberField::Number) == digits;
  });
  if (entry == nullptr) return {};
  return {subscriber(entry->row(model::NumberField::Subscriber)), digits,
          entry->flag(model::NumberField::Device)};
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

const Entry* Snapshot::entry(Kind kind, Id id) const {
  return find_in<Entry>(tries_.entries_by_id, hash_row(seed_, kind, id),
                        [kind, id](const Entry& entry) { return entry.id() == id && entry.kind() == kind; });
}

std::span<const Entry* const> Snapshot::children(Kind kind, Kind parent_kind, Id parent) const {
  const auto* list = find_children(tries_, seed_, {kind, parent_kind, parent});
  return list != nullptr ? list->entries() : std::span<const Entry* const>{};
}

const PreferenceSet* Snapshot::preferences_of(Kind owner_kind, Id owner) const {
  return find_preferences(tries_, seed_, owner_kind, owner);
}

Preferences Snapshot::preferences(const Subscriber& subscriber) const {
  const Id customer = subscriber.customer();
  return Preferences{{preferences_of(Kind::Subscriber, subscriber.id()),
                      customer != 0 ? preferences_of(Kind::Customer, customer) : nullptr,
                      preferences_of(Kind::Domain, subscriber.domain())}};
}

Preferences Snapshot::preferences(const Peer& peer) const {
  return Preferences{{preferences_of(Kind::Peer, peer.id)}};
}

/// Of a kind whose choices at that place are kStateNames.
template <class Place>
State Snapshot::state_of(Kind kind, Id id, Place place, State missing) const {
  const Entry* row = entry(kind, id);
  return row != nullptr ? static_cast<State>(row->choice(place)) : missing;
}

State Snapshot::effective_state(const Subscriber& subscriber) const {
  const Domain* domain = this->domain(subscriber.domain());
  const Id customer = subscriber.customer();
  return std::max(
      {subscriber.state(), domain != nullptr ? domain->state : State::Locked,
       customer == 0 ? State::Active
                     : state_of(Kind::Customer, customer, model::CustomerField::State, State::Locked),
       state_of(Kind::Reseller, subscriber.tenant(), model::ResellerField::State, State::Active)});
}

}  // namespace ringfence::directory
