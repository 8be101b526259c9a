// SPDX-License-Identifier: Apache-2.0
// libsodium's crypto_pwhash_str.
#include "crypto/password_hash.h"

#include <sodium.h>

#include <array>
#include <cstring>

namespace ringfence::crypto {

std::optional<std::string> hash_password(std::string_view password) {
  std::array<char, crypto_pwhash_STRBYTES> hash{};
  const bool hashed =
      ::sodium_init() >= 0 &&
      ::crypto_pwhash_str(hash.data(), password.data(), password.size(), crypto_pwhash_OPSLIMIT_INTERACTIVE,
                          crypto_pwhash_MEMLIMIT_INTERACTIVE) == 0;
  return hashed ? std::optional{std::string{hash.data()}} : std::nullopt;
}

bool verify_password(const std::string& hash, std::string_view password) {
  if (hash.size() >= crypto_pwhash_STRBYTES || ::sodium_init() < 0) return false;
  std::array<char, crypto_pwhash_STRBYTES> whole{};  // the library reads a fixed size
  std::memcpy(whole.data(), hash.data(), hash.size());
  return ::crypto_pwhash_str_verify(whole.data(), password.data(), password.size()) == 0;
}

}  // namespace ringfence::crypto
