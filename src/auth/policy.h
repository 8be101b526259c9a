// SPDX-License-Identifier: Apache-2.0
// What digest authentication offers: `auth.algorithms` and `auth.qop`, in order of preference.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <vector>

#include "crypto/hash.h"
#include "sip/digest.h"

namespace ringfence::auth {

/// What of a source a nonce is bound to.
enum class NonceBinding : std::uint8_t {
  None,     ///< nothing: a nonce is good from anywhere
  Prefix,   ///< IPv4 /24, IPv6 /56: survives a new address from the same provider's pool
  Address,  ///< the address; not the port, which NAT changes at will
};

/// Immutable after start.
struct DigestPolicy {
  std::vector<crypto::HashKind> algorithms = {crypto::HashKind::Sha256,
                                              crypto::HashKind::Md5};  ///< best first
  std::vector<sip::DigestQop> qops = {sip::DigestQop::Auth};
  NonceBinding nonce_binding = NonceBinding::Address;
  std::chrono::seconds nonce_lifetime{300};

  [[nodiscard]] bool offers(crypto::HashKind kind) const {
    return std::find(algorithms.begin(), algorithms.end(), kind) != algorithms.end();
  }
  [[nodiscard]] bool offers(sip::DigestQop qop) const {
    return std::find(qops.begin(), qops.end(), qop) != qops.end();
  }
};

}  // namespace ringfence::auth
