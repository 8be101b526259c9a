// SPDX-License-Identifier: Apache-2.0
// The keys of the directory: one hash for each, used by those who write an index and those who ask it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/address.h"
#include "base/hash.h"
#include "directory/change.h"
#include "directory/hash_trie.h"
#include "directory/snapshot.h"

namespace ringfence::directory {

[[nodiscard]] inline std::uint64_t hash_id(const base::HashSeed& seed, Id id) {
  return base::hash_word(seed, id);
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

/// One way to ask for records of one kind.
struct Index {
  Kind kind;
  HashTrie Tries::* trie;
  std::uint64_t (*hash)(const void* seed, const void* record);
  bool (*same)(const void* a, const void* b);
  bool (*holds)(const void* record);  ///< does this record have such a key at all?
};

/// Every index of every kind; the first of a kind is the one by id, which owns the records.
[[nodiscard]] const std::array<Index, 7>& indexes();

}  // namespace ringfence::directory
