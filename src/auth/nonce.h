// SPDX-License-Identifier: Apache-2.0
// Stateless nonces: they carry their time and a MAC, so that a challenge costs no memory.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "auth/policy.h"
#include "base/address.h"
#include "base/random.h"
#include "base/time.h"
#include "crypto/key_ring.h"
#include "crypto/mac.h"

namespace ringfence::auth {

/// base64url of: version (1) | key id (1) | milliseconds since 1970 (6) | random (8) | HMAC-SHA-256-128 (16).
inline constexpr std::size_t kNonceSize = 43;
using NonceText = std::array<char, kNonceSize>;

/// Tells one nonce from every other, for counting its uses.
struct NonceId {
  std::uint64_t random = 0;
  base::WallTime issued{};
  friend bool operator==(const NonceId&, const NonceId&) = default;
};

enum class NonceState : std::uint8_t {
  Fresh,
  Stale,    ///< ours, for this realm and source, but too old (or from a clock that has been set back)
  Foreign,  ///< not ours, changed, for another realm or another source: answered like Stale, never counted as
            ///< a failure
};

struct NonceCheck {
  NonceState state = NonceState::Foreign;
  NonceId id;  ///< set unless Foreign
};

/// Makes and checks nonces. Const and without allocation: one for the process serves all shards.
class NonceMint {
 public:
  static constexpr std::size_t kMaxKeys =
      4;  ///< the newest of the ring; older ones cannot be in use any more
  /// A clock may have been set back this far since the nonce was made.
  static constexpr std::chrono::seconds kClockSlack{30};

  NonceMint(const crypto::KeyRing& keys, NonceBinding binding, std::chrono::seconds lifetime);

  [[nodiscard]] NonceText make(std::string_view realm, const base::IpAddress& source, base::WallTime now,
                               base::Random& random) const;
  [[nodiscard]] NonceCheck check(std::string_view nonce, std::string_view realm,
                                 const base::IpAddress& source, base::WallTime now) const;
  [[nodiscard]] std::chrono::seconds lifetime() const { return lifetime_; }

 private:
  struct Entry {
    std::uint8_t id;
    crypto::MacKey key;
  };
  [[nodiscard]] crypto::Mac tag(const Entry& entry, base::Bytes head, std::string_view realm,
                                const base::IpAddress& source) const;
  [[nodiscard]] const Entry* find(std::uint8_t id) const;

  std::vector<Entry> keys_;  // newest first
  NonceBinding binding_;
  std::chrono::seconds lifetime_;
};

}  // namespace ringfence::auth
