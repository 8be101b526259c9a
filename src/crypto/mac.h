// SPDX-License-Identifier: Apache-2.0
// HMAC-SHA-256 (RFC 2104) with the key absorbed once.
#pragma once

#include <openssl/sha.h>

#include <array>
#include <cstddef>
#include <initializer_list>

#include "base/bytes.h"

namespace ringfence::crypto {

using Mac = std::array<std::byte, 32>;

/// A key that makes and checks tags. The tags do not depend on where the parts are cut: give each part a
/// fixed length or a length in front of it. No allocation; const use from any thread.
class MacKey {
 public:
  /// @param key  any length; 32 random bytes are right
  explicit MacKey(base::Bytes key);
  MacKey(const MacKey&) = default;
  MacKey& operator=(const MacKey&) = default;
  ~MacKey();  ///< wipes what it absorbed

  [[nodiscard]] Mac mac(std::initializer_list<base::Bytes> parts) const;

  /// Does `tag` (16 to 32 bytes) begin the MAC of the parts? Time depends on lengths alone.
  [[nodiscard]] bool verify(std::initializer_list<base::Bytes> parts, base::Bytes tag) const;

 private:
  SHA256_CTX inner_;  ///< has seen the key; both are copied for each tag
  SHA256_CTX outer_;
};

}  // namespace ringfence::crypto
