// SPDX-License-Identifier: Apache-2.0
// PreferenceSet: what one subscriber, customer, domain or peer has set; and Preferences, what holds for one
// of them when all that it inherits is counted in.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "directory/children.h"
#include "model/preferences.h"

namespace ringfence::directory {

using model::Pref;

/// A value as shards read it: a number (Flag, Integer, the place of a Choice), or text (all others).
struct PreferenceValue {
  std::int64_t number = 0;
  std::string_view text;
};

/// Immutable, one block: which preferences there are, as bits, and eight bytes for each that is there. Texts
/// stay in the entries.
class PreferenceSet {
 public:
  /// Rows of unknown names, of preferences that such an owner cannot have, and of values that are none, as
  /// another version may have left them, are passed over.
  /// @param rows  all entries of Kind::Preference that are part of the owner; they outlive the set
  /// @return nullptr when nothing is left
  [[nodiscard]] static const PreferenceSet* make(const ChildKey& owner, std::span<const Entry* const> rows);
  static void destroy(const PreferenceSet* set);

  PreferenceSet(const PreferenceSet&) = delete;
  PreferenceSet& operator=(const PreferenceSet&) = delete;

  [[nodiscard]] Kind owner_kind() const { return owner_kind_; }
  [[nodiscard]] Id owner() const { return owner_; }
  [[nodiscard]] bool has(Pref pref) const { return (present_[word(pref)] & bit(pref)) != 0; }
  /// @param pref  one it has
  [[nodiscard]] PreferenceValue get(Pref pref) const;

 private:
  static constexpr std::size_t kWords = model::kMostPreferences / 64;
  union Slot {
    std::int64_t number;
    const Entry* row;  // whose value is the text
  };

  explicit PreferenceSet(const ChildKey& owner) : owner_{owner.parent}, owner_kind_{owner.parent_kind} {}
  [[nodiscard]] static std::size_t word(Pref pref) { return static_cast<std::size_t>(pref) / 64; }
  [[nodiscard]] static std::uint64_t bit(Pref pref) {
    return std::uint64_t{1} << (static_cast<std::size_t>(pref) % 64);
  }
  [[nodiscard]] const Slot* slots() const { return reinterpret_cast<const Slot*>(this + 1); }
  [[nodiscard]] Slot* slots() { return reinterpret_cast<Slot*>(this + 1); }

  std::array<std::uint64_t, kWords> present_{};
  Id owner_;
  std::array<std::uint8_t, kWords> before_{};  // how many stand in earlier words
  Kind owner_kind_;
};

/// What holds: the first set that has a preference gives it, then the fallback of its table. No allocation,
/// and no text is compared. A plain value, valid as long as the snapshot. The type must be the preference's
/// own: another is a fault of ours and stops the process.
class Preferences {
 public:
  static constexpr std::size_t kMostSets = 3;

  /// @param sets  nearest first; null where an owner has none
  explicit Preferences(const std::array<const PreferenceSet*, kMostSets>& sets) : sets_{sets} {}

  /// Without value and fallback: false.
  [[nodiscard]] bool flag(Pref pref) const;
  [[nodiscard]] std::optional<std::int64_t> integer(Pref pref) const;
  /// The place among PreferenceInfo::choices.
  [[nodiscard]] std::optional<std::uint8_t> choice(Pref pref) const;
  /// Of a Text, List or Set; empty: nothing.
  [[nodiscard]] std::string_view text(Pref pref) const;

  /// Works the fallbacks out, so that no shard has to. Any thread, before the first snapshot is read.
  static void prepare();

 private:
  [[nodiscard]] std::optional<PreferenceValue> find(Pref pref, model::PrefType type) const;

  std::array<const PreferenceSet*, kMostSets> sets_;
};

}  // namespace ringfence::directory
