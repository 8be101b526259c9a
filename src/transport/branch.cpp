// SPDX-License-Identifier: Apache-2.0
// The bytes of a branch and their check.
#include "transport/branch.h"

#include <algorithm>

#include "base/assert.h"
#include "base/encoding.h"
#include "base/secret.h"

namespace ringfence::transport {

namespace {

// 2 node, 1 shard, 3 slot, 2 generation, 8 random, 4 check; most significant byte first.
constexpr std::size_t kBodyBytes = 16;
constexpr std::size_t kCheckBytes = 4;
using Raw = std::array<std::byte, kBodyBytes + kCheckBytes>;
static_assert(kMagicCookie.size() + base::base32_size(std::tuple_size_v<Raw>) == BranchCodec::kSize);

template <std::size_t Size>
void put(std::span<std::byte, Size> out, std::uint64_t value) {
  for (std::size_t i = Size; i-- > 0; value >>= 8) out[i] = static_cast<std::byte>(value & 0xff);
}

template <std::size_t Size>
std::uint64_t get(std::span<const std::byte, Size> in) {
  std::uint64_t value = 0;
  for (const std::byte byte : in) value = value << 8 | std::to_integer<std::uint64_t>(byte);
  return value;
}

std::uint64_t check_of(const base::HashSeed& secret, const Raw& raw) {
  return base::hash_bytes(secret, std::span(raw).first<kBodyBytes>()) >> 32;
}

}  // namespace

void BranchCodec::write(std::span<char, kSize> out, const BranchId& id) const {
  RF_ASSERT(id.slot <= BranchId::kMaxSlot);
  Raw raw;
  const std::span bytes(raw);
  put(bytes.subspan<0, 2>(), id.node);
  put(bytes.subspan<2, 1>(), id.shard);
  put(bytes.subspan<3, 3>(), id.slot);
  put(bytes.subspan<6, 2>(), id.generation);
  put(bytes.subspan<8, 8>(), id.random);
  put(bytes.subspan<16, 4>(), check_of(secret_, raw));
  std::ranges::copy(kMagicCookie, out.begin());
  base::encode_base32(raw, out.subspan(kMagicCookie.size()));
}

std::optional<BranchId> BranchCodec::read(std::string_view branch) const {
  if (branch.size() != kSize || !branch.starts_with(kMagicCookie)) return std::nullopt;
  Raw raw;
  if (base::decode_base32(branch.substr(kMagicCookie.size()), raw) != raw.size()) return std::nullopt;

  const std::span<const std::byte, kBodyBytes + kCheckBytes> bytes(raw);
  std::array<std::byte, kCheckBytes> expected;
  put(std::span(expected), check_of(secret_, raw));
  if (!base::equal_in_constant_time(bytes.last<kCheckBytes>(), expected)) return std::nullopt;
  return BranchId{.random = get(bytes.subspan<8, 8>()),
                  .slot = static_cast<std::uint32_t>(get(bytes.subspan<3, 3>())),
                  .node = static_cast<std::uint16_t>(get(bytes.subspan<0, 2>())),
                  .generation = static_cast<std::uint16_t>(get(bytes.subspan<6, 2>())),
                  .shard = static_cast<std::uint8_t>(get(bytes.subspan<2, 1>()))};
}

}  // namespace ringfence::transport
