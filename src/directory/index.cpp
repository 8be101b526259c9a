// SPDX-License-Identifier: Apache-2.0
// The table of indexes, and what must be known of records whose type is no longer in sight.
#include "directory/index.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "model/places.h"

namespace ringfence::directory {
namespace {

const base::HashSeed& seed_in(const void* context) {
  return *static_cast<const base::HashSeed*>(context);
}
template <class T>
const T& as(const void* record) {
  return *static_cast<const T*>(record);
}

bool always(const void*) {
  return true;
}

/// @tparam kHash  of the key, from the seed and a T
/// @tparam kKey   the key itself, to be compared
template <class T, auto kHash, auto kKey>
constexpr Index index(Shape shape, HashTrie Tries::* trie, bool (*holds)(const void*) = always) {
  return {.shape = shape,
          .trie = trie,
          .hash = [](const void* seed, const void* record) -> std::uint64_t {
            return kHash(seed_in(seed), as<T>(record));
          },
          .same = [](const void* a, const void* b) { return kKey(as<T>(a)) == kKey(as<T>(b)); },
          .holds = holds};
}

constexpr Index counting(Index index, NumberLengths Tries::* lengths, std::size_t (*length)(const void*)) {
  index.lengths = lengths;
  index.length = length;
  return index;
}

std::string_view alias_in(const Entry& entry) {
  return entry.text(model::NumberField::Number);
}

bool has_number(const void* subscriber) {
  return !as<Subscriber>(subscriber).number().empty();
}
/// A longer one than anybody can dial is found by nobody.
bool is_alias(const void* entry) {
  const auto& row = as<Entry>(entry);
  return row.kind() == Kind::Number && !alias_in(row).empty() && alias_in(row).size() <= kMaxNumber;
}

using Seed = const base::HashSeed&;

constexpr std::array kIndexes{
    index<Domain, [](Seed seed, const Domain& domain) { return hash_id(seed, domain.id); },
          [](const Domain& domain) { return domain.id; }>(Shape::Domain, &Tries::domains_by_id),
    index<Domain, [](Seed seed, const Domain& domain) { return hash_name(seed, domain.name); },
          [](const Domain& domain) { return std::string_view{domain.name}; }>(Shape::Domain,
                                                                              &Tries::domains_by_name),

    index<Subscriber, [](Seed seed, const Subscriber& known) { return hash_id(seed, known.id()); },
          [](const Subscriber& known) { return known.id(); }>(Shape::Subscriber, &Tries::subscribers_by_id),
    index<Subscriber,
          [](Seed seed, const Subscriber& known) {
            return hash_user(seed, known.username(), known.domain());
          },
          [](const Subscriber& known) { return std::pair{known.domain(), known.username()}; }>(
        Shape::Subscriber, &Tries::subscribers_by_name),
    counting(
        index<Subscriber, [](Seed seed, const Subscriber& known) { return hash_name(seed, known.number()); },
              [](const Subscriber& known) { return known.number(); }>(
            Shape::Subscriber, &Tries::subscribers_by_number, has_number),
        &Tries::subscriber_numbers, [](const void* known) { return as<Subscriber>(known).number().size(); }),

    index<Peer, [](Seed seed, const Peer& peer) { return hash_id(seed, peer.id); },
          [](const Peer& peer) { return peer.id; }>(Shape::Peer, &Tries::peers_by_id),
    index<Peer, [](Seed seed, const Peer& peer) { return hash_address(seed, peer.address, peer.protocol); },
          [](const Peer& peer) { return std::pair{peer.address, peer.protocol}; }>(Shape::Peer,
                                                                                   &Tries::peers_by_address),

    index<Entry, [](Seed seed, const Entry& entry) { return hash_row(seed, entry.kind(), entry.id()); },
          [](const Entry& entry) { return std::pair{entry.kind(), entry.id()}; }>(Shape::Entry,
                                                                                  &Tries::entries_by_id),
    counting(index<Entry, [](Seed seed, const Entry& entry) { return hash_name(seed, alias_in(entry)); },
                   alias_in>(Shape::Entry, &Tries::aliases_by_number, is_alias),
             &Tries::alias_numbers, [](const void* entry) { return alias_in(as<Entry>(entry)).size(); }),

    index<ChildList, [](Seed seed, const ChildList& list) { return hash_children(seed, list.key()); },
          [](const ChildList& list) { return list.key(); }>(Shape::ChildList, &Tries::children),

    index<PreferenceSet,
          [](Seed seed, const PreferenceSet& set) { return hash_row(seed, set.owner_kind(), set.owner()); },
          [](const PreferenceSet& set) { return std::pair{set.owner_kind(), set.owner()}; }>(
        Shape::PreferenceSet, &Tries::preferences),
};

struct ShapeInfo {
  Shape shape;
  bool (*is)(const void* record, Kind kind, Id id);  ///< null: no row, but made from rows
  void (*destroy)(const void* record);
};
constexpr std::array kShapes{
    ShapeInfo{Shape::Domain, [](const void* record, Kind, Id id) { return as<Domain>(record).id == id; },
              [](const void* record) { delete &as<Domain>(record); }},
    ShapeInfo{Shape::Subscriber,
              [](const void* record, Kind, Id id) { return as<Subscriber>(record).id() == id; },
              [](const void* record) { Subscriber::Destroy{}(&as<Subscriber>(record)); }},
    ShapeInfo{Shape::Peer, [](const void* record, Kind, Id id) { return as<Peer>(record).id == id; },
              [](const void* record) { delete &as<Peer>(record); }},
    ShapeInfo{Shape::Entry,
              [](const void* record, Kind kind, Id id) {
                return as<Entry>(record).kind() == kind && as<Entry>(record).id() == id;
              },
              [](const void* record) { Entry::Destroy{}(&as<Entry>(record)); }},
    ShapeInfo{Shape::ChildList, nullptr,
              [](const void* record) { ChildList::destroy(&as<ChildList>(record)); }},
    ShapeInfo{Shape::PreferenceSet, nullptr,
              [](const void* record) { PreferenceSet::destroy(&as<PreferenceSet>(record)); }},
};

const ShapeInfo& info_of(Shape shape) {
  return kShapes[static_cast<std::size_t>(shape)];
}

}  // namespace

std::optional<Shape> shape_of(Kind kind) {
  if (kind == Kind::Domain) return Shape::Domain;
  if (kind == Kind::Subscriber) return Shape::Subscriber;
  if (kind == Kind::Peer) return Shape::Peer;
  return is_entry_kind(kind) ? std::optional{Shape::Entry} : std::nullopt;
}

std::span<const Index> indexes() {
  return kIndexes;
}

const Index& owner_of(Shape shape) {
  return *std::ranges::find(kIndexes, shape, &Index::shape);
}

const void* find_row(const Tries& tries, const base::HashSeed& seed, Shape shape, Kind kind, Id id) {
  const std::uint64_t hash = shape == Shape::Entry ? hash_row(seed, kind, id) : hash_id(seed, id);
  return (tries.*owner_of(shape).trie).find(hash, [is = info_of(shape).is, kind, id](const void* record) {
    return is(record, kind, id);
  });
}

const ChildList* find_children(const Tries& tries, const base::HashSeed& seed, const ChildKey& key) {
  return static_cast<const ChildList*>(tries.children.find(
      hash_children(seed, key), [&key](const void* record) { return as<ChildList>(record).key() == key; }));
}

const PreferenceSet* find_preferences(const Tries& tries, const base::HashSeed& seed, Kind owner_kind,
                                      Id owner) {
  return static_cast<const PreferenceSet*>(
      tries.preferences.find(hash_row(seed, owner_kind, owner), [owner_kind, owner](const void* record) {
        const auto& set = as<PreferenceSet>(record);
        return set.owner() == owner && set.owner_kind() == owner_kind;
      }));
}

void destroy_record(Shape shape, const void* record) {
  info_of(shape).destroy(record);
}

void destroy_all(Tries& tries) {
  for (const ShapeInfo& info : kShapes) (tries.*owner_of(info.shape).trie).for_each(info.destroy);
  for (const Index& index : kIndexes) destroy_pages(tries.*index.trie);
}

std::uint64_t hash_address(const base::HashSeed& seed, const base::Endpoint& address,
                           net::Protocol protocol) {
  std::array<std::byte, 19> key{};
  std::memcpy(key.data(), address.address.raw().data(), 16);
  std::memcpy(key.data() + 16, &address.port, 2);
  key[18] = static_cast<std::byte>(protocol);
  return base::hash_bytes(seed, key);
}

}  // namespace ringfence::directory
