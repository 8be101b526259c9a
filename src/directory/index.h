// SPDX-License-Identifier: Apache-2.0
// The keys of the directory: one hash for each, used by those who write an index and those who ask it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/address.h"
#include "base/hash.h"
#include "directory/children.h"
#include "directory/preference_set.h"
#include "directory/records.h"
#include "directory/tries.h"

namespace ringfence::directory {

[[nodiscard]] inline std::uint64_t hash_id(const base::HashSeed& seed, Id id) {
  return base::hash_word(seed, id);
}
/// Ids of several kinds in one trie. No more than one id of each kind shares a hash, as hash_word() is a
/// bijection.
[[nodiscard]] inline std::uint64_t hash_row(const base::HashSeed& seed, Kind kind, Id id) {
  return base::hash_word(
      seed, id ^ ((std::uint64_t{1} + static_cast<std::uint8_t>(kind)) * 0x9e37'79b9'7f4a'7c15U));
}
[[nodiscard]] inline std::uint64_t hash_children(const base::HashSeed& seed, const ChildKey& key) {
  const Id parent = key.parent ^ (std::uint64_t{static_cast<std::uint8_t>(key.kind)} << 56U);
  return hash_row(seed, key.parent_kind, parent);
}
[[nodiscard]] inline std::uint64_t hash_name(const base::HashSeed& seed, std::string_view name) {
  return base::hash_text(seed, name);
}
/// The username by SipHash, as a stranger chooses it; the domain, which is ours, by a cheap mix on top.
[[nodiscard]] inline std::uint64_t hash_user(const base::HashSeed& seed, std::string_view user, Id domain) {
  return base::hash_word(seed, base::hash_text(seed, user) ^ (domain * 0x9e37'79b9'7f4a'7c15U));
}
[[nodiscard]] std::uint64_t hash_address(const base::HashSeed& seed, const base::Endpoint& address,
                                         net::Protocol protocol);

/// How records are made up; the entries of all kinds are of one shape.
enum class Shape : std::uint8_t { Domain, Subscriber, Peer, Entry, ChildList, PreferenceSet };
/// Nothing for kinds that calls do not read.
[[nodiscard]] std::optional<Shape> shape_of(Kind kind);

/// One way to ask for records of one shape. The first of a shape owns its records: all are in it.
struct Index {
  Shape shape;
  HashTrie Tries::* trie;
  std::uint64_t (*hash)(const void* seed, const void* record);
  bool (*same)(const void* a, const void* b);
  bool (*holds)(const void* record);  ///< does this record have such a key at all?
  NumberLengths Tries::* lengths = nullptr;
  std::size_t (*length)(const void* record) = nullptr;  ///< of the number, where lengths are counted
};

/// Every index; those of one shape stand together.
[[nodiscard]] std::span<const Index> indexes();
/// The index that owns the records of a shape.
[[nodiscard]] const Index& owner_of(Shape shape);

/// The record of that row, or nullptr.
/// @param shape  that of the kind
[[nodiscard]] const void* find_row(const Tries& tries, const base::HashSeed& seed, Shape shape, Kind kind,
                                   Id id);

[[nodiscard]] const ChildList* find_children(const Tries& tries, const base::HashSeed& seed,
                                             const ChildKey& key);
[[nodiscard]] const PreferenceSet* find_preferences(const Tries& tries, const base::HashSeed& seed,
                                                    Kind owner_kind, Id owner);

/// Frees a record, whatever it is.
void destroy_record(Shape shape, const void* record);
/// Frees every page and every record of a version that nobody reads any more.
void destroy_all(Tries& tries);

}  // namespace ringfence::directory
