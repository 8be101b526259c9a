// SPDX-License-Identifier: Apache-2.0
// HashTrie: a persistent map from 64-bit hashes to records. A change copies one small page and the path to
// it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace ringfence::directory {

/// One page: up to 64 slots, packed. A slot is a record, or (lowest bit set) a page of the next level.
class TriePage {
 public:
  static constexpr unsigned kBits = 6;       // of the hash, at each level
  static constexpr unsigned kHashBits = 64;  // below them pages are lists of records whose hashes are equal
  using Slot = std::uintptr_t;

  [[nodiscard]] static bool is_page(Slot slot) { return (slot & 1U) != 0; }
  [[nodiscard]] static TriePage* page(Slot slot) { return reinterpret_cast<TriePage*>(slot & ~Slot{1}); }
  [[nodiscard]] static const void* record(Slot slot) { return reinterpret_cast<const void*>(slot); }
  [[nodiscard]] static std::uint64_t bit_at(std::uint64_t hash, unsigned level_shift) {
    return std::uint64_t{1} << ((hash >> level_shift) & 63U);
  }

  [[nodiscard]] bool has(std::uint64_t bit) const { return (present & bit) != 0; }
  [[nodiscard]] unsigned index_of(std::uint64_t bit) const { return ones_in(present & (bit - 1)); }
  /// How many bits are set. Written out, as std::popcount is a call into a table of the compiler's library on
  /// a processor without the instruction, which baseline x86-64 has to assume; and a dispatch is a call too.
  [[nodiscard]] static constexpr unsigned ones_in(std::uint64_t word) {
    word -= (word >> 1) & 0x5555'5555'5555'5555U;
    word = (word & 0x3333'3333'3333'3333U) + ((word >> 2) & 0x3333'3333'3333'3333U);
    word = (word + (word >> 4)) & 0x0f0f'0f0f'0f0f'0f0fU;
    return static_cast<unsigned>((word * 0x0101'0101'0101'0101U) >> 56);
  }
  [[nodiscard]] Slot* slots() { return reinterpret_cast<Slot*>(this + 1); }
  [[nodiscard]] const Slot* slots() const { return reinterpret_cast<const Slot*>(this + 1); }

  std::uint64_t present = 0;  // bit n: there is a slot for hash digit n; unused in a list
  std::uint64_t edit : 48;    // the edit that made this page, and alone may change it in place
  std::uint64_t room : 8;     // slots allocated
  std::uint64_t count : 8;    // slots used
};

/// The root of one version. A plain value: copying it shares all pages. Readers need no lock.
class HashTrie {
 public:
  /// The record with this hash for which `matches(const void* record)` holds, or nullptr. No allocation.
  template <class Matches>
  [[nodiscard]] const void* find(std::uint64_t hash, Matches matches) const {
    const TriePage* page = root_;
    for (unsigned shift = 0; page != nullptr && shift < TriePage::kHashBits; shift += TriePage::kBits) {
      const std::uint64_t bit = TriePage::bit_at(hash, shift);
      if (!page->has(bit)) return nullptr;
      const TriePage::Slot slot = page->slots()[page->index_of(bit)];
      if (!TriePage::is_page(slot)) {
        const void* record = TriePage::record(slot);
        return matches(record) ? record : nullptr;
      }
      page = TriePage::page(slot);
    }
    for (unsigned i = 0; page != nullptr && i < page->count; ++i) {
      const void* record = TriePage::record(page->slots()[i]);
      if (matches(record)) return record;
    }
    return nullptr;
  }

  template <class Visit>
  void for_each(Visit visit) const {
    if (root_ != nullptr) visit_page(*root_, visit);
  }

  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  friend class TrieEdit;
  friend void destroy_pages(HashTrie& trie);
  template <class Visit>
  static void visit_page(const TriePage& page, Visit& visit) {
    for (unsigned i = 0; i < page.count; ++i) {
      const TriePage::Slot slot = page.slots()[i];
      if (TriePage::is_page(slot)) {
        visit_page(*TriePage::page(slot), visit);
      } else {
        visit(TriePage::record(slot));
      }
    }
  }

  TriePage* root_ = nullptr;
  std::size_t size_ = 0;
};

/// How one trie reads the keys of its records.
struct TrieKeys {
  const void* context;  ///< handed to both, for example the seed
  std::uint64_t (*hash)(const void* context, const void* record);
  bool (*same)(const void* a, const void* b);  ///< equal keys
};

/// Writes the next version of tries. Pages made within one edit change in place; those that readers may hold
/// are copied and listed as garbage. One thread.
class TrieEdit {
 public:
  /// @param number  differs from every earlier edit of these tries, and is not 0
  explicit TrieEdit(std::uint64_t number) : number_{number} {}

  /// Adds the record, or puts it in the place of the one with the same key; returns that one.
  const void* put(HashTrie& trie, const TrieKeys& keys, const void* record);
  /// Takes out this very record; false when another, or none, has its key.
  bool remove(HashTrie& trie, const TrieKeys& keys, const void* record);

  /// Pages that the new version no longer uses, to be freed when no reader is left on the old one.
  [[nodiscard]] std::vector<TriePage*> take_garbage();

 private:
  TriePage* writable(TriePage* page, unsigned room);
  void discard(TriePage* page);
  TriePage* put_in(TriePage* page, unsigned shift, std::uint64_t hash, const TrieKeys& keys,
                   const void* record, const void*& replaced);
  TriePage* put_in_list(TriePage* page, const TrieKeys& keys, const void* record, const void*& replaced);
  TriePage* insert_slot(TriePage* page, std::uint64_t bit, unsigned index, TriePage::Slot slot);
  TriePage* split(TriePage::Slot resident, std::uint64_t resident_hash, const void* record,
                  std::uint64_t hash, unsigned shift);
  TriePage::Slot remove_from(TriePage* page, unsigned shift, std::uint64_t hash, const void* record,
                             bool& removed);
  TriePage::Slot without_slot(TriePage* page, std::uint64_t bit, unsigned index, bool is_root);

  std::uint64_t number_;
  std::vector<TriePage*> garbage_;
};

void free_page(TriePage* page);
/// Frees every page of a version that nobody reads any more; the records are left alone.
void destroy_pages(HashTrie& trie);

}  // namespace ringfence::directory
