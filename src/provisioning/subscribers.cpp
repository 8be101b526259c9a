// SPDX-License-Identifier: Apache-2.0
// Subscribers.
#include "provisioning/subscribers.h"

#include <fmt/format.h>

#include <array>

#include "base/assert.h"
#include "base/encoding.h"
#include "model/rules.h"
#include "provisioning/numbers.h"

namespace ringfence::provisioning {
namespace {

using model::CustomerField;
using model::SubscriberField;
using store::Condition;
using store::Row;

struct HashField {
  crypto::HashKind kind;
  std::string_view name;
};
constexpr auto kHashFields = std::to_array<HashField>({
    {crypto::HashKind::Md5, "ha1_md5"},
    {crypto::HashKind::Sha256, "ha1_sha256"},
    {crypto::HashKind::Sha512_256, "ha1_sha512_256"},
});

/// HA1s that were given in place of a password; empty when none was.
directory::Ha1Set given_hashes(const Arguments& arguments) {
  directory::Ha1Set set;
  for (const HashField& field : kHashFields) {
    const auto text = value_in(arguments, field.name);
    std::array<std::byte, crypto::kLongestHash> bytes{};
    const auto size = text.empty() ? std::nullopt : base::decode_hex(text, bytes);
    if (size == crypto::size_of(field.kind)) set.set(field.kind, base::Bytes{bytes}.first(*size));
  }
  return set;
}

std::string hex_of(base::Bytes bytes) {
  std::string text(2 * bytes.size(), '0');
  base::encode_hex(bytes, text);
  return text;
}

}  // namespace

std::string make_password(base::Random& random) {
  constexpr std::string_view kAlphabet = "abcdefghijkmnpqrstuvwxyz23456789";
  static_assert(kAlphabet.size() == 32);
  std::string password;
  for (int i = 0; i < 20; ++i) password += kAlphabet[random.below(kAlphabet.size())];
  return password;
}

std::string weakness_of(const PasswordPolicy& policy, std::string_view username, std::string_view password) {
  if (password == username) return "it equals the user name, which is what attackers try first";
  if (password.size() < policy.min_length)
    return fmt::format("it has fewer than {} characters", policy.min_length);
  return {};
}

Outcome<void> Subscribers::check_password_policy(std::string_view key, const Arguments& arguments,
                                                 Effects& effects) const {
  const auto parts = model::split_subscriber(key);
  const std::string weakness =
      weakness_of(workshop_.passwords, parts ? parts->user : key, value_in(arguments, "password"));
  if (weakness.empty() || value_in(arguments, "allow_weak_password") == "yes") return {};
  if (workshop_.passwords.refuse_weak) {
    return refuse(Reason::NotAllowed, fmt::format("cannot set the password of subscriber {}", key),
                  fmt::format("the password is weak: {}", weakness),
                  "leave --password out and one is made up, or add --allow-weak-password");
  }
  effects.notes.push_back(fmt::format("the password of {} is weak: {}", key, weakness));
  return {};
}

/// A customer may have a highest number of subscribers.
Outcome<void> Subscribers::check_room(const Row& row, const Row* before, std::string_view key) {
  const auto& customer = row[SubscriberField::Customer];
  if (store::is_null(customer) || (before != nullptr && (*before)[SubscriberField::Customer] == customer))
    return {};
  const auto owner = store().get(Kind::Customer, store::id_of(customer));
  if (!owner) return refuse(owner.error());
  if (!*owner || store::is_null((**owner)[CustomerField::MaxSubscribers])) return {};
  const auto [known, is_new] = workshop_.subscribers_of.try_emplace((*owner)->id);
  if (is_new) {
    const auto count =
        store().count(Kind::Subscriber, {Condition::equal(SubscriberField::Customer, customer)});
    if (!count) return refuse(count.error());
    known->second = *count;
  }
  const auto most = store::number_of((**owner)[CustomerField::MaxSubscribers]);
  if (static_cast<std::int64_t>(known->second) < most) {
    ++known->second;
    return {};
  }
  const auto name = store::text_of((**owner)[CustomerField::Name]);
  return refuse(Reason::Conflict, fmt::format("cannot give subscriber {} to customer {}", key, name),
                fmt::format("it has {} subscribers, and may have no more", known->second),
                fmt::format("ringfence customer set {} --max-subscribers N", name));
}

Outcome<void> Subscribers::take_credentials(Row& row, bool is_new, std::string_view key,
                                            const Arguments& arguments, Effects& effects) {
  const auto parts = model::split_subscriber(key);
  RF_ASSERT(parts);
  if (auto hashes = given_hashes(arguments); !hashes.empty() && !arguments.contains("password")) {
    workshop_.vault.seal_into(row, hashes);
    return {};
  }
  std::string password{value_in(arguments, "password")};
  if (password.empty() && !is_new) return {};
  if (password.empty()) {
    password = make_password(workshop_.random);
    effects.extra.add("password", password);
    effects.notes.emplace_back("the password is shown this once; it is not stored");
  } else if (auto allowed = check_password_policy(key, arguments, effects); !allowed) {
    return allowed;
  }
  workshop_.vault.seal_into(row, ha1_of(parts->user, parts->domain, password));
  return {};
}

Outcome<void> Subscribers::finish(Row& row, const Row* before, const Arguments& arguments, Effects& effects) {
  const auto key = key_of(row);
  if (!key) return std::unexpected(key.error());
  const auto number = store::text_of(row[SubscriberField::Number]);
  const std::string what = fmt::format("cannot give subscriber {} the number {}", *key, number);
  Outcome<void> done = check_number_free(workshop_, what, number, Kind::Subscriber, row.id);
  if (done) done = check_room(row, before, *key);
  return done ? take_credentials(row, before == nullptr, *key, arguments, effects) : done;
}

Outcome<void> Subscribers::decorate(const Row& row, Record& record) {
  record.add("algorithms", algorithms_in(row));
  return {};
}

Outcome<void> Subscribers::show_secrets(const Row& row, Record& record) {
  const auto hashes = workshop_.vault.open(row);
  for (const HashField& field : kHashFields) {
    record.add(field.name, hashes ? hex_of(hashes->get(field.kind)) : std::string{});
  }
  return {};
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
      store::id_of(row[SubscriberField::Domain]),
      model::state_named(store::text_of(row[SubscriberField::State])).value_or(model::State::Locked),
      std::string{store::text_of(row[SubscriberField::Username])},
      std::string{store::text_of(row[SubscriberField::Number])},
      std::move(*ha1),
      store::id_of(row[SubscriberField::Customer])};
}

}  // namespace ringfence::provisioning
