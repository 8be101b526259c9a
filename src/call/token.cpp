// SPDX-License-Identifier: Apache-2.0
// Sealing a handle into 32 characters, and back.
#include "call/token.h"

#include <cstring>
#include <ranges>

#include "base/assert.h"
#include "base/encoding.h"

namespace ringfence::call {
namespace {

constexpr std::size_t kPlain = sizeof(std::uint64_t);
constexpr std::size_t kSealed = kPlain + crypto::Siv::kOverhead;
// What the token is for is authenticated: a sealed value made for another purpose under the same key does not
// open.
constexpr std::string_view kPurpose = "record-route";

}  // namespace

TokenSealer::TokenSealer(const crypto::KeyRing& keys) {
  for (const auto& entry : keys.entries() | std::views::reverse) {
    ciphers_.emplace_back(std::as_bytes(std::span(entry.key.reveal())));
  }
}

TokenSealer::Token TokenSealer::seal(Handle handle) const {
  std::array<std::byte, kSealed> sealed;
  ciphers_.front().seal({base::as_bytes(kPurpose)}, std::as_bytes(std::span(&handle.value, 1)), sealed);
  Token token;
  const auto written = base::encode_base64url(sealed, token);
  RF_ASSERT(written == kTokenSize);
  return token;
}

std::optional<Handle> TokenSealer::open(std::string_view token) const {
  if (token.size() != kTokenSize) return std::nullopt;
  std::array<std::byte, kSealed> sealed;
  if (base::decode_base64url(token, sealed) != kSealed) return std::nullopt;
  for (const auto& cipher : ciphers_) {
    std::array<std::byte, kPlain> plain;
    if (!cipher.open({base::as_bytes(kPurpose)}, sealed, plain)) continue;
    Handle handle;
    std::memcpy(&handle.value, plain.data(), kPlain);
    return handle;
  }
  return std::nullopt;
}

}  // namespace ringfence::call
