// SPDX-License-Identifier: Apache-2.0
// Administrators.
#include "provisioning/admins.h"

#include <fmt/format.h>

#include "crypto/password_hash.h"
#include "model/roles.h"

namespace ringfence::provisioning {

using model::AdminField;
using store::Row;

Outcome<void> Admins::finish(Row& row, const Row* before, const Arguments& arguments, Effects& effects) {
  const auto login = store::text_of(row[AdminField::Login]);
  const bool is_system = store::text_of(row[AdminField::Role]) == model::kRoles[0].name;
  if (is_system && row.tenant != store::kMainTenant) {
    return refuse(Reason::NotAllowed, fmt::format("cannot give administrator {} the role system", login),
                  "it would see every reseller", "choose another role, or leave --reseller out");
  }
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
