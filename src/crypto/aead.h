// SPDX-License-Identifier: Apache-2.0
// XChaCha20-Poly1305 for secrets at rest: 24-byte random nonces, so that one key may seal any number of rows.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <vector>

#include "base/bytes.h"
#include "base/random.h"
#include "base/secret.h"

namespace ringfence::crypto {

using Key = base::Secret<std::array<std::byte, 32>>;

/// nonce (24) | sealed text | tag (16).
inline constexpr std::size_t kAeadOverhead = 40;

/// Seals `plain`. Two seals of one text differ. Allocates its result: not for the packet path.
/// @param associated  authenticated but not carried, for example the row's id: a sealed value cannot move
/// elsewhere
[[nodiscard]] std::vector<std::byte> aead_seal(const Key& key, base::Random& random, base::Bytes associated,
                                               base::Bytes plain);

/// Undoes aead_seal(); nullopt when the key, the associated data or any bit differs.
[[nodiscard]] std::optional<std::vector<std::byte>> aead_open(const Key& key, base::Bytes associated,
                                                              base::Bytes sealed);

}  // namespace ringfence::crypto
