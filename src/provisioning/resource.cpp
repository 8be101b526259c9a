// SPDX-License-Identifier: Apache-2.0
// The verbs, for any kind.
#include "provisioning/resource.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/assert.h"
#include "model/rules.h"
#include "model/value_text.h"
#include "provisioning/removal.h"

namespace ringfence::provisioning {
namespace {

using model::dashed;
using model::Naming;
using model::Show;
using model::Type;
using store::Condition;
using store::Row;

constexpr auto kNoKey = model::Key::kNone;
constexpr store::Id kMostIdsAhead = 10'000'000;

std::string words(const Definition& of, const model::Unique& unique) {
  std::string names;
  for (const auto place : unique.places) {
    const Field& field = of.fields[place];
    if (place == of.key.within) continue;
    names += (names.empty() ? "" : " and ") + dashed(field.name);
  }
  return names;
}

/// Whether `show`, or also `ls`, has a column for the field.
bool is_shown(const Definition& of, std::size_t place, bool in_list) {
  const Show show = of.fields[place].show;
  return !of.stands_in_key(place) && show != Show::Secret && (!in_list || show == Show::Listed);
}

}  // namespace

std::vector<std::string_view> list_columns(const Definition& definition) {
  const bool numbered = definition.key.naming == Naming::Numbered;
  std::vector<std::string_view> names{numbered ? "id" : definition.name};
  for (std::size_t i = 0; i < definition.fields.size(); ++i) {
    if (is_shown(definition, i, true)) names.push_back(definition.fields[i].name);
  }
  if (!numbered) names.push_back("id");
  return names;
}

Outcome<std::optional<Row>> Resource::find(std::string_view key) {
  return workshop_.keys.find(definition_.kind, key, workshop_.scope);
}

/// The row a field is to refer to. What another tenant has is as good as not there.
Outcome<Row> Resource::referred(const Field& field, std::string_view key, std::string_view attempt) {
  auto row = workshop_.keys.find(field.refers_to, key, workshop_.scope);
  if (!row) return std::unexpected(std::move(row.error()));
  if (*row) return std::move(**row);
  const Definition& other = model::definition(field.refers_to);
  const bool numbered = other.key.naming == Naming::Numbered;
  return refuse(
      Reason::NotFound, std::string{attempt}, fmt::format("there is no {} {}", dashed(other.name), key),
      fmt::format("ringfence {} {}", dashed(other.name), numbered ? "ls" : fmt::format("add {}", key)));
}

/// The key's own fields: a name, a name within another row, or only the row it is part of.
Outcome<void> Resource::place_key(Row& row, std::string_view key) {
  const auto& [naming, name, within] = definition_.key;
  std::string_view parent = key;
  if (naming == Naming::Name) {
    row.cells[name] = std::string{key};
    return {};
  }
  if (naming == Naming::Within) {
    const auto parts = model::split_subscriber(key);
    RF_ASSERT(parts);  // the key was checked
    row.cells[name] = std::string{parts->user};
    parent = parts->domain;
  }
  if (within == kNoKey) return {};
  const auto found = referred(definition_.fields[within], parent, attempt(definition_, Verb::Add, key));
  if (!found) return std::unexpected(found.error());
  row.cells[within] = store::value_of(found->id);
  return {};
}

Outcome<void> Resource::place(Row& row, const Arguments& arguments, std::string_view attempt) {
  for (std::size_t i = 0; i < definition_.fields.size(); ++i) {
    const Field& field = definition_.fields[i];
    const auto given = arguments.find(field.name);
    if (given == arguments.end() || field.type == Type::Blob) continue;  // sealed by finish()
    if (field.type != Type::Row || given->second.empty()) {
      row.cells[i] = given->second.empty() ? store::Value{} : model::value_from(field, given->second);
      continue;
    }
    const auto found = referred(field, given->second, attempt);
    if (!found) return std::unexpected(found.error());
    row.cells[i] = store::value_of(found->id);
  }
  return {};
}

/// Two parts of rows of one kind are parts of the same row: a forward takes sets of its own subscriber.
Outcome<void> Resource::check_parents(const Row& row, const Field& field, const Row& other,
                                      std::string_view attempt) {
  const Definition& of = model::definition(field.refers_to);
  const auto own = definition_.part_of();
  const auto others = of.part_of();
  if (own == kNoKey || others == kNoKey || &field == &definition_.fields[own]) return {};
  const Field& parent = definition_.fields[own];
  const store::Value& whose = other.cells[others];
  if (of.fields[others].refers_to != parent.refers_to || store::is_null(whose) || whose == row.cells[own])
    return {};
  return refuse(
      Reason::Conflict, std::string{attempt},
      fmt::format("the {} it is to refer to is of another {}", dashed(field.name), dashed(parent.name)),
      fmt::format("choose one of its own: ringfence {} ls", dashed(of.name)));
}

/// A new row belongs to whom the rows belong that it refers to, else to whom the request is for. It refers to
/// nobody else's.
Outcome<void> Resource::join_tenant(Row& row, bool is_new, std::string_view attempt) {
  store::Id tenant = is_new ? 0 : row.tenant;
  for (std::size_t i = 0; i < definition_.fields.size(); ++i) {
    const Field& field = definition_.fields[i];
    if (field.type != Type::Row || store::is_null(row.cells[i])) continue;
    const auto other = store().get(field.refers_to, store::id_of(row.cells[i]));
    if (!other) return refuse(other.error());
    if (!*other || (tenant != 0 && (*other)->tenant != tenant)) {
      return refuse(Reason::Conflict, std::string{attempt},
                    fmt::format("the {} it is to refer to belongs to another reseller", dashed(field.name)),
                    fmt::format("choose one of the same reseller: ringfence {} ls",
                                dashed(model::definition(field.refers_to).name)));
    }
    tenant = (*other)->tenant;
    if (auto akin = check_parents(row, field, **other, attempt); !akin) return akin;
  }
  if (!is_new) return {};
  if (tenant == 0) tenant = workshop_.scope != 0 ? workshop_.scope : store::kMainTenant;
  row.tenant = definition_.kind == Kind::Reseller ? row.id : tenant;
  return {};
}

/// The database refuses rivals by itself; here the operator learns which row it is.
Outcome<void> Resource::check_rivals(const Row& row, std::string_view attempt) {
  for (const model::Unique& unique : definition_.uniques) {
    std::vector<Condition> conditions;
    bool complete = true;
    for (const auto place : unique.places) {
      complete &= unique.null_counts || !store::is_null(row.cells[place]);
      conditions.push_back(Condition::equal(place, row.cells[place]));
    }
    if (!complete) continue;
    const auto rival =
        store().find(definition_.kind, std::move(conditions), unique.within_tenant ? row.tenant : 0);
    if (!rival) return refuse(rival.error());
    if (!*rival || (*rival)->id == row.id) continue;
    const bool seen = workshop_.scope == 0 || (*rival)->tenant == workshop_.scope;
    const auto key = key_of(**rival);
    if (!key) return std::unexpected(key.error());
    const std::string name = dashed(definition_.name);
    const bool is_key = std::ranges::find(unique.places, definition_.key.name) != unique.places.end();
    const std::string known =
        is_key ? fmt::format("{} {} is there already", name, *key)
               : fmt::format("{} {} has this {} already", name, *key, words(definition_, unique));
    return refuse(
        Reason::Conflict, std::string{attempt},
        seen ? known : fmt::format("this {} is taken", words(definition_, unique)),
        seen ? fmt::format("ringfence {} show {}, or choose another", name, *key) : "choose another");
  }
  return {};
}

Outcome<Row> Resource::add(std::string_view key, const Arguments& arguments, Effects& effects,
                           store::Id wanted) {
  const std::string what = attempt(definition_, Verb::Add, key);
  Row row{definition_.kind};
  const auto id = take_id(wanted, what);
  if (!id) return std::unexpected(id.error());
  row.id = *id;
  Outcome<void> done = place_key(row, key);
  if (done) done = place(row, arguments, what);
  if (done) done = join_tenant(row, true, what);
  if (done) done = finish(row, nullptr, arguments, effects);
  if (!done) return std::unexpected(std::move(done.error()));
  if (auto inserted = store().insert(definition_.kind, row); !inserted) {
    return refused(std::move(inserted.error()), row, what);
  }
  if (auto told = tell(row, effects); !told) return std::unexpected(std::move(told.error()));
  return row;
}

Outcome<void> Resource::set(Row& row, const Arguments& arguments, Effects& effects) {
  const auto key = key_of(row);
  if (!key) return std::unexpected(key.error());
  const std::string what = attempt(definition_, Verb::Set, *key);
  const Row before = row;
  Outcome<void> done = place(row, arguments, what);
  if (done) done = join_tenant(row, false, what);
  if (done) done = finish(row, &before, arguments, effects);
  if (!done) return done;
  if (auto updated = store().update(definition_.kind, row); !updated) {
    return refused(std::move(updated.error()), row, what);
  }
  return tell(row, effects);
}

/// What the database refused; of a value that is taken, whose it is. Asking only then spares each import a
/// look at all rows that are alike.
std::unexpected<Refusal> Resource::refused(store::Error error, const Row& row, std::string_view attempt) {
  if (error.cause == store::Cause::Duplicate) {
    if (auto rivals = check_rivals(row, attempt); !rivals) return std::unexpected(std::move(rivals.error()));
  }
  return refuse(std::move(error));
}

/// The next id, or the one that an import wants which puts rows back. One that went far ahead would leave
/// none for those to come.
Outcome<store::Id> Resource::take_id(store::Id wanted, std::string_view attempt) {
  const auto next = store().next_id(definition_.kind);
  if (!next) return refuse(next.error());
  if (wanted == 0 || wanted == *next) return *next;
  std::string why;
  if (workshop_.scope != 0) {
    why = "a reseller does not choose ids";
  } else if (wanted < *next) {
    why = fmt::format("the id {} was given before, and is given once only", wanted);
  } else if (wanted - *next > kMostIdsAhead) {
    why = fmt::format("the id {} is more than {} above the last one", wanted, kMostIdsAhead);
  }
  if (!why.empty()) return refuse(Reason::Conflict, std::string{attempt}, std::move(why), "leave the id out");
  const auto id = store().next_id(definition_.kind, wanted);
  if (!id) return refuse(id.error());
  return *id;
}

Outcome<void> Resource::update(Row& row, Effects& effects) {
  if (auto updated = store().update(definition_.kind, row); !updated)
    return refuse(std::move(updated.error()));
  return tell(row, effects);
}

Outcome<void> Resource::tell(const Row& row, Effects& effects) {
  if (definition_.reach != model::Reach::Calls) return {};
  auto told = change(row);
  if (!told) return std::unexpected(std::move(told.error()));
  effects.changes.push_back(std::move(*told));
  return {};
}

Outcome<void> Resource::remove(const Row& row, Effects& effects) {
  if (auto may = may_remove(row, effects); !may) return may;
  return remove_with_parts(workshop_, definition_, row, effects);
}

Outcome<store::Query> Resource::query(const Arguments& arguments) {
  store::Query query;
  query.tenant = workshop_.scope;
  const std::string what = fmt::format("cannot ls {}", definition_.plural);
  for (std::uint8_t i = 0; i < definition_.fields.size(); ++i) {
    const Field& field = definition_.fields[i];
    const auto given = arguments.find(field.name);
    if (given == arguments.end()) continue;
    if (i == definition_.key.name) {
      query.conditions.push_back(Condition::prefix(i, given->second));
    } else if (field.type != Type::Row || given->second.empty()) {
      query.conditions.push_back(Condition::equal(
          i, given->second.empty() ? store::Value{} : model::value_from(field, given->second)));
    } else {
      const auto found = referred(field, given->second, what);
      if (!found) return std::unexpected(found.error());
      query.conditions.push_back(Condition::equal(i, store::value_of(found->id)));
    }
  }
  return query;
}

Outcome<Cell> Resource::cell(const Row& row, std::size_t place) {
  const Field& field = definition_.fields[place];
  const store::Value& value = row.cells[place];
  const bool is_number = field.type == Type::Integer;
  if (store::is_null(value)) return is_number ? Cell{std::monostate{}} : Cell{std::string{}};
  if (field.type == Type::Flag) return Cell{store::number_of(value) != 0};
  if (is_number) return Cell{store::number_of(value)};
  if (field.type != Type::Row) return Cell{model::to_text(field, value)};
  auto key = workshop_.keys.key_of(field.refers_to, store::id_of(value));
  if (!key) return std::unexpected(std::move(key.error()));
  return Cell{std::move(*key)};
}

Outcome<Record> Resource::show(const Row& row, bool in_list) {
  Record record;
  if (definition_.key.naming != Naming::Numbered) {
    auto key = key_of(row);
    if (!key) return std::unexpected(std::move(key.error()));
    record.add(definition_.name, std::move(*key));
  }
  const auto id = static_cast<std::int64_t>(row.id);
  if (definition_.key.naming == Naming::Numbered) record.add("id", id);
  for (std::size_t i = 0; i < definition_.fields.size(); ++i) {
    if (!is_shown(definition_, i, in_list)) continue;
    auto shown = cell(row, i);
    if (!shown) return std::unexpected(std::move(shown.error()));
    record.add(definition_.fields[i].name, std::move(*shown));
  }
  if (definition_.key.naming != Naming::Numbered) record.add("id", id);
  if (in_list) return record;
  if (workshop_.scope == 0) {
    auto reseller = workshop_.keys.key_of(Kind::Reseller, row.tenant);
    if (!reseller) return std::unexpected(std::move(reseller.error()));
    if (definition_.kind != Kind::Reseller) record.add("reseller", std::move(*reseller));
  }
  if (auto decorated = decorate(row, record); !decorated)
    return std::unexpected(std::move(decorated.error()));
  return record.add("created", model::utc_text(row.created)).add("changed", model::utc_text(row.changed));
}

Outcome<directory::Change> Resource::change(const Row& row) {
  return directory::EntryValues{definition_.kind, row.id, row.tenant, row.cells};
}

Outcome<void> Resource::finish(Row&, const Row*, const Arguments&, Effects&) {
  return {};
}
Outcome<void> Resource::may_remove(const Row&, Effects&) {
  return {};
}
Outcome<void> Resource::decorate(const Row&, Record&) {
  return {};
}

}  // namespace ringfence::provisioning
