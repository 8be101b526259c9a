// SPDX-License-Identifier: Apache-2.0
// Administrators.
#include "provisioning/admins.h"

#include <fmt/format.h>

#include "crypto/password_hash.h"
#include "model/roles.h"

namespace ringfence::provisioning {

using model::AdminField;
using store::Row;

/// Whoever sees one reseller neither makes nor touches who sees all of them.
Outcome<void> Admins::check_role(const Row& row, std::string_view what) const {
  const bool sees_all = store::text_of(row[AdminField::Role]) == model::kRoles[0].name;
  if (!sees_all || (workshop_.scope == 0 && row.tenant == store::kMainTenant)) return {};
  return refuse(Reason::NotAllowed,
                fmt::format("cannot {} administrator {}", what, store::text_of(row[AdminField::Login])),
                "the role system sees every reseller, and is given and taken by who does",
                "choose another role, or leave --reseller out");
}

Outcome<void> Admins::may_remove(const Row& row, Effects&) {
  return check_role(row, "rm");
}

Outcome<void> Admins::finish(Row& row, const Row* before, const Arguments& arguments, Effects& effects) {
  const auto login = store::text_of(row[AdminField::Login]);
  const std::string_view what = before == nullptr ? "add" : "set";
  if (auto may = check_role(row, what); !may) return may;
  if (auto may = before != nullptr ? check_role(*before, what) : Outcome<void>{}; !may) return may;
  std::string password{value_in(arguments, "password")};
  if (password.empty() && before != nullptr) return {};
  if (password.empty()) {
    password = make_password(workshop_.random);
    effects.extra.add("password", password);
    effects.notes.emplace_back("the password is shown this once; only its hash is stored");
  } else if (const std::string weakness = weakness_of(workshop_.passwords, login, password);
             !weakness.empty()) {
    return refuse(Reason::NotAllowed, fmt::format("cannot set the password of administrator {}", login),
                  fmt::format("the password is weak: {}", weakness),
                  "leave --password out and one is made up");
  }
  auto hash = crypto::hash_password(password);
  if (!hash) {
    return refuse(Reason::Failed, fmt::format("cannot set the password of administrator {}", login),
                  "there was no memory to hash it", "try again when the machine has 64 MiB to spare");
  }
  row[AdminField::Password] = std::move(*hash);
  return {};
}

}  // namespace ringfence::provisioning
