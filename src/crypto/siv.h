// SPDX-License-Identifier: Apache-2.0
// AES-SIV (RFC 5297): deterministic sealing of short tokens on the packet path, without allocation.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>

#include "base/bytes.h"

struct evp_cipher_ctx_st;

namespace ringfence::crypto {

/// Equal input gives equal output: that is wanted (a token is stable over retransmissions) and all that
/// leaks. Sealed text is 16 bytes longer than plain text. An object belongs to one thread; make one per shard
/// from the same key.
class Siv {
 public:
  static constexpr std::size_t kOverhead = 16;
  static constexpr std::size_t kMaxAssociated = 126;  ///< RFC 5297 §7

  /// @param key  32 bytes (AES-128-SIV) or 64 (AES-256-SIV); another size is a broken promise
  explicit Siv(base::Bytes key);
  Siv(Siv&&) noexcept;
  Siv& operator=(Siv&&) noexcept;
  ~Siv();

  /// Writes the 16-byte synthetic IV and the sealed text.
  /// @param associated  authenticated but not carried; the cuts between the items count
  /// @param out  exactly plain.size() + kOverhead bytes, not overlapping `plain`
  void seal(std::initializer_list<base::Bytes> associated, base::Bytes plain, base::MutableBytes out) const;

  /// Undoes seal(). On false `plain` holds zeros.
  /// @param plain  exactly sealed.size() - kOverhead bytes, not overlapping `sealed`
  [[nodiscard]] bool open(std::initializer_list<base::Bytes> associated, base::Bytes sealed,
                          base::MutableBytes plain) const;

 private:
  using Block = std::array<std::uint8_t, 16>;
  struct FreeContext {
    void operator()(evp_cipher_ctx_st* context) const;
  };
  using Context = std::unique_ptr<evp_cipher_ctx_st, FreeContext>;

  static Context aes_context(base::Bytes key);
  Block cmac(base::Bytes text, const Block& mixed_into_end = {}) const;
  Block s2v(std::initializer_list<base::Bytes> associated, base::Bytes plain) const;
  void crypt(const Block& iv, base::Bytes in, base::MutableBytes out) const;

  Context mac_;           // AES under the first half of the key: S2V
  Context cipher_;        // AES under the second half: CTR
  Block cmac_whole_{};    // RFC 4493 subkey K1, for a last block that is complete
  Block cmac_partial_{};  // K2, for one that was padded
};

}  // namespace ringfence::crypto
