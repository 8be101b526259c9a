// SPDX-License-Identifier: Apache-2.0
#include "directory/entry.h"

#include <doctest/doctest.h>

#include <string>

#include "directory/test_values.h"
#include "model/limits.h"
#include "model/places.h"
#include "model/rules.h"

using namespace ringfence;
using namespace ringfence::directory;
using model::NumberField;

namespace {

using Value = model::Value;

/// The same row with another cell.
EntryValues with(EntryValues values, std::size_t place, Value cell) {
  values.cells[place] = std::move(cell);
  return values;
}

/// Something of each type, as large as it may be.
Value fullest(const model::Field& field) {
  switch (field.type) {
    case model::Type::Flag:
    case model::Type::Row:
      return std::int64_t{1};
    case model::Type::Integer:
    case model::Type::Decimal:
    case model::Type::Time:
      return field.most;
    case model::Type::Choice:
      return std::string{field.choices.back()};
    case model::Type::Text:
    case model::Type::Blob:
      break;
  }
  return std::string(field.rule == model::check_long_text ? model::kMaxListText : model::kMaxText, 'x');
}

}  // namespace

TEST_CASE("an entry of every kind gives back what it was made of, be its cells full or null") {
  int kinds = 0;
  for (const model::Definition& definition : model::definitions()) {
    if (!is_entry_kind(definition.kind)) continue;
    CAPTURE(definition.name);
    EntryValues full{definition.kind, 7, 3, {}};
    EntryValues bare = test::entry(definition.kind, 8);
    for (const model::Field& field : definition.fields) full.cells.push_back(fullest(field));
    for (const EntryValues& values : {full, bare}) {
      REQUIRE(fits(values));
      const auto entry = Entry::make(values);
      CHECK(entry->values() == values);
      CHECK(entry->kind() == definition.kind);
    }
    ++kinds;
  }
  CHECK(kinds > 20);
}

TEST_CASE("code reads an entry by the places of its fields") {
  const auto number = Entry::make(test::alias(5, "43123", 9, true));
  CHECK(number->text(NumberField::Number) == "43123");
  CHECK(number->row(NumberField::Subscriber) == 9);
  CHECK(number->flag(NumberField::Device));
  CHECK_FALSE(number->is_null(NumberField::Device));

  const auto customer = Entry::make(test::stateful(Kind::Customer, 6, model::State::Terminated));
  CHECK(customer->choice(model::CustomerField::State) == 2);

  const auto ban = Entry::make(test::entry(Kind::Ban, 7, {{"target", std::string{"192.0.2.1"}}}));
  CHECK(ban->is_null(model::BanField::Until));
  CHECK(ban->integer(model::BanField::Until) == 0);
  CHECK(ban->text(model::BanField::Reason).empty());
  CHECK(ban->text(model::SubscriberField::Ha1Sha512_256).empty());  // a place it does not have
  CHECK(ban->is_null(model::SubscriberField::Ha1Sha512_256));
}

TEST_CASE(
    "cells fit only when all are there, each of its type, within bounds, and none is null that must not be") {
  const EntryValues rule = test::rewrite_rule(1, 2, 3);
  REQUIRE(fits(rule));
  const auto place = [](std::string_view name) {
    const auto& definition = model::definition(Kind::RewriteRule);
    return static_cast<std::size_t>(model::find_field(definition, name) - definition.fields.data());
  };
  EntryValues shorter = rule;
  shorter.cells.pop_back();
  EntryValues longer = rule;
  longer.cells.emplace_back();
  EntryValues another = rule;
  another.kind = Kind::Number;
  const Value long_text{std::in_place_type<std::string>, 256, 'x'};
  for (const EntryValues& wrong :
       {shorter, longer, another, with(rule, place("rewrite_set"), {}),
        with(rule, place("rewrite_set"), std::int64_t{0}), with(rule, place("rewrite_set"), std::string{"2"}),
        with(rule, place("priority"), std::string{"3"}), with(rule, place("priority"), std::int64_t{-1}),
        with(rule, place("priority"), std::int64_t{1'000'001}),
        with(rule, place("direction"), std::string{"up"}), with(rule, place("direction"), std::int64_t{0}),
        with(rule, place("enabled"), std::int64_t{2}), with(rule, place("pattern"), std::int64_t{1}),
        with(rule, place("pattern"), long_text)}) {
    CHECK_FALSE(fits(wrong));
  }
  CHECK(fits(with(rule, place("description"), {})));
}

TEST_CASE("kinds with a record of their own, and those that calls do not read, are no entries") {
  for (const Kind kind :
       {Kind::Domain, Kind::Subscriber, Kind::Peer, Kind::Contact, Kind::Admin, Kind::None}) {
    CHECK_FALSE(is_entry_kind(kind));
    CHECK_FALSE(fits({kind, 1, 1, {}}));
  }
}
