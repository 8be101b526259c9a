// SPDX-License-Identifier: Apache-2.0
// AorIndex: from an address of record to its record, for one writer and any number of readers without locks.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "base/hash.h"
#include "base/quiescent.h"
#include "location/binding.h"

namespace ringfence::location {

/// Extendible hashing: a directory by the first bits of the hash, pages of 64 places behind it. A page that
/// is full splits alone, so growth never moves more than some dozen entries at a time; readers go on in the
/// old page, which is freed when each has ended its turn. About 17 bytes an entry. Pages are not joined
/// again: after a mass expiry their memory stays.
///
/// Pages also are the unit of everything that walks: expiry, listings, snapshots. Their order is that of the
/// hashes, which no growth changes.
class AorIndex {
 public:
  /// @param seed     of the hashes that are handed in
  /// @param readers  outlives us
  AorIndex(const base::HashSeed& seed, base::QuiescentDomain& readers, base::Limbo& limbo);
  ~AorIndex();  ///< no reader may be left; records are the owner's
  AorIndex(const AorIndex&) = delete;
  AorIndex& operator=(const AorIndex&) = delete;

  /// Any reader.
  [[nodiscard]] const AorRecord* find(std::uint64_t hash, std::string_view aor) const;

  /// Adds a record whose address of record is not in the index. Writer.
  /// @return false when the page can split no further, which takes a broken hash
  [[nodiscard]] bool insert(std::uint64_t hash, const AorRecord* record);
  /// Puts `fresh`, of the same address of record, in the place of `old`. Writer.
  void replace(std::uint64_t hash, const AorRecord* old, const AorRecord* fresh);
  void erase(std::uint64_t hash, const AorRecord* old);

  /// Visits the records of the page that holds place `from`, and returns where the next page begins; 0 after
  /// the last. Any reader.
  template <class Visit>
  [[nodiscard]] std::uint64_t visit_page(std::uint64_t from, Visit&& visit) const {
    const Page& page = page_of(from);
    for (const auto& place : page.places) {
      if (const AorRecord* const record = record_in(place.load(std::memory_order_acquire))) visit(*record);
    }
    return next_page(from, page.depth);
  }

  /// Remembers that something in the page of `hash` expires at `second`. Writer.
  void note_expiry(std::uint64_t hash, std::uint32_t second);
  /// The first place, at `from` or behind, whose page may hold something that has expired by `second`; none:
  /// nullopt. The page's note is forgotten: the caller sweeps the page, and notes what is left. Writer.
  [[nodiscard]] std::optional<std::uint64_t> take_expired(std::uint64_t from, std::uint32_t second);

  [[nodiscard]] std::size_t size() const { return size_; }
  /// Of directory and pages. Writer.
  [[nodiscard]] std::size_t bytes() const;

 private:
  static constexpr std::size_t kPlaces = 64;
  static constexpr std::size_t kFull = 48;  // then the page splits, or is written anew without its gaps
  static constexpr unsigned kMaxDepth = 28;
  static constexpr std::uint32_t kNever = 0xffff'ffff;

  // A place holds a record's address in its low 48 bits, and 16 bits of the hash above them, so that a reader
  // touches the record it wants and hardly ever another one.
  static constexpr std::uint64_t kEmpty = 0;
  static constexpr std::uint64_t kGap = 1;  // held something once: searches go on behind it

  struct Page {
    std::uint8_t depth = 0;  // how many first bits of the hash its entries share
    // Writer only:
    std::uint16_t used = 0;  // places that are not empty
    std::uint16_t live = 0;  // places with a record
    std::array<std::atomic<std::uint64_t>, kPlaces> places{};
  };
  struct Directory {
    explicit Directory(unsigned bits)
        : depth{bits}, pages{std::make_unique<std::atomic<Page*>[]>(std::size_t{1} << bits)} {}
    unsigned depth;
    std::unique_ptr<std::atomic<Page*>[]> pages;
  };

  [[nodiscard]] static std::size_t slot_of(std::uint64_t hash, unsigned depth) {
    return static_cast<std::size_t>(hash >> 1 >> (63 - depth));  // a shift by 64 would be undefined
  }
  [[nodiscard]] static std::uint64_t place_of_slot(std::size_t slot, unsigned depth) {
    return std::uint64_t{slot} << (63 - depth) << 1;
  }
  [[nodiscard]] static std::uint64_t next_page(std::uint64_t from, unsigned depth) {
    return place_of_slot(slot_of(from, depth) + 1, depth);  // 0 when it passes the end
  }
  [[nodiscard]] static std::uint64_t entry_of(std::uint64_t hash, const AorRecord* record);
  [[nodiscard]] static const AorRecord* record_in(std::uint64_t entry) {
    return entry <= kGap ? nullptr
                         : reinterpret_cast<const AorRecord*>(entry & ((std::uint64_t{1} << 48) - 1));
  }
  [[nodiscard]] static std::size_t home_of(std::uint64_t hash) { return (hash >> 24) % kPlaces; }

  [[nodiscard]] const Page& page_of(std::uint64_t hash) const;
  [[nodiscard]] Page& own_page(std::uint64_t hash) { return const_cast<Page&>(page_of(hash)); }
  [[nodiscard]] static std::size_t place_of(const Page& page, std::uint64_t hash, const AorRecord* record);
  static void fill(Page& page, std::uint64_t hash, std::uint64_t entry);
  [[nodiscard]] std::uint64_t hash_of(const AorRecord& record) const {
    return base::hash_text(seed_, record.aor());
  }
  [[nodiscard]] bool make_room(std::uint64_t hash);
  void rewrite(std::uint64_t hash, const Page& old);
  void split(std::uint64_t hash, const Page& old);
  void grow_directory();
  void publish(std::uint64_t hash, Page* page);

  base::HashSeed seed_;
  base::QuiescentDomain& readers_;
  base::Limbo& limbo_;  // the partition's
  std::atomic<Directory*> directory_;
  std::vector<std::uint32_t> first_expiry_;  // of the page whose first slot this is; kNever elsewhere
  std::size_t size_ = 0;
  std::size_t pages_ = 0;
};

}  // namespace ringfence::location
