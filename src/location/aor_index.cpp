// SPDX-License-Identifier: Apache-2.0
// Looking up, splitting and walking the index.
#include "location/aor_index.h"

#include <algorithm>

#include "base/assert.h"

namespace ringfence::location {

static_assert(std::atomic<std::uint64_t>::is_always_lock_free);

AorIndex::AorIndex(const base::HashSeed& seed, base::QuiescentDomain& readers, base::Limbo& limbo)
    : seed_{seed},
      readers_{readers},
      limbo_{limbo},
      directory_{new Directory{0}},
      first_expiry_(1, kNever),
      pages_{1} {
  directory_.load(std::memory_order_relaxed)->pages[0].store(new Page, std::memory_order_relaxed);
}

AorIndex::~AorIndex() {
  const Directory* const directory = directory_.load(std::memory_order_relaxed);
  for (std::uint64_t at = 0;;) {
    const Page& page = page_of(at);
    at = next_page(at, page.depth);
    delete &page;
    if (at == 0) break;
  }
  delete directory;
}

const AorIndex::Page& AorIndex::page_of(std::uint64_t hash) const {
  const Directory& directory = *directory_.load(std::memory_order_acquire);
  return *directory.pages[slot_of(hash, directory.depth)].load(std::memory_order_acquire);
}

std::uint64_t AorIndex::entry_of(std::uint64_t hash, const AorRecord* record) {
  const auto address = reinterpret_cast<std::uint64_t>(record);
  RF_ASSERT(address >> 48 == 0);
  return hash << 48 | address;  // the lowest bits of the hash name neither page nor home
}

const AorRecord* AorIndex::find(std::uint64_t hash, std::string_view aor) const {
  const Page& page = page_of(hash);
  const std::uint64_t tag = entry_of(hash, nullptr);
  for (std::size_t at = home_of(hash);; at = (at + 1) % kPlaces) {
    const std::uint64_t entry = page.places[at].load(std::memory_order_acquire);
    if (entry == kEmpty) return nullptr;
    if (((entry ^ tag) >> 48) != 0) continue;
    if (const AorRecord* const record = record_in(entry); record != nullptr && record->aor() == aor)
      return record;
  }
}

std::size_t AorIndex::place_of(const Page& page, std::uint64_t hash, const AorRecord* record) {
  const std::uint64_t entry = entry_of(hash, record);
  for (std::size_t at = home_of(hash);; at = (at + 1) % kPlaces) {
    const std::uint64_t found = page.places[at].load(std::memory_order_relaxed);
    RF_ASSERT(found != kEmpty);  // the record is in the index
    if (found == entry) return at;
  }
}

void AorIndex::fill(Page& page, std::uint64_t hash, std::uint64_t entry) {
  std::size_t at = home_of(hash);
  while (page.places[at].load(std::memory_order_relaxed) > kGap) at = (at + 1) % kPlaces;
  if (page.places[at].load(std::memory_order_relaxed) == kEmpty) ++page.used;
  page.places[at].store(entry, std::memory_order_release);
  ++page.live;
}

bool AorIndex::insert(std::uint64_t hash, const AorRecord* record) {
  while (own_page(hash).used >= kFull) {
    if (!make_room(hash)) return false;
  }
  fill(own_page(hash), hash, entry_of(hash, record));
  ++size_;
  return true;
}

void AorIndex::replace(std::uint64_t hash, const AorRecord* old, const AorRecord* fresh) {
  Page& page = own_page(hash);
  page.places[place_of(page, hash, old)].store(entry_of(hash, fresh), std::memory_order_release);
}

void AorIndex::erase(std::uint64_t hash, const AorRecord* old) {
  Page& page = own_page(hash);
  const std::size_t at = place_of(page, hash, old);
  // A gap is needed only where searches may have to go on.
  const bool last = page.places[(at + 1) % kPlaces].load(std::memory_order_relaxed) == kEmpty;
  page.places[at].store(last ? kEmpty : kGap, std::memory_order_release);
  if (last) --page.used;
  --page.live;
  --size_;
}

bool AorIndex::make_room(std::uint64_t hash) {
  const Page& page = own_page(hash);
  if (page.live <= kFull * 3 / 4) {
    rewrite(hash, page);  // it is gaps that fill it
  } else {
    if (page.depth == kMaxDepth) return false;
    if (page.depth == directory_.load(std::memory_order_relaxed)->depth) grow_directory();
    split(hash, page);
  }
  limbo_.retire(readers_, &page);
  return true;
}

void AorIndex::rewrite(std::uint64_t hash, const Page& old) {
  auto fresh = std::make_unique<Page>();
  fresh->depth = old.depth;
  for (const auto& place : old.places) {
    const std::uint64_t entry = place.load(std::memory_order_relaxed);
    if (const AorRecord* const record = record_in(entry)) fill(*fresh, hash_of(*record), entry);
  }
  publish(hash, fresh.release());
}

void AorIndex::split(std::uint64_t hash, const Page& old) {
  const auto depth = static_cast<std::uint8_t>(old.depth + 1);
  std::array<std::unique_ptr<Page>, 2> halves{std::make_unique<Page>(), std::make_unique<Page>()};
  for (auto& half : halves) half->depth = depth;
  for (const auto& place : old.places) {
    const std::uint64_t entry = place.load(std::memory_order_relaxed);
    const AorRecord* const record = record_in(entry);
    if (record == nullptr) continue;
    const std::uint64_t of_record = hash_of(*record);
    fill(*halves[slot_of(of_record, depth) % 2], of_record, entry);
  }

  const std::uint64_t low = place_of_slot(slot_of(hash, old.depth), old.depth);
  const std::uint64_t high = low | place_of_slot(1, depth);
  const unsigned bits = directory_.load(std::memory_order_relaxed)->depth;
  first_expiry_[slot_of(high, bits)] = first_expiry_[slot_of(low, bits)];
  publish(low, halves[0].release());
  publish(high, halves[1].release());
  ++pages_;
}

void AorIndex::grow_directory() {
  const Directory* const old = directory_.load(std::memory_order_relaxed);
  auto fresh = std::make_unique<Directory>(old->depth + 1);
  const std::size_t slots = std::size_t{1} << old->depth;
  std::vector<std::uint32_t> expiry(slots * 2, kNever);
  for (std::size_t slot = 0; slot < slots; ++slot) {
    Page* const page = old->pages[slot].load(std::memory_order_relaxed);
    fresh->pages[slot * 2].store(page, std::memory_order_relaxed);
    fresh->pages[slot * 2 + 1].store(page, std::memory_order_relaxed);
    expiry[slot * 2] = first_expiry_[slot];
  }
  first_expiry_ = std::move(expiry);
  directory_.store(fresh.release(), std::memory_order_release);
  limbo_.retire(readers_, old);
}

void AorIndex::publish(std::uint64_t hash, Page* page) {
  Directory& directory = *directory_.load(std::memory_order_relaxed);
  const std::size_t first = slot_of(place_of_slot(slot_of(hash, page->depth), page->depth), directory.depth);
  const std::size_t count = std::size_t{1} << (directory.depth - page->depth);
  for (std::size_t slot = first; slot < first + count; ++slot) {
    directory.pages[slot].store(page, std::memory_order_release);
  }
}

void AorIndex::note_expiry(std::uint64_t hash, std::uint32_t second) {
  const unsigned bits = directory_.load(std::memory_order_relaxed)->depth;
  const unsigned depth = page_of(hash).depth;
  auto& first = first_expiry_[slot_of(place_of_slot(slot_of(hash, depth), depth), bits)];
  first = std::min(first, second);
}

std::optional<std::uint64_t> AorIndex::take_expired(std::uint64_t from, std::uint32_t second) {
  const unsigned bits = directory_.load(std::memory_order_relaxed)->depth;
  const auto begin = first_expiry_.begin() + static_cast<std::ptrdiff_t>(slot_of(from, bits));
  const auto found =
      std::find_if(begin, first_expiry_.end(), [=](std::uint32_t first) { return first <= second; });
  if (found == first_expiry_.end()) return std::nullopt;
  *found = kNever;
  return place_of_slot(static_cast<std::size_t>(found - first_expiry_.begin()), bits);
}

std::size_t AorIndex::bytes() const {
  return pages_ * sizeof(Page) + first_expiry_.size() * (sizeof(std::uint32_t) + sizeof(std::atomic<Page*>));
}

}  // namespace ringfence::location
