// SPDX-License-Identifier: Apache-2.0
// To-tags of stateless answers (RFC 3261 §8.2.7): a MAC of the request, so that a retransmission gets the same tag and an
// ACK that brings one back proves that its sender receives what we send to its address.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/address.h"
#include "base/hash.h"
#include "base/time.h"
#include "sip/message.h"

namespace ringfence::transport {

/// Makes and recognises such tags. Immutable: one per process, any shard.
class StatelessTags {
 public:
  static constexpr std::size_t kSize = 16;  ///< characters of a tag (hexadecimal)
  /// A tag proves only that the address was reachable a while ago: the MAC takes in the hour, and the hour before is
  /// still recognised. A retransmission that straddles the hour gets another tag, which its client transaction absorbs.
  static constexpr base::Nanos kEpoch = std::chrono::hours{1};

  using Tag = std::array<char, kSize>;

  explicit StatelessTags(const base::HashSeed& secret) : secret_{secret} {}

  /// The tag for answering `request` from `source`. The same for an INVITE, its CANCEL and its retransmissions.
  [[nodiscard]] Tag tag_for(const sip::Message& request, const base::IpAddress& source, base::MonoTime now) const;

  /// True when the To-tag of `request` (an ACK) is the one we gave to the INVITE it acknowledges, sent to `source`.
  [[nodiscard]] bool is_ours(const sip::Message& request, const base::IpAddress& source, base::MonoTime now) const;

 private:
  [[nodiscard]] std::uint64_t mac(const sip::Message& request, const base::IpAddress& source, std::uint64_t epoch) const;

  base::HashSeed secret_;
};

}  // namespace ringfence::transport
