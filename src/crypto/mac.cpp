// SPDX-License-Identifier: Apache-2.0
// HMAC-SHA-256 on OpenSSL's plain SHA-256, which uses the processor's SHA instructions and keeps its state
// where we put it (docs/decisions/0007).
#define OPENSSL_SUPPRESS_DEPRECATED
#include "crypto/mac.h"

#include <openssl/crypto.h>

#include <algorithm>

#include "base/assert.h"
#include "base/secret.h"

namespace ringfence::crypto {
namespace {

constexpr std::size_t kShortestTag = 16;  // 128 bits; shorter tags invite guessing

using Block = std::array<std::byte, SHA256_CBLOCK>;

/// A hash that has seen the key with `pad` over each of its bytes (RFC 2104 §2).
SHA256_CTX padded(const Block& key, std::byte pad) {
  Block block = key;
  for (std::byte& byte : block) byte ^= pad;
  SHA256_CTX state;
  SHA256_Init(&state);
  SHA256_Update(&state, block.data(), block.size());
  OPENSSL_cleanse(block.data(), block.size());
  return state;
}

unsigned char* raw(Mac& mac) {
  return reinterpret_cast<unsigned char*>(mac.data());
}

}  // namespace

MacKey::MacKey(base::Bytes key) {
  Block block{};
  if (key.size() > block.size()) {
    SHA256(reinterpret_cast<const unsigned char*>(key.data()), key.size(),
           reinterpret_cast<unsigned char*>(block.data()));
  } else {
    std::ranges::copy(key, block.begin());
  }
  inner_ = padded(block, std::byte{0x36});
  outer_ = padded(block, std::byte{0x5c});
  OPENSSL_cleanse(block.data(), block.size());
}

MacKey::~MacKey() {
  OPENSSL_cleanse(&inner_, sizeof inner_);
  OPENSSL_cleanse(&outer_, sizeof outer_);
}

Mac MacKey::mac(std::initializer_list<base::Bytes> parts) const {
  Mac tag{};
  SHA256_CTX state = inner_;
  for (const base::Bytes part : parts) SHA256_Update(&state, part.data(), part.size());
  SHA256_Final(raw(tag), &state);
  state = outer_;
  SHA256_Update(&state, tag.data(), tag.size());
  SHA256_Final(raw(tag), &state);
  OPENSSL_cleanse(&state, sizeof state);
  return tag;
}

bool MacKey::verify(std::initializer_list<base::Bytes> parts, base::Bytes tag) const {
  const Mac right = mac(parts);
  RF_ASSERT(tag.size() >= kShortestTag && tag.size() <= right.size());
  return base::equal_in_constant_time(base::Bytes{right}.first(tag.size()), tag);
}

}  // namespace ringfence::crypto
