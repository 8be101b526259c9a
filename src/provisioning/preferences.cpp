// SPDX-License-Identifier: Apache-2.0
// Preferences.
#include "provisioning/preferences.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/encoding.h"
#include "crypto/aead.h"
#include "model/value_text.h"

namespace ringfence::provisioning {
namespace {

using model::PreferenceField;
using model::PreferenceInfo;
using model::PrefScope;
using model::SubscriberField;
using store::Condition;
using store::Row;

constexpr std::string_view kHidden = "(hidden)";

/// Where the owner of a scope stands in a row.
std::uint8_t place_of(const PrefScope& scope) {
  const auto& fields = model::definition(Kind::Preference).fields;
  for (std::uint8_t place = 0; place < fields.size(); ++place) {
    if (fields[place].refers_to == scope.kind) return place;
  }
  return model::Key::kNone;
}

const PrefScope* scope_of(const Row& row) {
  for (const PrefScope& scope : model::kPrefScopes) {
    if (!store::is_null(row.cells[place_of(scope)])) return &scope;
  }
  return nullptr;
}

std::size_t owners_of(const Row& row) {
  return static_cast<std::size_t>(std::ranges::count_if(model::kPrefScopes, [&row](const PrefScope& scope) {
    return !store::is_null(row.cells[place_of(scope)]);
  }));
}

constexpr std::string_view kOneOwner =
    "it has one owner: --subscriber USER@DOMAIN, --customer NAME, --domain DOMAIN or --peer NAME";

const PreferenceInfo* info_of(const Row& row) {
  const auto known = model::preference_named(store::text_of(row[PreferenceField::Name]));
  return known ? &model::preference(*known) : nullptr;
}

}  // namespace

Outcome<void> Preferences::check_reference(const Row& row, const PreferenceInfo& info, std::string_view value,
                                           std::string_view what) {
  if (info.refers_to == Kind::None) return {};
  const std::vector<std::string_view> names =
      info.type == model::PrefType::List ? model::list_items(value) : std::vector{value};
  for (const auto name : names) {
    const auto found = workshop_.keys.find(info.refers_to, name, row.tenant);
    if (!found) return std::unexpected(found.error());
    if (*found) continue;
    const std::string kind = model::dashed(model::definition(info.refers_to).name);
    return refuse(Reason::NotFound, std::string{what}, fmt::format("there is no {} {}", kind, name),
                  fmt::format("ringfence {} add {}", kind, name));
  }
  return {};
}

Outcome<void> Preferences::finish(Row& row, const Row* before, const Arguments& arguments, Effects&) {
  const auto name = store::text_of(row[PreferenceField::Name]);
  const std::string what = fmt::format("cannot set preference {}", name);
  const PreferenceInfo* info = info_of(row);
  if (info == nullptr)
    return refuse(Reason::Usage, what, "there is no such preference", "see docs/preferences.md");
  const PrefScope* scope = scope_of(row);
  if (scope == nullptr || owners_of(row) != 1) {
    return refuse(Reason::Usage, what, std::string{kOneOwner}, help_for(definition_, Verb::Add));
  }
  if (!info->of(scope->bit)) {
    return refuse(Reason::Usage, what,
                  fmt::format("a {} has no such preference: it is one of {}", scope->name,
                              model::scopes_text(info->scopes)),
                  "see docs/preferences.md");
  }
  if (before != nullptr && !arguments.contains("value")) return {};
  const auto given = store::text_of(row[PreferenceField::Setting]);
  if (info->is_secret && given == kHidden) {
    return refuse(Reason::Usage, what, "its value was hidden where this comes from",
                  "give the value itself, or leave the line out");
  }
  auto value = model::check_preference(*info, given);
  if (!value) {
    return refuse(Reason::Usage, what,
                  info->is_secret ? fmt::format("the value is not allowed: {}", value.error())
                                  : fmt::format("value \"{}\" is not allowed: {}", given, value.error()),
                  "see docs/preferences.md");
  }
  if (auto known = check_reference(row, *info, *value, what); !known) return known;
  row[PreferenceField::Setting] =
      info->is_secret ? workshop_.vault.seal_text(row.id, *value) : std::move(*value);
  return {};
}

Outcome<Cell> Preferences::cell(const Row& row, std::size_t place) {
  const PreferenceInfo* info = info_of(row);
  const bool hides =
      place == static_cast<std::size_t>(PreferenceField::Setting) && info != nullptr && info->is_secret;
  return hides ? Outcome<Cell>{Cell{std::string{kHidden}}} : Resource::cell(row, place);
}

Outcome<directory::Change> Preferences::change(const Row& row) {
  const PreferenceInfo* info = info_of(row);
  directory::EntryValues values{Kind::Preference, row.id, row.tenant, row.cells};
  if (info == nullptr || !info->is_secret) return values;
  auto plain = workshop_.vault.open_text(row.id, store::text_of(row[PreferenceField::Setting]));
  if (!plain) {
    return refuse(Reason::Failed, fmt::format("cannot read preference {}", row.id),
                  "keys/ha1.key is not the key it was sealed with, or the row was tampered with",
                  "put back the key that belongs to this database");
  }
  values.cells[static_cast<std::size_t>(PreferenceField::Setting)] = std::move(*plain);
  return values;
}

Outcome<Preferences::Owner> Preferences::owner_in(Verb verb, std::string_view key,
                                                  const Arguments& arguments) {
  const PrefScope* scope = nullptr;
  std::string_view owner;
  for (const PrefScope& known : model::kPrefScopes) {
    const auto given = value_in(arguments, known.name);
    if (given.empty()) continue;
    if (scope != nullptr) {
      return refuse(Reason::Usage, attempt(definition_, verb, key), std::string{kOneOwner},
                    help_for(definition_, verb));
    }
    scope = &known;
    owner = given;
  }
  if (scope == nullptr) {
    return refuse(Reason::Usage, attempt(definition_, verb, key), std::string{kOneOwner},
                  help_for(definition_, verb));
  }
  const Definition& of = model::definition(scope->kind);
  const auto canonical = check_key(of, Verb::Show, owner);
  if (!canonical) return std::unexpected(canonical.error());
  auto row = workshop_.keys.find(scope->kind, *canonical, workshop_.scope);
  if (!row) return std::unexpected(std::move(row.error()));
  if (*row) return Owner{scope, std::move(**row)};
  return refuse(Reason::NotFound, attempt(definition_, verb, key),
                fmt::format("there is no {} {}", scope->name, *canonical),
                fmt::format("ringfence {} ls", scope->name));
}

Outcome<std::optional<Row>> Preferences::value_of(const PrefScope& scope, store::Id owner,
                                                  std::string_view name) {
  auto row = store().find(Kind::Preference, {Condition::equal(PreferenceField::Name, std::string{name}),
                                             Condition::equal(place_of(scope), store::value_of(owner))});
  if (!row) return refuse(std::move(row.error()));
  return std::move(*row);
}

Outcome<std::optional<Row>> Preferences::find_of_owner(Verb verb, std::string_view key,
                                                       Arguments& arguments) {
  if (model::check_key(definition_, key)) return find(key);
  const auto known = model::preference_named(key);
  if (!known) {
    return refuse(Reason::Usage, attempt(definition_, verb, key), "there is no such preference",
                  "see docs/preferences.md, or ringfence preference kinds");
  }
  const auto owner = owner_in(verb, key, arguments);
  if (!owner) return std::unexpected(owner.error());
  for (const PrefScope& scope : model::kPrefScopes) arguments.erase(std::string{scope.name});
  return value_of(*owner->scope, owner->row.id, model::preference(*known).name);
}

Outcome<std::vector<Record>> Preferences::effective(const Arguments& arguments) {
  const auto owner = owner_in(Verb::Show, {}, arguments);
  if (!owner) return std::unexpected(owner.error());
  std::array<store::Id, model::kPrefScopes.size()> owners{};
  for (std::size_t i = 0; i < owners.size(); ++i) {
    const Kind kind = model::kPrefScopes[i].kind;
    if (kind == owner->scope->kind) owners[i] = owner->row.id;
    if (owner->scope->kind != Kind::Subscriber) continue;
    if (kind == Kind::Customer) owners[i] = store::id_of(owner->row[SubscriberField::Customer]);
    if (kind == Kind::Domain) owners[i] = store::id_of(owner->row[SubscriberField::Domain]);
  }
  std::vector<Record> records;
  for (const PreferenceInfo& info : model::preferences()) {
    if (!info.of(owner->scope->bit)) continue;
    std::string value{info.fallback};
    std::string_view origin = info.fallback.empty() ? "nothing" : "default";
    for (std::size_t i = 0; i < owners.size(); ++i) {
      if (owners[i] == 0 || !info.of(model::kPrefScopes[i].bit)) continue;
      const auto row = value_of(model::kPrefScopes[i], owners[i], info.name);
      if (!row) return std::unexpected(row.error());
      if (!*row) continue;
      value = info.is_secret ? kHidden : store::text_of((**row)[PreferenceField::Setting]);
      origin = model::kPrefScopes[i].name;
      break;
    }
    records.push_back(Record{}
                          .add("preference", std::string{info.name})
                          .add("value", std::move(value))
                          .add("from", std::string{origin}));
  }
  return records;
}

}  // namespace ringfence::provisioning
