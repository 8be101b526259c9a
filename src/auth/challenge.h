// SPDX-License-Identifier: Apache-2.0
// Challenges: the WWW-Authenticate and Proxy-Authenticate values of a 401 or 407.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string_view>

#include "auth/nonce.h"
#include "auth/policy.h"
#include "base/address.h"
#include "base/random.h"
#include "base/time.h"
#include "sip/header_table.h"

namespace ringfence::auth {

/// As a registrar or end point (401) or as a proxy (407) (RFC 3261 §22.2, §22.3).
enum class AuthRole : std::uint8_t { Server, Proxy };

struct AuthRoleInfo {
  AuthRole role;
  std::uint16_t status;
  std::string_view reason;
  sip::HeaderId challenge;
  std::string_view challenge_name;
  sip::HeaderId credentials;
};
inline constexpr auto kAuthRoles = std::to_array<AuthRoleInfo>({
    {AuthRole::Server, 401, "Unauthorized", sip::HeaderId::WwwAuthenticate, "WWW-Authenticate",
     sip::HeaderId::Authorization},
    {AuthRole::Proxy, 407, "Proxy Authentication Required", sip::HeaderId::ProxyAuthenticate,
     "Proxy-Authenticate", sip::HeaderId::ProxyAuthorization},
});
[[nodiscard]] constexpr const AuthRoleInfo& info_of(AuthRole role) {
  return kAuthRoles[static_cast<std::size_t>(role)];
}

struct ChallengeRequest {
  AuthRole role = AuthRole::Server;
  std::string_view realm;  ///< a domain name of ours: no quote, no backslash, at most 255 characters
  base::IpAddress source;
  base::WallTime now;
  bool stale = false;
  /// Bytes that the header lines may take, names and line ends included. Unlimited for sources that have
  /// proven themselves; for unproven UDP what keeps the answer as small as the request.
  std::size_t budget = std::numeric_limits<std::size_t>::max();
};

/// One header value per algorithm, most preferred first (RFC 8760 §2.3); all carry one nonce.
class Challenges {
 public:
  [[nodiscard]] std::size_t size() const { return count_; }
  [[nodiscard]] std::string_view operator[](std::size_t i) const { return {texts_[i].data(), sizes_[i]}; }
  /// Bytes of the header lines, names and line ends included.
  [[nodiscard]] std::size_t line_bytes() const { return line_bytes_; }

 private:
  friend Challenges make_challenges(const DigestPolicy&, const NonceMint&, base::Random&,
                                    const ChallengeRequest&);
  static constexpr std::size_t kMaxValue = 416;

  std::array<std::array<char, kMaxValue>, crypto::kHashKinds> texts_;
  std::array<std::uint16_t, crypto::kHashKinds> sizes_{};
  std::size_t count_ = 0;
  std::size_t line_bytes_ = 0;
};

/// As many challenges as fit the budget. When not all do, the last configured algorithm is kept before all
/// others: it is the one that every phone knows, and a phone that finds nothing it knows cannot register at
/// all. When none fits, exactly one, written as short as the grammar allows; whether it may still be sent is
/// for the caller's reply budget. Never empty. No allocation.
[[nodiscard]] Challenges make_challenges(const DigestPolicy& policy, const NonceMint& mint,
                                         base::Random& random, const ChallengeRequest& request);

}  // namespace ringfence::auth
