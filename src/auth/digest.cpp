// SPDX-License-Identifier: Apache-2.0
// The hashes of RFC 7616 §3.4.1 to §3.4.3, on the stack.
#include "auth/digest.h"

#include <array>
#include <cstddef>

#include "base/encoding.h"
#include "base/secret.h"

namespace ringfence::auth {
namespace {

using crypto::hash;
using crypto::HashKind;
using crypto::HashValue;

struct AlgorithmRow {
  HashKind kind;
  sip::DigestAlgorithm algorithm;
};
constexpr auto kAlgorithms = std::to_array<AlgorithmRow>({
    {HashKind::Md5, sip::DigestAlgorithm::Md5},
    {HashKind::Sha256, sip::DigestAlgorithm::Sha256},
    {HashKind::Sha512_256, sip::DigestAlgorithm::Sha512_256},
});

/// A hash in the lower-case hexadecimal that further hashes want.
class Hex {
 public:
  explicit Hex(base::Bytes bytes) : size_{base::encode_hex(bytes, text_)} {}
  [[nodiscard]] std::string_view view() const { return {text_.data(), size_}; }

 private:
  std::array<char, base::hex_size(crypto::kLongestHash)> text_;
  std::size_t size_;
};

/// H(A2), RFC 7616 §3.4.3.
HashValue hash_of_request(const DigestInput& input) {
  if (input.qop != sip::DigestQop::AuthInt) return hash(input.kind, {input.method, ":", input.uri});
  const HashValue body = hash(input.kind, {input.body});
  return hash(input.kind, {input.method, ":", input.uri, ":", Hex{body.bytes()}.view()});
}

}  // namespace

std::optional<HashKind> hash_kind_of(sip::DigestAlgorithm algorithm) {
  for (const AlgorithmRow& row : kAlgorithms) {
    if (row.algorithm == algorithm) return row.kind;
  }
  return std::nullopt;
}

sip::DigestAlgorithm algorithm_of(HashKind kind) {
  return kAlgorithms[static_cast<std::size_t>(kind)].algorithm;
}

HashValue digest_response(const DigestInput& input) {
  const Hex ha1{input.ha1};
  const HashValue a2 = hash_of_request(input);
  const Hex ha2{a2.bytes()};
  if (input.qop == sip::DigestQop::None) {
    return hash(input.kind, {ha1.view(), ":", input.nonce, ":", ha2.view()});
  }
  return hash(input.kind, {ha1.view(), ":", input.nonce, ":", input.nc, ":", input.cnonce, ":",
                           name_of(input.qop), ":", ha2.view()});
}

bool spells(std::string_view text, const HashValue& expected) {
  std::array<std::byte, crypto::kLongestHash> bytes{};
  const auto size = base::decode_hex(text, bytes);
  return size && base::equal_in_constant_time(base::Bytes{bytes}.first(*size), expected.bytes());
}

}  // namespace ringfence::auth
