// SPDX-License-Identifier: Apache-2.0
// How preferences are found by name, and how their values are checked.
#include "model/preferences.h"

#include <algorithm>
#include <array>

#include "base/ascii.h"
#include "base/assert.h"
#include "model/limits.h"
#include "model/preference_table.h"
#include "model/value_text.h"

namespace ringfence::model {
namespace {

constexpr auto& kTable = preference_table::kAll;

constexpr std::string_view name_at(Pref id) {
  return kTable[static_cast<std::size_t>(id)].name;
}

/// Sorted: a full load asks for the name of each row, and there may be millions.
constexpr auto kByName = [] {
  std::array<Pref, kPreferences> ids;
  std::ranges::transform(kTable, ids.begin(), &PreferenceInfo::id);
  std::ranges::sort(ids, {}, name_at);
  return ids;
}();
static_assert(std::ranges::adjacent_find(kByName, {}, name_at) == kByName.end());

constexpr char spelled(char c) {
  return c == '-' ? '_' : base::to_lower(c);
}

/// All but lists and sets are checked and read as the fields of rows are.
constexpr Field as_field(const PreferenceInfo& info) {
  constexpr std::array kTypes{Type::Flag, Type::Integer, Type::Choice, Type::Text, Type::Text, Type::Text};
  return {.name = info.name,
          .type = kTypes[static_cast<std::size_t>(info.type)],
          .need = Need::Required,
          .rule = info.rule,
          .choices = info.choices,
          .least = info.least,
          .most = info.most};
}

Checked check_item(const PreferenceInfo& info, std::string_view item) {
  const auto checked = check_value(as_field(info), item);
  // The commas are ours: a rule that gave one back would make two items of one.
  RF_ASSERT(!checked || checked->find(',') == checked->npos);
  return checked;
}

Checked check_list(const PreferenceInfo& info, std::string_view value) {
  std::string canonical;
  for (bool more = true; more;) {
    const auto comma = value.find(',');
    const auto item = check_item(info, base::trim(value.substr(0, comma)));
    if (!item) return std::unexpected("items with commas between them, each " + item.error());
    if (!canonical.empty()) canonical += ',';
    canonical += *item;
    if (canonical.size() > kMaxListText) return std::unexpected("a list of at most 4096 bytes in all");
    more = comma != value.npos;
    if (more) value.remove_prefix(comma + 1);
  }
  return canonical;
}

}  // namespace

std::span<const PreferenceInfo> preferences() {
  return kTable;
}

const PreferenceInfo& preference(Pref id) {
  RF_ASSERT(static_cast<std::size_t>(id) < kPreferences);
  return kTable[static_cast<std::size_t>(id)];
}

std::optional<Pref> preference_named(std::string_view name) {
  const auto before = [](std::string_view known, std::string_view typed) {
    return std::ranges::lexicographical_compare(known, typed, {}, {}, spelled);
  };
  const auto found = std::ranges::lower_bound(kByName, name, before, name_at);
  if (found == kByName.end() || !std::ranges::equal(name_at(*found), name, {}, {}, spelled)) {
    return std::nullopt;
  }
  return *found;
}

Checked check_preference(const PreferenceInfo& info, std::string_view value) {
  switch (info.type) {
    case PrefType::List:
      return check_list(info, value);
    case PrefType::Set:
      return definition(info.refers_to).key_rule(value);
    case PrefType::Flag:
    case PrefType::Integer:
    case PrefType::Choice:
    case PrefType::Text:
      break;
  }
  return check_value(as_field(info), value);
}

Checked check_preference_name(std::string_view name) {
  const auto id = preference_named(name);
  if (!id) return std::unexpected("a preference that docs/preferences.md lists");
  return std::string{name_at(*id)};
}

Value preference_value(const PreferenceInfo& info, std::string_view canonical) {
  if (canonical.empty()) return {};
  if (info.type != PrefType::Choice) return value_from(as_field(info), canonical);
  const auto found = std::ranges::find(info.choices, canonical);
  return found == info.choices.end() ? Value{} : Value{std::int64_t{found - info.choices.begin()}};
}

std::vector<std::string_view> list_items(std::string_view canonical) {
  std::vector<std::string_view> items;
  for (bool more = !canonical.empty(); more;) {
    const auto comma = canonical.find(',');
    items.push_back(canonical.substr(0, comma));
    more = comma != canonical.npos;
    if (more) canonical.remove_prefix(comma + 1);
  }
  return items;
}

std::string scopes_text(std::uint8_t scopes) {
  std::string text;
  for (const PrefScope& scope : kPrefScopes) {
    if ((scopes & scope.bit) == 0) continue;
    if (!text.empty()) text += ", ";
    text += scope.name;
  }
  return text;
}

}  // namespace ringfence::model
