// SPDX-License-Identifier: Apache-2.0
// Subscribers.
#include "provisioning/subscribers.h"

#include <fmt/format.h>

#include <array>

#include "base/assert.h"
#include "base/encoding.h"
#include "provisioning/rules.h"

namespace ringfence::provisioning {
namespace {

using store::Condition;
using store::DomainColumn;
using store::Row;
using store::SubscriberColumn;
using store::TableId;

std::string_view username_in(const Row& row) {
  return store::text_of(row[SubscriberColumn::Username]);
}
std::string_view number_in(const Row& row) {
  return store::text_of(row[SubscriberColumn::Number]);
}
store::Id domain_in(const Row& row) {
  return store::id_of(row[SubscriberColumn::Domain]);
}

/// 100 random bits in letters and digits that nobody misreads on a phone's keypad.
std::string make_password(base::Random& random) {
  constexpr std::string_view kAlphabet = "abcdefghijkmnpqrstuvwxyz23456789";
  static_assert(kAlphabet.size() == 32);
  std::string password;
  for (int i = 0; i < 20; ++i) password += kAlphabet[random.below(kAlphabet.size())];
  return password;
}

}  // namespace

std::string weakness_of(const PasswordPolicy& policy, std::string_view username, std::string_view password) {
  if (password == username) return "it equals the user name, which is what attackers try first";
  if (password.size() < policy.min_length)
    return fmt::format("it has fewer than {} characters", policy.min_length);
  return {};
}

Outcome<std::optional<Row>> Subscribers::find_domain(std::string_view name) {
  auto row = store().find(TableId::Domain, {Condition::equal(DomainColumn::Name, std::string{name})});
  if (!row) return refuse(std::move(row.error()));
  return std::move(*row);
}

Outcome<Row> Subscribers::domain_of(std::string_view subscriber, std::string_view domain) {
  auto row = find_domain(domain);
  if (!row) return std::unexpected(std::move(row.error()));
  if (*row) return std::move(**row);
  return refuse(Reason::NotFound, fmt::format("cannot use subscriber {}", subscriber),
                fmt::format("there is no domain {}", domain), fmt::format("ringfence domain add {}", domain));
}

Outcome<std::string> Subscribers::domain_name(store::Id id) {
  if (last_domain_.first != id) {
    const auto row = store().get(TableId::Domain, id);
    if (!row) return refuse(row.error());
    RF_ASSERT(*row);  // a domain with subscribers stays
    last_domain_ = {id, std::string{store::text_of((**row)[DomainColumn::Name])}};
  }
  return last_domain_.second;
}

Outcome<std::string> Subscribers::key_of(const Row& row) {
  auto domain = domain_name(domain_in(row));
  if (!domain) return domain;
  return fmt::format("{}@{}", username_in(row), *domain);
}

Outcome<std::optional<Row>> Subscribers::find(std::string_view key) {
  const auto parts = split_subscriber(key);
  RF_ASSERT(parts);
  const auto domain = find_domain(parts->domain);
  if (!domain) return std::unexpected(domain.error());
  if (!*domain) return std::optional<Row>{};
  auto row =
      store().find(table(), {Condition::equal(SubscriberColumn::Domain, store::value_of((*domain)->id)),
                             Condition::equal(SubscriberColumn::Username, std::string{parts->user})});
  if (!row) return refuse(std::move(row.error()));
  return std::move(*row);
}

Outcome<void> Subscribers::check_number_free(std::string_view subscriber, std::string_view number,
                                             store::Id except) {
  if (number.empty()) return {};
  const auto holder =
      store().find(table(), {Condition::equal(SubscriberColumn::Number, std::string{number})});
  if (!holder) return refuse(holder.error());
  if (!*holder || (*holder)->id == except) return {};
  const auto name = key_of(**holder);
  if (!name) return std::unexpected(name.error());
  return refuse(Reason::Conflict, fmt::format("cannot give subscriber {} the number {}", subscriber, number),
                fmt::format("{} has it", *name),
                fmt::format("ringfence subscriber set {} --number \"\"", *name));
}

Outcome<void> Subscribers::check_password_policy(std::string_view subscriber, std::string_view username,
                                                 const Arguments& arguments, Effects& effects) const {
  const std::string weakness = weakness_of(workshop_.passwords, username, value_in(arguments, "password"));
  if (weakness.empty() || value_in(arguments, "allow-weak-password") == "true") return {};
  if (workshop_.passwords.refuse_weak) {
    return refuse(Reason::NotAllowed, fmt::format("cannot set the password of subscriber {}", subscriber),
                  fmt::format("the password is weak: {}", weakness),
                  "leave --password out and one is made up, or add --allow-weak-password");
  }
  effects.notes.push_back(fmt::format("the password of {} is weak: {}", subscriber, weakness));
  return {};
}

Outcome<Row> Subscribers::insert_values(const Values& values, Effects& effects) {
  Row row{table()};
  const auto id = store().next_id(table());
  if (!id) return refuse(id.error());
  row.id = *id;
  row[SubscriberColumn::Domain] = store::value_of(values.domain);
  row[SubscriberColumn::Username] = values.username;
  row[SubscriberColumn::Number] = store::text_or_null(values.number);
  row[SubscriberColumn::State] = values.state;
  workshop_.vault.seal_into(row, values.ha1);
  if (auto inserted = store().insert(table(), row); !inserted) return refuse(std::move(inserted.error()));
  effects.changes.emplace_back(directory::SubscriberValues{
      row.id, row.tenant, values.domain, state_named(values.state).value_or(directory::State::Active),
      values.username, values.number, values.ha1});
  return row;
}

Outcome<Row> Subscribers::add(std::string_view key, const Arguments& arguments, Effects& effects) {
  const auto parts = split_subscriber(key);
  RF_ASSERT(parts);
  const auto domain = domain_of(key, parts->domain);
  if (!domain) return std::unexpected(domain.error());
  const auto number = value_in(arguments, "number");
  if (auto is_free = check_number_free(key, number, 0); !is_free) {
    return std::unexpected(std::move(is_free.error()));
  }
  std::string password{value_in(arguments, "password")};
  if (password.empty()) {
    password = make_password(workshop_.random);
    effects.extra.add("password", password);
    effects.notes.emplace_back("the password is shown this once; it is not stored");
  } else if (auto allowed = check_password_policy(key, parts->user, arguments, effects); !allowed) {
    return std::unexpected(std::move(allowed.error()));
  }
  const auto state = value_in(arguments, "state");
  return insert_values({domain->id, std::string{parts->user}, std::string{number},
                        std::string{state.empty() ? name_of(directory::State::Active) : state},
                        ha1_of(parts->user, parts->domain, password)},
                       effects);
}

Outcome<void> Subscribers::set(Row& row, const Arguments& arguments, Effects& effects) {
  const auto key = key_of(row);
  if (!key) return std::unexpected(key.error());
  if (arguments.contains("number")) {
    const auto number = value_in(arguments, "number");
    if (auto is_free = check_number_free(*key, number, row.id); !is_free) return is_free;
    row[SubscriberColumn::Number] = store::text_or_null(number);
  }
  if (arguments.contains("state")) row[SubscriberColumn::State] = std::string{value_in(arguments, "state")};
  if (arguments.contains("password")) {
    if (auto allowed = check_password_policy(*key, username_in(row), arguments, effects); !allowed)
      return allowed;
    const auto realm = domain_name(domain_in(row));
    if (!realm) return std::unexpected(realm.error());
    workshop_.vault.seal_into(row, ha1_of(username_in(row), *realm, value_in(arguments, "password")));
  }
  return update(row, effects);
}

Outcome<void> Subscribers::remove(const Row& row, Effects& effects) {
  return Resource::remove(directory::Kind::Subscriber, row.id, effects);
}

Outcome<store::Query> Subscribers::query(const Arguments& arguments) {
  store::Query query;
  for (const auto& [name, value] : arguments) {
    if (name == "domain") {
      const auto domain = find_domain(value);
      if (!domain) return std::unexpected(domain.error());
      if (!*domain) {
        return refuse(Reason::NotFound, "cannot ls subscribers", fmt::format("there is no domain {}", value),
                      "ringfence domain ls");
      }
      query.conditions.push_back(Condition::equal(SubscriberColumn::Domain, store::value_of((*domain)->id)));
    } else if (name == "user") {
      query.conditions.push_back(Condition::prefix(SubscriberColumn::Username, value));
    } else if (name == "number") {
      query.conditions.push_back(Condition::equal(SubscriberColumn::Number, store::text_or_null(value)));
    } else if (name == "state") {
      query.conditions.push_back(Condition::equal(SubscriberColumn::State, value));
    }
  }
  return query;
}

Outcome<Record> Subscribers::show(const Row& row, bool) {
  auto key = key_of(row);
  if (!key) return std::unexpected(std::move(key.error()));
  return Record{}
      .add("subscriber", std::move(*key))
      .add("number", std::string{number_in(row)})
      .add("state", std::string{store::text_of(row[SubscriberColumn::State])})
      .add("id", static_cast<std::int64_t>(row.id))
      .add("algorithms", algorithms_in(row))
      .add("created", utc_text(row.created))
      .add("changed", utc_text(row.changed));
}

Outcome<directory::Change> Subscribers::change(const Row& row) {
  auto ha1 = workshop_.vault.open(row);
  if (!ha1) {
    return refuse(Reason::Failed, fmt::format("cannot read the credentials of subscriber {}", row.id),
                  "keys/ha1.key is not the key they were sealed with, or the row was tampered with",
                  "put back the key that belongs to this database");
  }
  return directory::SubscriberValues{
      row.id,
      row.tenant,
      domain_in(row),
      state_named(store::text_of(row[SubscriberColumn::State])).value_or(directory::State::Locked),
      std::string{username_in(row)},
      std::string{number_in(row)},
      std::move(*ha1)};
}

}  // namespace ringfence::provisioning
