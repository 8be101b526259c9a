// SPDX-License-Identifier: Apache-2.0
// What the kinds of rows are worked on with, and what a request leaves for later.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "directory/change.h"
#include "provisioning/ha1_vault.h"
#include "provisioning/keys.h"
#include "provisioning/record.h"

namespace ringfence::provisioning {

/// What is taken for a weak password, and whether it is only remarked upon.
struct PasswordPolicy {
  std::size_t min_length = 8;
  bool refuse_weak = false;
};

struct Workshop {
  store::Store& store;
  Ha1Vault vault;
  base::Random& random;
  PasswordPolicy passwords;
  Keys keys{store};
  std::map<store::Id, std::uint64_t> subscribers_of{};  ///< by customer, as counted and added in this request
  store::Id scope = 0;  ///< the tenant whose rows the request that is served can see; 0: all
};

/// What the shards must learn once a request is committed, and what the operator should know.
struct Effects {
  std::vector<directory::Change> changes;
  std::vector<std::string> notes;
  Record extra;  ///< shown once, stored nowhere
};

/// 100 random bits in letters and digits that nobody misreads on a phone's keypad.
[[nodiscard]] std::string make_password(base::Random& random);

/// Why a password would soon be guessed; empty when it would not.
[[nodiscard]] std::string weakness_of(const PasswordPolicy& policy, std::string_view username,
                                      std::string_view password);

}  // namespace ringfence::provisioning
