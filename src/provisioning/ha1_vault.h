// SPDX-License-Identifier: Apache-2.0
// Ha1Vault: HA1s as they go to disk and come back. The key lies beside the database, never in it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/random.h"
#include "crypto/aead.h"
#include "directory/records.h"
#include "store/row.h"

namespace ringfence::provisioning {

/// All HA1s of a password. The password itself is never kept.
[[nodiscard]] directory::Ha1Set ha1_of(std::string_view username, std::string_view realm,
                                       std::string_view password);

/// One thread.
class Ha1Vault {
 public:
  /// @param random  outlives the vault
  Ha1Vault(crypto::Key key, base::Random& random) : key_{std::move(key)}, random_{random} {}

  /// Puts the HA1s, sealed, into the row, whose id must be known: a seal holds for this row and algorithm
  /// alone.
  void seal_into(store::Row& subscriber, const directory::Ha1Set& ha1);
  /// nullopt: the key is another one, or the row was tampered with.
  [[nodiscard]] std::optional<directory::Ha1Set> open(const store::Row& subscriber) const;

  /// A secret preference as it is stored, in hexadecimal digits; it opens in its own row alone.
  [[nodiscard]] std::string seal_text(store::Id preference, std::string_view plain);
  /// nullopt: the key is another one, or the row was tampered with.
  [[nodiscard]] std::optional<std::string> open_text(store::Id preference, std::string_view sealed) const;

 private:
  crypto::Key key_;
  base::Random& random_;
};

/// "MD5 SHA-256": what the row has, without opening it.
[[nodiscard]] std::string algorithms_in(const store::Row& subscriber);

}  // namespace ringfence::provisioning
