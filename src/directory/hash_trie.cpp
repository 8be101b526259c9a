// SPDX-License-Identifier: Apache-2.0
// Writing the next version of a trie: pages of this edit change in place, older ones are copied first.
#include "directory/hash_trie.h"

#include <algorithm>
#include <cstdlib>
#include <new>
#include <utility>

#include "base/assert.h"

namespace ringfence::directory {
namespace {

constexpr unsigned kFullPage = 64;
constexpr unsigned kLongestList =
    255;  // whole hashes that are equal: with a secret seed one pair is already a wonder

TriePage::Slot slot_of(const TriePage* page) {
  return reinterpret_cast<TriePage::Slot>(page) | TriePage::Slot{1};
}

TriePage::Slot slot_of(const void* record) {
  const auto slot = reinterpret_cast<TriePage::Slot>(record);
  RF_ASSERT((slot & 1U) == 0);
  return slot;
}

TriePage* new_page(std::uint64_t edit, unsigned room) {
  room |= 1U;  // malloc gives 24, 40, 56... bytes: after a header of 16 an odd number of slots wastes none of
               // them
  void* block = std::malloc(sizeof(TriePage) + room * sizeof(TriePage::Slot));
  if (block == nullptr) throw std::bad_alloc{};
  auto* page = new (block) TriePage;
  page->edit = edit & ((std::uint64_t{1} << 48) - 1);
  page->room = room & 0xffU;
  page->count = 0;
  return page;
}

void append(TriePage& page, TriePage::Slot slot) {
  page.slots()[page.count] = slot;
  page.count = (page.count + 1U) & 0xffU;
}

}  // namespace

void free_page(TriePage* page) {
  std::free(page);
}

void destroy_pages(HashTrie& trie) {
  const auto destroy = [](auto& self, TriePage* page) -> void {
    for (unsigned i = 0; i < page->count; ++i) {
      if (TriePage::is_page(page->slots()[i])) self(self, TriePage::page(page->slots()[i]));
    }
    free_page(page);
  };
  if (trie.root_ != nullptr) destroy(destroy, trie.root_);
  trie = HashTrie{};
}

std::vector<TriePage*> TrieEdit::take_garbage() {
  return std::exchange(garbage_, {});
}

/// A page of this very edit was never seen by a reader and can go at once.
void TrieEdit::discard(TriePage* page) {
  if (page->edit == number_) {
    free_page(page);
  } else {
    garbage_.push_back(page);
  }
}

/// The page itself when this edit made it and it has the room, else a copy that does.
TriePage* TrieEdit::writable(TriePage* page, unsigned room) {
  if (page->edit == number_ && page->room >= room) return page;
  TriePage* copy = new_page(number_, std::max<unsigned>(room, page->count));
  copy->present = page->present;
  copy->count = page->count;
  std::copy_n(page->slots(), page->count, copy->slots());
  discard(page);
  return copy;
}

const void* TrieEdit::put(HashTrie& trie, const TrieKeys& keys, const void* record) {
  const void* replaced = nullptr;
  if (trie.root_ == nullptr) trie.root_ = new_page(number_, 2);
  trie.root_ = put_in(trie.root_, 0, keys.hash(keys.context, record), keys, record, replaced);
  if (replaced == nullptr) ++trie.size_;
  return replaced;
}

TriePage* TrieEdit::put_in(TriePage* page, unsigned shift, std::uint64_t hash, const TrieKeys& keys,
                           const void* record, const void*& replaced) {
  if (shift >= TriePage::kHashBits) return put_in_list(page, keys, record, replaced);
  const std::uint64_t bit = TriePage::bit_at(hash, shift);
  const unsigned index = page->index_of(bit);
  if (!page->has(bit)) return insert_slot(page, bit, index, slot_of(record));

  const TriePage::Slot slot = page->slots()[index];
  const unsigned next_shift = shift + TriePage::kBits;
  TriePage::Slot updated;
  if (TriePage::is_page(slot)) {
    updated = slot_of(put_in(TriePage::page(slot), next_shift, hash, keys, record, replaced));
  } else if (const void* resident = TriePage::record(slot); keys.same(resident, record)) {
    replaced = resident;
    updated = slot_of(record);
  } else {
    updated = slot_of(split(slot, keys.hash(keys.context, resident), record, hash, next_shift));
  }
  if (updated == slot) return page;  // the page below took it in place
  page = writable(page, page->count);
  page->slots()[index] = updated;
  return page;
}

TriePage* TrieEdit::put_in_list(TriePage* page, const TrieKeys& keys, const void* record,
                                const void*& replaced) {
  for (unsigned i = 0; i < page->count; ++i) {
    const void* resident = TriePage::record(page->slots()[i]);
    if (!keys.same(resident, record)) continue;
    replaced = resident;
    page = writable(page, page->count);
    page->slots()[i] = slot_of(record);
    return page;
  }
  RF_ASSERT(page->count < kLongestList - 1);
  page = writable(page, page->count + 1U);
  append(*page, slot_of(record));
  return page;
}

TriePage* TrieEdit::insert_slot(TriePage* page, std::uint64_t bit, unsigned index, TriePage::Slot slot) {
  const unsigned needed = page->count + 1U;
  // A page that is filled by one edit, as in a full load, grows by halves; a single change pays for one slot.
  const bool filling = page->edit == number_ && page->room < needed;
  page = writable(page, filling ? std::min(needed + needed / 2, kFullPage) : needed);
  TriePage::Slot* at = page->slots() + index;
  std::copy_backward(at, page->slots() + page->count, page->slots() + page->count + 1);
  *at = slot;
  page->present |= bit;
  page->count = needed & 0xffU;
  return page;
}

/// A page that tells two records apart which share all digits above `shift`; a chain of pages when they share
/// more.
TriePage* TrieEdit::split(TriePage::Slot resident, std::uint64_t resident_hash, const void* record,
                          std::uint64_t hash, unsigned shift) {
  TriePage* page = new_page(number_, 2);
  if (shift >= TriePage::kHashBits) {
    append(*page, resident);
    append(*page, slot_of(record));
    return page;
  }
  const std::uint64_t resident_bit = TriePage::bit_at(resident_hash, shift);
  const std::uint64_t bit = TriePage::bit_at(hash, shift);
  page->present = resident_bit | bit;
  if (resident_bit == bit) {
    append(*page, slot_of(split(resident, resident_hash, record, hash, shift + TriePage::kBits)));
  } else {
    append(*page, bit < resident_bit ? slot_of(record) : resident);
    append(*page, bit < resident_bit ? resident : slot_of(record));
  }
  return page;
}

bool TrieEdit::remove(HashTrie& trie, const TrieKeys& keys, const void* record) {
  if (trie.root_ == nullptr) return false;
  bool removed = false;
  const TriePage::Slot root = remove_from(trie.root_, 0, keys.hash(keys.context, record), record, removed);
  if (!removed) return false;
  trie.root_ = root == 0 ? nullptr : TriePage::page(root);
  --trie.size_;
  return true;
}

/// What stands for the page afterwards: a page, the one record left (except at the root), or 0 for nothing.
TriePage::Slot TrieEdit::remove_from(TriePage* page, unsigned shift, std::uint64_t hash, const void* record,
                                     bool& removed) {
  const bool is_root = shift == 0;
  if (shift >= TriePage::kHashBits) {
    const auto* end = page->slots() + page->count;
    const auto* found = std::find(page->slots(), const_cast<TriePage::Slot*>(end), slot_of(record));
    if (found == end) return slot_of(page);
    removed = true;
    return without_slot(page, 0, static_cast<unsigned>(found - page->slots()), is_root);
  }
  const std::uint64_t bit = TriePage::bit_at(hash, shift);
  if (!page->has(bit)) return slot_of(page);
  const unsigned index = page->index_of(bit);
  const TriePage::Slot slot = page->slots()[index];
  if (!TriePage::is_page(slot)) {
    if (slot != slot_of(record)) return slot_of(page);
    removed = true;
    return without_slot(page, bit, index, is_root);
  }
  const TriePage::Slot updated =
      remove_from(TriePage::page(slot), shift + TriePage::kBits, hash, record, removed);
  if (updated == slot) return slot_of(page);
  if (updated == 0) return without_slot(page, bit, index, is_root);
  if (!TriePage::is_page(updated) && page->count == 1 &&
      !is_root) {  // a chain that holds one record folds up
    discard(page);
    return updated;
  }
  page = writable(page, page->count);
  page->slots()[index] = updated;
  return slot_of(page);
}

TriePage::Slot TrieEdit::without_slot(TriePage* page, std::uint64_t bit, unsigned index, bool is_root) {
  if (page->count == 1) {
    discard(page);
    return 0;
  }
  if (page->count == 2 && !is_root && !TriePage::is_page(page->slots()[1 - index])) {
    const TriePage::Slot last = page->slots()[1 - index];
    discard(page);
    return last;
  }
  page = writable(page, page->count);
  std::copy(page->slots() + index + 1, page->slots() + page->count, page->slots() + index);
  page->present &= ~bit;
  page->count = (page->count - 1U) & 0xffU;
  return slot_of(page);
}

}  // namespace ringfence::directory
