// SPDX-License-Identifier: Apache-2.0
#include "crypto/password_hash.h"

#include <doctest/doctest.h>

using namespace ringfence::crypto;

TEST_CASE("a password is known by its hash, and nothing else is") {
  const auto hash = hash_password("correct horse");
  REQUIRE(hash);
  CHECK(hash->starts_with("$argon2id$"));
  CHECK(hash->find("horse") == std::string::npos);
  CHECK(verify_password(*hash, "correct horse"));
  CHECK_FALSE(verify_password(*hash, "correct horsf"));
  CHECK_FALSE(verify_password(*hash, ""));
  CHECK(hash_password("correct horse") != hash);  // its own salt
}

TEST_CASE("what is no hash verifies nothing") {
  CHECK_FALSE(verify_password("", ""));
  CHECK_FALSE(verify_password("$argon2id$", "x"));
  CHECK_FALSE(verify_password(std::string(1000, 'x'), "x"));
}
