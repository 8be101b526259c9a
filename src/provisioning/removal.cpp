// SPDX-License-Identifier: Apache-2.0
// Later kinds refer to earlier ones only, so removing by kind from the last to the first never leaves a
// reference behind.
#include "provisioning/removal.h"

#include <fmt/format.h>

#include <algorithm>
#include <ranges>

#include "model/preferences.h"

namespace ringfence::provisioning {
namespace {

using model::Bond;
using model::dashed;
using store::Condition;
using store::Row;

constexpr std::size_t kPartsAtOnce = 1000;

/// "it still has 3 subscribers"
std::unexpected<Refusal> in_use(Workshop& workshop, const Definition& of, const Row& row,
                                const Definition& user, std::string_view field, std::uint64_t count) {
  const auto key = workshop.keys.key_of(of.kind, row);
  if (!key) return std::unexpected(key.error());
  return refuse(
      Reason::Conflict, fmt::format("cannot rm {} {}", dashed(of.name), *key),
      fmt::format("it still has {} {}", count, count == 1 ? dashed(user.name) : std::string{user.plural}),
      fmt::format("remove or change them first: ringfence {} ls --{} {}", dashed(user.name), dashed(field),
                  *key));
}

Outcome<void> remove_users(Workshop& workshop, const Definition& of, const Row& row, const Definition& user,
                           std::uint8_t place, Effects& effects) {
  const Field& field = user.fields[place];
  const std::vector<Condition> conditions{Condition::equal(place, store::value_of(row.id))};
  if (field.bond == Bond::Uses) {
    const auto count = workshop.store.count(user.kind, conditions);
    if (!count) return refuse(count.error());
    return *count == 0 ? Outcome<void>{} : in_use(workshop, of, row, user, field.name, *count);
  }
  // A billing profile may have a million fees: some at a time, until none is left.
  std::vector<Row> parts;
  do {
    parts.clear();
    const store::Query some{conditions, 0, kPartsAtOnce};
    const auto scanned = workshop.store.scan(user.kind, some, [&parts](const Row& part) {
      parts.push_back(part);
      return true;
    });
    if (!scanned) return refuse(scanned.error());
    for (const Row& part : parts) {
      if (auto removed = remove_with_parts(workshop, user, part, effects); !removed) return removed;
    }
  } while (parts.size() == kPartsAtOnce);
  return {};
}

/// How many preferences of this tenant say the name, alone or in a list.
Outcome<std::uint64_t> count_naming(Workshop& workshop, const model::PreferenceInfo& info,
                                    std::string_view name, store::Id tenant) {
  std::uint64_t count = 0;
  store::Query query{{Condition::equal(model::PreferenceField::Name, std::string{info.name})},
                     0,
                     store::Query::kNoLimit,
                     tenant};
  if (info.type == model::PrefType::Set) {
    query.conditions.push_back(Condition::equal(model::PreferenceField::Setting, std::string{name}));
  }
  const auto scanned = workshop.store.scan(Kind::Preference, query, [&](const Row& row) {
    const auto value = store::text_of(row[model::PreferenceField::Setting]);
    count += std::ranges::count(model::list_items(value), name) > 0 ? 1U : 0U;
    return true;
  });
  if (!scanned) return refuse(scanned.error());
  return count;
}

/// Preferences name rewrite sets and NCOS levels, so the database does not know that they use them.
Outcome<void> check_preferences(Workshop& workshop, const Definition& of, const Row& row) {
  if (of.key.naming != model::Naming::Name) return {};
  const auto name = store::text_of(row.cells[of.key.name]);
  for (const model::PreferenceInfo& info : model::preferences()) {
    if (info.refers_to != of.kind) continue;
    const auto count = count_naming(workshop, info, name, row.tenant);
    if (!count) return std::unexpected(count.error());
    if (*count == 0) continue;
    return refuse(Reason::Conflict, fmt::format("cannot rm {} {}", dashed(of.name), name),
                  fmt::format("{} preference{} {} says it", *count, *count == 1 ? "" : "s", info.name),
                  fmt::format("remove them first: ringfence preference ls --name {}", info.name));
  }
  return {};
}

}  // namespace

Outcome<void> remove_with_parts(Workshop& workshop, const Definition& of, const Row& row, Effects& effects) {
  if (auto unnamed = check_preferences(workshop, of, row); !unnamed) return unnamed;
  for (const Definition& user : model::definitions() | std::views::reverse) {
    for (std::uint8_t place = 0; place < user.fields.size(); ++place) {
      if (user.fields[place].type != model::Type::Row || user.fields[place].refers_to != of.kind) continue;
      if (auto done = remove_users(workshop, of, row, user, place, effects); !done) return done;
    }
  }
  if (auto removed = workshop.store.remove(of.kind, row.id); !removed)
    return refuse(std::move(removed.error()));
  if (of.reach == model::Reach::Calls) effects.changes.emplace_back(directory::Removal{of.kind, row.id});
  return {};
}

}  // namespace ringfence::provisioning
