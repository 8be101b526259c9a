// SPDX-License-Identifier: Apache-2.0
// Domains.
#include "provisioning/domains.h"

#include <fmt/format.h>

#include "base/address.h"

namespace ringfence::provisioning {

using store::DomainField;
using store::Row;

/// A domain that is an address may be the platform's own, at which everybody's phones call.
Outcome<void> Domains::finish(Row& row, const Row* before, const Arguments&, Effects&) {
  const auto name = store::text_of(row[DomainField::Name]);
  if (workshop_.scope == 0 || before != nullptr || !base::IpAddress::parse(name)) return {};
  return refuse(Reason::NotAllowed, fmt::format("cannot add domain {}", name),
                "a reseller's domain has a name: an address may be everybody's", "leave --reseller out");
}

Outcome<void> Domains::decorate(const Row& row, Record& record) {
  const auto count = store().count(
      Kind::Subscriber, {store::Condition::equal(store::SubscriberField::Domain, store::value_of(row.id))});
  if (!count) return refuse(count.error());
  record.add("subscribers", static_cast<std::int64_t>(*count));
  return {};
}

Outcome<directory::Change> Domains::change(const Row& row) {
  const auto state = model::state_named(store::text_of(row[DomainField::State]));
  return directory::Domain{row.id, row.tenant, std::string{store::text_of(row[DomainField::Name])},
                           state.value_or(model::State::Locked),
                           std::string{store::text_of(row[DomainField::Zone])}};
}

}  // namespace ringfence::provisioning
