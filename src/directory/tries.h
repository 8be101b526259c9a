// SPDX-License-Identifier: Apache-2.0
// Tries: all that one version of the directory consists of. A plain value: copying it shares every page.
#pragma once

#include "directory/hash_trie.h"
#include "directory/number_lengths.h"

namespace ringfence::directory {

/// One trie for each way to ask. Every record is exactly once in the trie that owns it: the first of its
/// shape.
struct Tries {
  HashTrie domains_by_id;
  HashTrie domains_by_name;

  HashTrie subscribers_by_id;
  HashTrie subscribers_by_name;    // username within a domain
  HashTrie subscribers_by_number;  // only those that have one

  HashTrie peers_by_id;
  HashTrie peers_by_address;

  HashTrie entries_by_id;      // by kind and id
  HashTrie aliases_by_number;  // entries of Kind::Number

  // Written by no change, but at the end of a draft from the entries that it touched.
  HashTrie children;     // ChildList by ChildKey
  HashTrie preferences;  // PreferenceSet by its owner

  NumberLengths subscriber_numbers;  // of the numbers that their trie can find
  NumberLengths alias_numbers;
};

}  // namespace ringfence::directory
