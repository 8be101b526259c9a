// SPDX-License-Identifier: Apache-2.0
// HMAC-SHA-256 on libsodium, whose state lives on the stack.
#include "crypto/mac.h"

#include <sodium/utils.h>

#include "base/assert.h"
#include "base/secret.h"

namespace ringfence::crypto {
namespace {

constexpr std::size_t kShortestTag = 16;  // 128 bits: DESIGN.md §4; shorter tags invite guessing

}  // namespace

MacKey::MacKey(base::Bytes key) {
  crypto_auth_hmacsha256_init(&absorbed_, reinterpret_cast<const unsigned char*>(key.data()), key.size());
}

MacKey::~MacKey() {
  sodium_memzero(&absorbed_, sizeof absorbed_);
}

Mac MacKey::mac(std::initializer_list<base::Bytes> parts) const {
  crypto_auth_hmacsha256_state state = absorbed_;
  for (const base::Bytes part : parts) {
    crypto_auth_hmacsha256_update(&state, reinterpret_cast<const unsigned char*>(part.data()), part.size());
  }
  Mac tag{};
  crypto_auth_hmacsha256_final(&state, reinterpret_cast<unsigned char*>(tag.data()));
  sodium_memzero(&state, sizeof state);
  return tag;
}

bool MacKey::verify(std::initializer_list<base::Bytes> parts, base::Bytes tag) const {
  const Mac right = mac(parts);
  RF_ASSERT(tag.size() >= kShortestTag && tag.size() <= right.size());
  return base::equal_in_constant_time(base::Bytes{right}.first(tag.size()), tag);
}

}  // namespace ringfence::crypto
