// SPDX-License-Identifier: Apache-2.0
// XChaCha20-Poly1305 on libsodium.
#include "crypto/aead.h"

#include <sodium/core.h>
#include <sodium/crypto_aead_xchacha20poly1305.h>

#include "base/assert.h"

namespace ringfence::crypto {
namespace {

constexpr std::size_t kNonce = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
static_assert(kAeadOverhead == kNonce + crypto_aead_xchacha20poly1305_ietf_ABYTES);
static_assert(sizeof(Key) == crypto_aead_xchacha20poly1305_ietf_KEYBYTES);

unsigned char* raw(std::byte* bytes) {
  return reinterpret_cast<unsigned char*>(bytes);
}
const unsigned char* raw(const std::byte* bytes) {
  return reinterpret_cast<const unsigned char*>(bytes);
}
const unsigned char* raw(const Key& key) {
  return raw(key.reveal().data());
}  // libsodium needs the bytes

/// Lets libsodium pick the fast code for this processor; once.
void start_sodium() {
  static const bool started = sodium_init() >= 0;
  RF_ASSERT(started);
}

}  // namespace

std::vector<std::byte> aead_seal(const Key& key, base::Random& random, base::Bytes associated,
                                 base::Bytes plain) {
  start_sodium();
  std::vector<std::byte> out(plain.size() + kAeadOverhead);
  random.fill(base::MutableBytes{out}.first(kNonce));
  crypto_aead_xchacha20poly1305_ietf_encrypt(raw(out.data() + kNonce), nullptr, raw(plain.data()),
                                             plain.size(), raw(associated.data()), associated.size(), nullptr,
                                             raw(out.data()), raw(key));
  return out;
}

std::optional<std::vector<std::byte>> aead_open(const Key& key, base::Bytes associated, base::Bytes sealed) {
  start_sodium();
  if (sealed.size() < kAeadOverhead) return std::nullopt;
  std::vector<std::byte> plain(sealed.size() - kAeadOverhead);
  const base::Bytes text = sealed.subspan(kNonce);
  const int error = crypto_aead_xchacha20poly1305_ietf_decrypt(
      raw(plain.data()), nullptr, nullptr, raw(text.data()), text.size(), raw(associated.data()),
      associated.size(), raw(sealed.data()), raw(key));
  if (error != 0) return std::nullopt;
  return plain;
}

}  // namespace ringfence::crypto
