// SPDX-License-Identifier: Apache-2.0
// Inbound: what we know of a received message, written once into its packet's annex and carried to the owner
// shard.
#pragma once

#include <cstdint>
#include <type_traits>

#include "net/packet.h"
#include "sip/message.h"
#include "transport/branch.h"

namespace ringfence::transport {

/// What a request's token says about the call it claims to belong to (DESIGN §4).
enum class Membership : std::uint8_t {
  None,    ///< it shows no token of ours
  Proven,  ///< a valid token names `call_handle`
  Forged,  ///< a token in our form that we did not make
};

struct Inbound {
  sip::MessageIndex index;        ///< offsets into the packet's bytes: moves with it, never rebuilt
  BranchId branch;                ///< of a response: the client transaction it names
  std::uint64_t call_handle = 0;  ///< set by Ownership with `membership`
  Membership membership = Membership::None;

  /// Of the transaction layer: what it matched a request by (server_key.h), made once however often it is
  /// asked for.
  std::uint64_t fingerprint_high = 0;
  std::uint64_t fingerprint_low = 0;
  bool fingerprinted = false;
  bool rfc2543 = false;

  /// The annex of a fresh packet. The index is left for parse() to fill: it writes all that it later reads.
  [[nodiscard]] static Inbound& begin(const net::PacketRef& packet) {
    Inbound& inbound = packet->annex<Inbound>();
    inbound.branch = {};
    inbound.call_handle = 0;
    inbound.membership = Membership::None;
    inbound.fingerprinted = false;
    return inbound;
  }
  /// The annex of a packet that Transport delivered.
  [[nodiscard]] static Inbound& of(const net::PacketRef& packet) { return packet->annex<Inbound>(); }
};
static_assert(std::is_trivially_copyable_v<Inbound> && sizeof(Inbound) <= net::kAnnexBytes);

/// The message of a packet that Transport delivered; it views the packet's bytes and annex.
[[nodiscard]] inline sip::Message message_of(const net::PacketRef& packet) {
  return sip::Message{packet.text(), Inbound::of(packet).index};
}

}  // namespace ringfence::transport
