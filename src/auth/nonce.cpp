// SPDX-License-Identifier: Apache-2.0
// Making and checking nonces.
#include "auth/nonce.h"

#include <algorithm>
#include <cstring>

#include "base/assert.h"
#include "base/encoding.h"
#include "base/secret.h"

namespace ringfence::auth {
namespace {

constexpr std::uint8_t kVersion = 1;
constexpr std::size_t kTimeBytes = 6;
constexpr std::size_t kRandomAt = 2 + kTimeBytes;
constexpr std::size_t kHead = kRandomAt + 8;
constexpr std::size_t kTag = 16;
constexpr std::size_t kRaw = kHead + kTag;
static_assert(base::base64url_size(kRaw) == kNonceSize);

using Raw = std::array<std::byte, kRaw>;

constexpr std::size_t kPrefixBytesV4 = 12 + 3;  // of the mapped form
constexpr std::size_t kPrefixBytesV6 = 7;

/// The part of a source that counts; the rest is zero, so that the MAC always covers 16 bytes.
base::IpAddress::Raw bound_part(const base::IpAddress& source, NonceBinding binding) {
  base::IpAddress::Raw part{};
  const std::size_t bytes = binding == NonceBinding::None      ? 0
                            : binding == NonceBinding::Address ? part.size()
                            : source.is_v4()                   ? kPrefixBytesV4
                                                               : kPrefixBytesV6;
  std::copy_n(source.raw().begin(), bytes, part.begin());
  return part;
}

void put_time(base::MutableBytes out, base::WallTime time) {
  const auto ms = static_cast<std::uint64_t>(time.time_since_epoch().count());
  for (std::size_t i = 0; i < kTimeBytes; ++i)
    out[i] = static_cast<std::byte>(ms >> (8 * (kTimeBytes - 1 - i)));
}

base::WallTime get_time(base::Bytes in) {
  std::int64_t ms = 0;
  for (std::size_t i = 0; i < kTimeBytes; ++i) ms = ms << 8 | std::to_integer<std::int64_t>(in[i]);
  return base::WallTime{std::chrono::milliseconds{ms}};
}

std::uint64_t get_random(base::Bytes in) {
  std::uint64_t value = 0;
  std::memcpy(&value, in.data(), sizeof value);
  return value;
}

}  // namespace

NonceMint::NonceMint(const crypto::KeyRing& keys, NonceBinding binding, std::chrono::seconds lifetime)
    : binding_{binding}, lifetime_{lifetime} {
  const auto& entries = keys.entries();
  for (auto entry = entries.rbegin(); entry != entries.rend() && keys_.size() < kMaxKeys; ++entry) {
    keys_.push_back(
        {static_cast<std::uint8_t>(entry->id), crypto::MacKey{entry->key.reveal()}});  // HMAC's key
  }
  RF_ASSERT(!keys_.empty());
}

const NonceMint::Entry* NonceMint::find(std::uint8_t id) const {
  const auto entry =
      std::find_if(keys_.begin(), keys_.end(), [&](const Entry& candidate) { return candidate.id == id; });
  return entry != keys_.end() ? &*entry : nullptr;
}

/// Head and source have fixed sizes and the realm comes last, so the parts cannot be cut in another way.
crypto::Mac NonceMint::tag(const Entry& entry, base::Bytes head, std::string_view realm,
                           const base::IpAddress& source) const {
  const auto part = bound_part(source, binding_);
  return entry.key.mac({head, std::as_bytes(std::span(part)), base::as_bytes(realm)});
}

NonceText NonceMint::make(std::string_view realm, const base::IpAddress& source, base::WallTime now,
                          base::Random& random) const {
  const Entry& entry = keys_.front();
  Raw raw{};
  const base::MutableBytes bytes{raw};
  raw[0] = std::byte{kVersion};
  raw[1] = std::byte{entry.id};
  put_time(bytes.subspan(2), now);
  random.fill(bytes.subspan(kRandomAt, kHead - kRandomAt));
  const crypto::Mac mac = tag(entry, bytes.first(kHead), realm, source);
  std::copy_n(mac.begin(), kTag, raw.begin() + kHead);

  NonceText text{};
  base::encode_base64url(raw, text);
  return text;
}

NonceCheck NonceMint::check(std::string_view nonce, std::string_view realm, const base::IpAddress& source,
                            base::WallTime now) const {
  Raw raw{};
  if (nonce.size() != kNonceSize || !base::decode_base64url(nonce, raw)) return {};
  if (raw[0] != std::byte{kVersion}) return {};
  const Entry* entry = find(std::to_integer<std::uint8_t>(raw[1]));
  if (entry == nullptr) return {};
  const base::Bytes bytes{raw};
  const crypto::Mac right = tag(*entry, bytes.first(kHead), realm, source);
  if (!base::equal_in_constant_time(base::Bytes{right}.first(kTag), bytes.last(kTag))) return {};

  const NonceId id{get_random(bytes.subspan(kRandomAt)), get_time(bytes.subspan(2))};
  const bool fresh = id.issued + lifetime_ >= now && id.issued <= now + kClockSlack;
  return {fresh ? NonceState::Fresh : NonceState::Stale, id};
}

}  // namespace ringfence::auth
