// SPDX-License-Identifier: Apache-2.0
// S2V and CTR of RFC 5297 over one AES block at a time: OpenSSL's own SIV mode allocates for each message
// (docs/decisions/0004). AES itself, with the processor's instructions, stays OpenSSL's.
#include "crypto/siv.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <algorithm>
#include <cstring>

#include "base/assert.h"
#include "base/secret.h"

namespace ringfence::crypto {
namespace {

constexpr std::size_t kBlock = 16;
using Block = std::array<std::uint8_t, kBlock>;

void mix(Block& into, const Block& from) {
  for (std::size_t i = 0; i < kBlock; ++i) into[i] ^= from[i];
}

/// Multiplication by x in GF(2^128), without a branch on the secret (RFC 5297 §2.3).
Block doubled(const Block& block) {
  Block out{};
  unsigned carry = block[0] >> 7;
  const unsigned reduction = 0x87U & (0U - carry);
  for (std::size_t i = kBlock; i-- > 0;) {
    const unsigned wide = (static_cast<unsigned>(block[i]) << 1) | (i + 1 < kBlock ? block[i + 1] >> 7 : 0U);
    out[i] = static_cast<std::uint8_t>(wide);
  }
  out[kBlock - 1] ^= static_cast<std::uint8_t>(reduction);
  return out;
}

/// At most kBlock bytes; a shorter piece is followed by one bit and zeros.
Block padded(base::Bytes piece) {
  Block out{};
  if (!piece.empty()) std::memcpy(out.data(), piece.data(), piece.size());
  if (piece.size() < kBlock) out[piece.size()] = 0x80;
  return out;
}

void encrypt(evp_cipher_ctx_st* context, std::uint8_t* out, const std::uint8_t* in, std::size_t bytes) {
  int written = 0;
  RF_ASSERT(EVP_EncryptUpdate(context, out, &written, in, static_cast<int>(bytes)) == 1);
}

Block encrypted(evp_cipher_ctx_st* context, const Block& block) {
  Block out{};
  encrypt(context, out.data(), block.data(), kBlock);
  return out;
}

}  // namespace

void Siv::FreeContext::operator()(evp_cipher_ctx_st* context) const {
  EVP_CIPHER_CTX_free(context);
}

Siv::Context Siv::aes_context(base::Bytes key) {
  const EVP_CIPHER* aes = key.size() == kBlock ? EVP_aes_128_ecb() : EVP_aes_256_ecb();
  Context context{EVP_CIPHER_CTX_new()};
  RF_ASSERT(context != nullptr);
  RF_ASSERT(EVP_EncryptInit_ex(context.get(), aes, nullptr,
                               reinterpret_cast<const unsigned char*>(key.data()), nullptr) == 1);
  EVP_CIPHER_CTX_set_padding(context.get(), 0);
  return context;
}

Siv::Siv(base::Bytes key) {
  RF_ASSERT(key.size() == 32 || key.size() == 64);
  mac_ = aes_context(key.first(key.size() / 2));
  cipher_ = aes_context(key.last(key.size() / 2));
  cmac_whole_ = doubled(encrypted(mac_.get(), Block{}));
  cmac_partial_ = doubled(cmac_whole_);
}

Siv::Siv(Siv&&) noexcept = default;
Siv& Siv::operator=(Siv&&) noexcept = default;

Siv::~Siv() {
  OPENSSL_cleanse(cmac_whole_.data(), kBlock);
  OPENSSL_cleanse(cmac_partial_.data(), kBlock);
}

/// RFC 4493; `mixed_into_end` changes the text's last 16 bytes on the way (the "xorend" of RFC 5297 §2.1), so
/// that a long text needs no copy. Zeros change nothing, and a shorter text takes nothing else.
Siv::Block Siv::cmac(base::Bytes text, const Block& mixed_into_end) const {
  const std::size_t end_begins = text.size() - std::min(kBlock, text.size());
  const auto mixed_byte = [&](std::size_t at, std::uint8_t byte) {
    return at >= end_begins ? static_cast<std::uint8_t>(byte ^ mixed_into_end[at - end_begins]) : byte;
  };

  Block chain{};
  std::size_t at = 0;
  while (text.size() - at > kBlock) {
    for (std::size_t i = 0; i < kBlock; ++i, ++at) {
      chain[i] ^= mixed_byte(at, std::to_integer<std::uint8_t>(text[at]));
    }
    chain = encrypted(mac_.get(), chain);
  }

  Block last = padded(text.subspan(at));
  for (std::size_t i = 0; at + i < text.size(); ++i) last[i] = mixed_byte(at + i, last[i]);
  mix(last, text.size() - at == kBlock ? cmac_whole_ : cmac_partial_);
  mix(chain, last);
  return encrypted(mac_.get(), chain);
}

/// RFC 5297 §2.4.
Siv::Block Siv::s2v(std::initializer_list<base::Bytes> associated, base::Bytes plain) const {
  RF_ASSERT(associated.size() <= kMaxAssociated);
  constexpr std::array<std::byte, kBlock> kZero{};
  Block sum = cmac(kZero);
  for (const base::Bytes item : associated) {
    sum = doubled(sum);
    mix(sum, cmac(item));
  }
  if (plain.size() >= kBlock) return cmac(plain, sum);
  Block last = doubled(sum);
  mix(last, padded(plain));
  return cmac(std::as_bytes(std::span(last)));
}

/// CTR mode from the synthetic IV (RFC 5297 §2.5): two bits of the IV are cleared, the rest counts up.
void Siv::crypt(const Block& iv, base::Bytes in, base::MutableBytes out) const {
  Block counter = iv;
  counter[8] &= 0x7f;
  counter[12] &= 0x7f;
  for (std::size_t at = 0; at < in.size(); at += kBlock) {
    const Block stream = encrypted(cipher_.get(), counter);
    const std::size_t count = std::min(kBlock, in.size() - at);
    for (std::size_t i = 0; i < count; ++i) out[at + i] = in[at + i] ^ std::byte{stream[i]};
    for (std::size_t i = kBlock; i-- > 0;) {
      if (++counter[i] != 0) break;  // no carry
    }
  }
}

void Siv::seal(std::initializer_list<base::Bytes> associated, base::Bytes plain,
               base::MutableBytes out) const {
  RF_ASSERT(out.size() == plain.size() + kOverhead);
  const Block iv = s2v(associated, plain);
  std::memcpy(out.data(), iv.data(), kBlock);
  crypt(iv, plain, out.subspan(kOverhead));
}

bool Siv::open(std::initializer_list<base::Bytes> associated, base::Bytes sealed,
               base::MutableBytes plain) const {
  RF_ASSERT(sealed.size() == plain.size() + kOverhead);
  Block iv{};
  std::memcpy(iv.data(), sealed.data(), kBlock);
  crypt(iv, sealed.subspan(kOverhead), plain);
  const Block right = s2v(associated, plain);
  if (base::equal_in_constant_time(std::as_bytes(std::span(right)), std::as_bytes(std::span(iv))))
    return true;
  std::fill(plain.begin(), plain.end(), std::byte{0});  // nobody may act on text that was not ours
  return false;
}

}  // namespace ringfence::crypto
