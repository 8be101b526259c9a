// SPDX-License-Identifier: Apache-2.0
// Bans.
#include "provisioning/bans.h"

#include <fmt/format.h>

#include "model/rules.h"

namespace ringfence::provisioning {

using store::Row;

/// A reseller bans its own accounts, and nobody else's callers.
Outcome<void> Bans::finish(Row& row, const Row*, const Arguments&, Effects&) {
  if (workshop_.scope == 0) return {};
  const auto target = store::text_of(row[model::BanField::Target]);
  const auto account = model::split_subscriber(target);
  if (account) {
    const auto domain = workshop_.keys.find(Kind::Domain, account->domain, workshop_.scope);
    if (!domain) return std::unexpected(domain.error());
    if (*domain) return {};
  }
  return refuse(Reason::NotAllowed, fmt::format("cannot ban {}", target),
                "a reseller bans accounts of its own domains, not what others are called from",
                "leave --reseller out");
}

}  // namespace ringfence::provisioning
