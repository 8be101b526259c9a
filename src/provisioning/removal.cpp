// SPDX-License-Identifier: Apache-2.0
// Later kinds refer to earlier ones only, so removing by kind from the last to the first never leaves a
// reference behind.
#include "provisioning/removal.h"

#include <fmt/format.h>

#include <ranges>

#include "model/preferences.h"

namespace ringfence::provisioning {
namespace {

using model::Bond;
using model::dashed;
using store::Condition;
using store::Row;

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
  std::vector<Row> parts;
  const auto scanned = workshop.store.scan(user.kind, {conditions}, [&parts](const Row& part) {
    parts.push_back(part);
    return true;
  });
  if (!scanned) return refuse(scanned.error());
  for (const Row& part : parts) {
    if (auto removed = remove_with_parts(workshop, user, part, effects); !removed) return removed;
  }
  return {};
}

/// Preferences name rewrite sets and NCOS levels, so the database does not know that they use them.
Outcome<void> check_preferences(Workshop& workshop, const Definition& of, const Row& row) {
  if (of.key.naming != model::Naming::Name) return {};
  const std::string name{store::text_of(row.cells[of.key.name])};
  for (const model::PreferenceInfo& info : model::preferences()) {
    if (info.refers_to != of.kind || info.type != model::PrefType::Set) continue;
    const auto count =
        workshop.store.count(Kind::Preference,
                             {Condition::equal(model::PreferenceField::Name, std::string{info.name}),
                              Condition::equal(model::PreferenceField::Setting, name)},
                             row.tenant);
    if (!count) return refuse(count.error());
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
