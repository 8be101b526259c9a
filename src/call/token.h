// SPDX-License-Identifier: Apache-2.0
// The Record-Route token: a call's handle, sealed. It proves membership of the call, not a destination.
#pragma once

#include <array>
#include <optional>
#include <string_view>
#include <vector>

#include "call/handle.h"
#include "crypto/key_ring.h"
#include "crypto/siv.h"

namespace ringfence::call {

/// Seals and opens tokens. One per shard: it keeps cipher state. No allocation after construction.
///
/// Sealing is deterministic (RFC 5297), so one call has one token and a retransmission carries the same
/// bytes. A ring with several keys opens with each, newest first: rotation adds a key, it does not end calls.
class TokenSealer {
 public:
  /// base64url of 8 bytes of handle and 16 bytes of synthetic IV.
  static constexpr std::size_t kTokenSize = 32;
  using Token = std::array<char, kTokenSize>;

  explicit TokenSealer(const crypto::KeyRing& keys);

  [[nodiscard]] Token seal(Handle handle) const;
  /// nullopt: not a token of ours. Says nothing about whether the call still lives.
  [[nodiscard]] std::optional<Handle> open(std::string_view token) const;

 private:
  std::vector<crypto::Siv> ciphers_;  // newest first
};

}  // namespace ringfence::call
