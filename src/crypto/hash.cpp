// SPDX-License-Identifier: Apache-2.0
// The hashes, on OpenSSL's plain functions: its EVP interface allocates for each hash (docs/decisions/0004).
#define OPENSSL_SUPPRESS_DEPRECATED
#include "crypto/hash.h"

#include <openssl/crypto.h>
#include <openssl/md5.h>
#include <openssl/sha.h>

#include <algorithm>

namespace ringfence::crypto {
namespace {

unsigned char* raw(base::MutableBytes bytes) {
  return reinterpret_cast<unsigned char*>(bytes.data());
}

/// SHA-512/256 is SHA-512 cut to 32 bytes, from an initial value of its own (FIPS 180-4 §5.3.6.2).
int init_sha512_256(SHA512_CTX* context) {
  static constexpr std::array<SHA_LONG64, 8> kInitial = {
      0x2231'2194'fc2b'f72c, 0x9f55'5fa3'c84c'64c2, 0x2393'b86b'6f53'b151, 0x9638'7719'5940'eabd,
      0x9628'3ee2'a88e'ffe3, 0xbe5e'1e25'5386'3992, 0x2b01'99fc'2c85'b8aa, 0x0eb7'2ddc'81c5'2ca2,
  };
  *context = {};
  std::copy(kInitial.begin(), kInitial.end(), context->h);
  context->md_len = SHA256_DIGEST_LENGTH;
  return 1;
}

template <class Context, auto Init, auto Update, auto Final>
void run(std::initializer_list<std::string_view> parts, base::MutableBytes out) {
  Context context;
  Init(&context);
  for (const std::string_view part : parts) Update(&context, part.data(), part.size());
  Final(raw(out), &context);
  OPENSSL_cleanse(&context, sizeof context);  // it has seen passwords
}

using Run = void (*)(std::initializer_list<std::string_view>, base::MutableBytes);

constexpr std::array<Run, kHashKinds> kRuns = {
    run<MD5_CTX, MD5_Init, MD5_Update, MD5_Final>,
    run<SHA256_CTX, SHA256_Init, SHA256_Update, SHA256_Final>,
    run<SHA512_CTX, init_sha512_256, SHA512_Update, SHA512_Final>,
};

}  // namespace

HashValue hash(HashKind kind, std::initializer_list<std::string_view> parts) {
  HashValue value{kind};
  kRuns[static_cast<std::size_t>(kind)](parts, value.bytes());
  return value;
}

std::array<std::byte, 32> sha256(base::Bytes bytes) {
  std::array<std::byte, 32> value{};
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), raw(value));
  return value;
}

}  // namespace ringfence::crypto
