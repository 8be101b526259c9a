// SPDX-License-Identifier: Apache-2.0
// Known answers of the hashes, and a comparison with OpenSSL's EVP interface.
#include "crypto/hash.h"

#include <doctest/doctest.h>
#include <openssl/evp.h>

#include <array>
#include <string>

#include "base/random.h"
#include "crypto/ha1.h"
#include "crypto/test_hex.h"

namespace ringfence::crypto {
namespace {

constexpr std::array<HashKind, kHashKinds> kKinds = {HashKind::Md5, HashKind::Sha256, HashKind::Sha512_256};

std::string hex_of(HashKind kind, std::initializer_list<std::string_view> parts) {
  const HashValue value = hash(kind, parts);
  return to_hex(value.bytes());
}

TEST_CASE("the hashes give the published values of \"abc\" (RFC 1321 §A.5, FIPS 180-4 examples)") {
  CHECK(hex_of(HashKind::Md5, {"abc"}) == "900150983cd24fb0d6963f7d28e17f72");
  CHECK(hex_of(HashKind::Sha256, {"abc"}) ==
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(hex_of(HashKind::Sha512_256, {"abc"}) ==
        "53048e2681941ef99b2e29b76b4c7dabe4c2d0c634fc6d46e0e2f13107e7af23");
  CHECK(to_hex(sha256(base::as_bytes("abc"))) == hex_of(HashKind::Sha256, {"abc"}));
}

TEST_CASE("it does not matter where a text is cut into parts") {
  for (const HashKind kind : kKinds) {
    CHECK(hash(kind, {"a", "", "bc"}) == hash(kind, {"abc"}));
    CHECK(hash(kind, {}) == hash(kind, {""}));
  }
}

TEST_CASE("the hashes agree with OpenSSL's EVP interface on 300 lengths") {
  constexpr std::array<const char*, kHashKinds> kNames = {"MD5", "SHA256", "SHA512-256"};
  base::SeededRandom random{7616};
  for (const HashKind kind : kKinds) {
    EVP_MD* reference = EVP_MD_fetch(nullptr, kNames[static_cast<std::size_t>(kind)], nullptr);
    REQUIRE(reference != nullptr);
    for (std::size_t length = 0; length < 300; ++length) {
      std::string text(length, '\0');
      random.fill(std::as_writable_bytes(std::span(text)));
      std::array<unsigned char, EVP_MAX_MD_SIZE> expected{};
      unsigned size = 0;
      REQUIRE(EVP_Digest(text.data(), text.size(), expected.data(), &size, reference, nullptr) == 1);
      CHECK(hex_of(kind, {text}) == to_hex(std::as_bytes(std::span(expected).first(size))));
    }
    EVP_MD_free(reference);
  }
}

TEST_CASE("HA1 is the hash of user, realm and password with colons between them (RFC 2617 §3.5)") {
  CHECK(to_hex(ha1(HashKind::Md5, "Mufasa", "testrealm@host.com", "Circle Of Life").bytes()) ==
        "939e7578ed9e3c518a452acee763bce9");
}

}  // namespace
}  // namespace ringfence::crypto
