// SPDX-License-Identifier: Apache-2.0
// Checking credentials: does this request prove that its sender knows the account's password?
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "auth/nonce.h"
#include "auth/policy.h"
#include "base/address.h"
#include "base/random.h"
#include "base/time.h"
#include "crypto/hash.h"
#include "directory/records.h"
#include "sip/digest.h"
#include "sip/message.h"

namespace ringfence::auth {

/// The credentials that are meant for us: Digest, with our realm, an algorithm we offer. A request may carry
/// others for other realms (RFC 3261 §22.3) and one per algorithm (RFC 8760 §2.4); the first that fits
/// counts. Views into the message.
///
/// `username` keeps its backslashes, if any: undo them with plain_username() before the look-up.
[[nodiscard]] std::optional<sip::Credentials> find_credentials(const sip::Message& request,
                                                               sip::HeaderId header, std::string_view realm,
                                                               const DigestPolicy& policy);

/// The user name that credentials stand for, quoted pairs undone (RFC 3261 §25.1). `buffer` is used only when
/// there are any; nullopt when the name does not fit, and then no account has it.
[[nodiscard]] std::optional<std::string_view> plain_username(std::string_view username,
                                                             std::span<char> buffer);

/// The request that the credentials came with.
struct DigestRequest {
  std::string_view method;
  std::string_view uri;  ///< Request-URI
  std::string_view body;
  std::string_view realm;
  base::IpAddress source;
  base::WallTime now;
};

enum class DigestOutcome : std::uint8_t {
  Accepted,   ///< right; now let the NonceCounts of the account's shard see `nonce` and `nc`
  Challenge,  ///< not as we asked for it (algorithm, qop, nc): challenge again
  Stale,      ///< the nonce is old, foreign or from elsewhere: challenge with stale=true; not a failure
  WrongUri,   ///< the digest is about another target than the request: 400 (RFC 7616 §3.4.6); not a failure
  WrongPassword,  ///< also for unknown users: challenge again and count a failure
};

struct DigestResult {
  DigestOutcome outcome = DigestOutcome::Challenge;
  NonceId nonce;  ///< set for Accepted and WrongPassword: both are proof that our nonce reached the source
  std::uint32_t nc = 0;  ///< 0: without qop
};

/// Const and without allocation: one for the process serves all shards.
class DigestVerifier {
 public:
  /// The references outlive the verifier.
  DigestVerifier(const DigestPolicy& policy, const NonceMint& mint, base::Random& random);

  /// @param account  nullptr for an unknown user. Everything that can be seen from outside, time included, is
  /// as
  ///                 for an account with a wrong password.
  [[nodiscard]] DigestResult check(const sip::Credentials& credentials, const DigestRequest& request,
                                   const directory::Subscriber* account) const;

 private:
  [[nodiscard]] base::Bytes ha1_of(const directory::Subscriber* account, crypto::HashKind kind) const;

  const DigestPolicy& policy_;
  const NonceMint& mint_;
  std::array<std::byte, crypto::kLongestHash> nobody_;  // HA1 of those who do not exist
};

/// May credentials with this `uri` parameter stand for this Request-URI? Equal or equivalent, or to the same
/// user on another host: proxies and ALGs on the way rewrite hosts (RFC 3261 §22.4, 8), but another user
/// would be another call.
[[nodiscard]] bool uri_corresponds(std::string_view digest_uri, std::string_view request_uri);

}  // namespace ringfence::auth
