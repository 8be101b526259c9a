// SPDX-License-Identifier: Apache-2.0
// Preferences: rows become bits and slots once, when they change; shards count bits.
#include "directory/preference_set.h"

#include <algorithm>
#include <new>

#include "base/assert.h"
#include "directory/hash_trie.h"
#include "model/places.h"

namespace ringfence::directory {
namespace {

using model::PreferenceField;
using model::PreferenceInfo;
using model::PrefType;

constexpr bool is_text(PrefType type) {
  return type == PrefType::Text || type == PrefType::List || type == PrefType::Set;
}

std::uint8_t scope_of(Kind owner) {
  const auto found = std::ranges::find(model::kPrefScopes, owner, &model::PrefScope::kind);
  return found == model::kPrefScopes.end() ? std::uint8_t{0} : found->bit;
}

/// What a row says of which preference.
struct Reading {
  Pref pref;
  model::Value value;
  const Entry* row;
};

std::optional<Reading> read(const Entry& row, std::uint8_t scope) {
  const auto pref = model::preference_named(row.text(PreferenceField::Name));
  if (!pref || !model::preference(*pref).of(scope)) return std::nullopt;
  model::Value value = model::preference_value(model::preference(*pref), row.text(PreferenceField::Setting));
  if (model::is_null(value)) return std::nullopt;
  return Reading{*pref, std::move(value), &row};
}

/// In the order of their bits. Of two rows with one name, which the database does not allow, the later
/// counts.
std::vector<Reading> read_all(std::span<const Entry* const> rows, std::uint8_t scope) {
  std::vector<Reading> readings;
  for (const Entry* row : rows) {
    if (auto reading = read(*row, scope)) readings.push_back(std::move(*reading));
  }
  std::ranges::sort(readings, [](const Reading& a, const Reading& b) {
    return a.pref != b.pref ? a.pref < b.pref : a.row->id() > b.row->id();
  });
  const auto doubles = std::ranges::unique(readings, {}, &Reading::pref);
  readings.erase(doubles.begin(), doubles.end());
  return readings;
}

struct Fallback {
  PrefType type;
  std::optional<PreferenceValue> value;
};

std::array<Fallback, model::kPreferences> read_fallbacks() {
  std::array<Fallback, model::kPreferences> fallbacks;
  std::ranges::transform(model::preferences(), fallbacks.begin(), [](const PreferenceInfo& info) {
    const model::Value value = model::preference_value(info, info.fallback);
    if (model::is_null(value)) return Fallback{info.type, std::nullopt};
    if (is_text(info.type)) return Fallback{info.type, PreferenceValue{0, info.fallback}};
    return Fallback{info.type, PreferenceValue{model::number_of(value), {}}};
  });
  return fallbacks;
}

const Fallback& fallback(Pref pref) {
  static const auto fallbacks = read_fallbacks();
  return fallbacks[static_cast<std::size_t>(pref)];
}

}  // namespace

const PreferenceSet* PreferenceSet::make(const ChildKey& owner, std::span<const Entry* const> rows) {
  const auto readings = read_all(rows, scope_of(owner.parent_kind));
  if (readings.empty()) return nullptr;
  void* block = ::operator new(sizeof(PreferenceSet) + readings.size() * sizeof(Slot));
  auto* set = new (block) PreferenceSet{owner};
  for (std::size_t i = 0; i < readings.size(); ++i) {
    const auto& [pref, value, row] = readings[i];
    set->present_[word(pref)] |= bit(pref);
    for (std::size_t later = word(pref) + 1; later < kWords; ++later) ++set->before_[later];
    if (is_text(model::preference(pref).type)) {
      set->slots()[i].row = row;
    } else {
      set->slots()[i].number = model::number_of(value);
    }
  }
  return set;
}

void PreferenceSet::destroy(const PreferenceSet* set) {
  set->~PreferenceSet();
  ::operator delete(static_cast<void*>(const_cast<PreferenceSet*>(set)));
}

PreferenceValue PreferenceSet::get(Pref pref) const {
  const std::uint64_t lower = present_[word(pref)] & (bit(pref) - 1);
  const Slot& slot = slots()[before_[word(pref)] + TriePage::ones_in(lower)];
  if (is_text(fallback(pref).type)) return {0, slot.row->text(PreferenceField::Setting)};
  return {slot.number, {}};
}

void Preferences::prepare() {
  (void)fallback(Pref{});
}

std::optional<PreferenceValue> Preferences::find(Pref pref, PrefType type) const {
  const Fallback& known = fallback(pref);
  RF_ASSERT(known.type == type || (is_text(known.type) && is_text(type)));
  for (const PreferenceSet* set : sets_) {
    if (set != nullptr && set->has(pref)) return set->get(pref);
  }
  return known.value;
}

bool Preferences::flag(Pref pref) const {
  const auto value = find(pref, PrefType::Flag);
  return value && value->number != 0;
}

std::optional<std::int64_t> Preferences::integer(Pref pref) const {
  const auto value = find(pref, PrefType::Integer);
  return value ? std::optional{value->number} : std::nullopt;
}

std::optional<std::uint8_t> Preferences::choice(Pref pref) const {
  const auto value = find(pref, PrefType::Choice);
  return value ? std::optional{static_cast<std::uint8_t>(value->number)} : std::nullopt;
}

std::string_view Preferences::text(Pref pref) const {
  const auto value = find(pref, PrefType::Text);
  return value ? value->text : std::string_view{};
}

}  // namespace ringfence::directory
