// SPDX-License-Identifier: Apache-2.0
// HA1, what a server keeps instead of a password: H(username ":" realm ":" password) (RFC 7616 §3.4.2).
#pragma once

#include <string_view>

#include "crypto/hash.h"

namespace ringfence::crypto {

/// As good as the password within its realm: seal it before it goes to disk. No allocation.
[[nodiscard]] inline HashValue ha1(HashKind kind, std::string_view username, std::string_view realm,
                                   std::string_view password) {
  return hash(kind, {username, ":", realm, ":", password});
}

}  // namespace ringfence::crypto
