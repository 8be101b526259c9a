// SPDX-License-Identifier: Apache-2.0
// ChildList: the entries that are part of one row, in the order in which they are tried. And how lists follow
// their entries.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "directory/entry.h"

namespace ringfence::directory {

/// What a list is found by: entries of `kind` that are part of the row `parent`.
struct ChildKey {
  Kind kind = Kind::None;
  Kind parent_kind = Kind::None;
  Id parent = 0;

  friend auto operator<=>(const ChildKey&, const ChildKey&) = default;
};

/// The row that an entry is part of: of several fields that could name it (a preference's) the first that is
/// not null. Nothing when there is none.
[[nodiscard]] std::optional<ChildKey> child_key(const Entry& entry);
/// What rows of this kind are part of; the first, when it may be several. Kind::None: nothing.
[[nodiscard]] Kind parent_kind(Kind kind);

/// Immutable, one block: 16 bytes and one pointer for each entry. The entries are not its own.
class ChildList {
 public:
  [[nodiscard]] static const ChildList* make(const ChildKey& key, std::span<const Entry* const> entries);
  static void destroy(const ChildList* list);

  ChildList(const ChildList&) = delete;
  ChildList& operator=(const ChildList&) = delete;

  [[nodiscard]] ChildKey key() const { return {kind_, parent_kind_, parent_}; }
  /// By their field "priority", if they have one, then by id. Never empty.
  [[nodiscard]] std::span<const Entry* const> entries() const {
    return {reinterpret_cast<const Entry* const*>(this + 1), count_};
  }

 private:
  ChildList(const ChildKey& key, std::span<const Entry* const> entries);

  Id parent_;
  std::uint32_t count_;
  Kind kind_;
  Kind parent_kind_;
};

/// Which entries came and went in one draft. Lists are written once, at its end: a load of many entries of
/// one parent sorts them, and does not copy the list for each.
class ChildMoves {
 public:
  void add(const Entry& entry) { note(entry, false); }
  void remove(const Entry& entry) { note(entry, true); }

  /// Calls `write(key, entries)` for each parent that is touched, with all that it has now, in their order.
  /// @param list_of  ChildKey to the entries before this draft
  template <class ListOf, class Write>
  void settle(ListOf list_of, Write write) {
    sort();
    std::vector<const Entry*> entries;
    for (std::size_t first = 0; first < moves_.size();) {
      const ChildKey key = moves_[first].key;
      first = merge(first, list_of(key), entries);
      write(key, std::span<const Entry* const>{entries});
    }
    moves_.clear();
  }

 private:
  struct Move {
    ChildKey key;
    std::int64_t priority;
    const Entry* entry;
    bool gone;
  };

  void note(const Entry& entry, bool gone);
  void sort();
  std::size_t merge(std::size_t first, std::span<const Entry* const> before,
                    std::vector<const Entry*>& out) const;

  std::vector<Move> moves_;
};

}  // namespace ringfence::directory
