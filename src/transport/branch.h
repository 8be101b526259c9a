// SPDX-License-Identifier: Apache-2.0
// The branch we write into our Via: it names node, shard and transaction, and nobody else can make one.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/hash.h"

namespace ringfence::transport {

/// What begins every branch of RFC 3261 (§8.1.1.7).
inline constexpr std::string_view kMagicCookie = "z9hG4bK";

/// The content of one of our branches: where its client transaction lives.
struct BranchId {
  static constexpr std::uint32_t kMaxSlot = 0xff'ffff;  ///< 24 bits

  std::uint64_t random = 0;      ///< drawn per transaction; a response must repeat it
  std::uint32_t slot = 0;        ///< at most kMaxSlot
  std::uint16_t node = 0;        ///< node.id
  std::uint16_t generation = 0;  ///< low 16 bits of the slot's generation
  std::uint8_t shard = 0;

  friend bool operator==(const BranchId&, const BranchId&) = default;
};

/// Writes and reads branches: the magic cookie, then 20 bytes in base32 (node 2, shard 1, slot 3, generation
/// 2, random 8, check 4). The check is SipHash under a secret of the node, so a stranger who guesses a slot
/// still cannot address it (reference A-33). Immutable after construction: one per process, any shard.
class BranchCodec {
 public:
  static constexpr std::size_t kSize = 7 + 32;

  BranchCodec(const base::HashSeed& secret, std::uint16_t node) : secret_{secret}, node_{node} {}

  /// The node whose branches `write` makes when the caller takes `node()` for BranchId::node.
  [[nodiscard]] std::uint16_t node() const { return node_; }

  /// Writes exactly kSize characters. `id.slot` is at most kMaxSlot.
  void write(std::span<char, kSize> out, const BranchId& id) const;

  /// The content of a branch of ours; nullopt when its form or its check is wrong.
  ///
  /// Compared byte for byte: a response carries our Via unchanged (§8.2.6.2), so another spelling is a
  /// forgery.
  [[nodiscard]] std::optional<BranchId> read(std::string_view branch) const;

 private:
  base::HashSeed secret_;
  std::uint16_t node_;
};

}  // namespace ringfence::transport
