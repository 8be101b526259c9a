// SPDX-License-Identifier: Apache-2.0
// To-tags of stateless answers (RFC 3261 §8.2.7): a MAC of the request, so that a retransmission gets the
// same tag and an ACK that brings one back proves that its sender receives what we send to its address.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <string_view>

#include "base/address.h"
#include "base/bytes.h"
#include "base/time.h"
#include "crypto/mac.h"
#include "sip/message.h"

namespace ringfence::transport {

/// Makes and recognises such tags. Immutable: one per process, any shard.
class StatelessTags {
 public:
  static constexpr std::size_t kSize = 16;  ///< characters of a tag: 80 bits in base32
  /// A tag proves only that the address was reachable a while ago, so the MAC takes in the hour; the hour
  /// before is still recognised. A retransmission that straddles the hour gets another tag, which its client
  /// transaction absorbs.
  static constexpr base::Nanos kEpoch = std::chrono::hours{1};

  using Tag = std::array<char, kSize>;

  /// @param key  32 random bytes
  explicit StatelessTags(base::Bytes key) : key_{key} {}

  /// The tag for answering `request` from `source`: the same for an INVITE, its CANCEL and its
  /// retransmissions (§9.2).
  [[nodiscard]] Tag tag_for(const sip::Message& request, const base::IpAddress& source,
                            base::MonoTime now) const;

  /// True when the To-tag of `ack` is the one we gave to the INVITE it acknowledges, in an answer to
  /// `source`.
  [[nodiscard]] bool is_ours(const sip::Message& ack, const base::IpAddress& source,
                             base::MonoTime now) const;

 private:
  [[nodiscard]] Tag tag_in(std::int64_t epoch, const sip::Message& request,
                           const base::IpAddress& source) const;

  crypto::MacKey key_;
};

}  // namespace ringfence::transport
