// SPDX-License-Identifier: Apache-2.0
// The arithmetic of digest authentication: from HA1 and a request to the response that proves them.
#pragma once

#include <optional>
#include <string_view>

#include "base/bytes.h"
#include "crypto/hash.h"
#include "sip/digest.h"

namespace ringfence::auth {

/// The hash behind an algorithm name; nullopt for Unknown and for the "-sess" forms. Those hash the first
/// nonce and cnonce of a session into A1 (RFC 7616 §3.4.2), which a server without sessions cannot know
/// again; they are never offered, and a client may only use what was offered (§3.4).
[[nodiscard]] std::optional<crypto::HashKind> hash_kind_of(sip::DigestAlgorithm algorithm);
[[nodiscard]] sip::DigestAlgorithm algorithm_of(crypto::HashKind kind);

/// What goes into a response (RFC 7616 §3.4.1). Texts as they stand between the quotes.
struct DigestInput {
  crypto::HashKind kind = crypto::HashKind::Md5;
  base::Bytes ha1;  ///< of the size of its kind
  std::string_view method;
  std::string_view uri;  ///< the `uri` parameter, not the Request-URI
  std::string_view nonce;
  std::string_view nc;                        ///< eight hexadecimal digits as written; unused without qop
  std::string_view cnonce;                    ///< unused without qop
  sip::DigestQop qop = sip::DigestQop::None;  ///< None: RFC 2069
  std::string_view body;                      ///< the whole message body; used by auth-int (§3.4.3)
};

/// No allocation, any thread. Time depends on lengths and `qop` alone.
[[nodiscard]] crypto::HashValue digest_response(const DigestInput& input);

/// Does `text` (hexadecimal, either case) spell `expected`? In constant time for a text of the right length.
[[nodiscard]] bool spells(std::string_view text, const crypto::HashValue& expected);

}  // namespace ringfence::auth
