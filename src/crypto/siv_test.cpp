// SPDX-License-Identifier: Apache-2.0
// RFC 5297 appendix A, agreement with OpenSSL's AES-SIV, and refusal of everything that was changed.
#include "crypto/siv.h"

#include <doctest/doctest.h>
#include <openssl/evp.h>

#include <algorithm>
#include <string>
#include <vector>

#include "base/random.h"
#include "crypto/test_hex.h"

namespace ringfence::crypto {
namespace {

using Buffer = std::vector<std::byte>;

Buffer seal(const Siv& siv, std::initializer_list<base::Bytes> associated, base::Bytes plain) {
  Buffer out(plain.size() + Siv::kOverhead);
  siv.seal(associated, plain, out);
  return out;
}

TEST_CASE("AES-SIV gives the deterministic example of RFC 5297 §A.1") {
  const Siv siv{from_hex("fffefdfc fbfaf9f8 f7f6f5f4 f3f2f1f0 f0f1f2f3 f4f5f6f7 f8f9fafb fcfdfeff")};
  const Buffer associated = from_hex("10111213 14151617 18191a1b 1c1d1e1f 20212223 24252627");
  const Buffer plain = from_hex("11223344 55667788 99aabbcc ddee");
  CHECK(to_hex(seal(siv, {associated}, plain)) ==
        "85632d07c6e8f37f950acd320a2ecc9340c02b9690c4dc04daef7f6afe5c");
}

TEST_CASE("AES-SIV gives the nonce-based example of RFC 5297 §A.2") {
  const Siv siv{from_hex("7f7e7d7c 7b7a7978 77767574 73727170 40414243 44454647 48494a4b 4c4d4e4f")};
  const Buffer first =
      from_hex("00112233 44556677 8899aabb ccddeeff deaddada deaddada ffeeddcc bbaa9988 77665544 33221100");
  const Buffer second = from_hex("10203040 50607080 90a0");
  const Buffer nonce = from_hex("09f91102 9d74e35b d84156c5 635688c0");
  const Buffer plain = from_hex(
      "74686973 20697320 736f6d65 20706c61 696e7465 78742074 6f20656e 63727970 74207573 696e6720 5349562d "
      "414553");
  CHECK(to_hex(seal(siv, {first, second, nonce}, plain)) ==
        "7bdb6e3b432667eb06f4d14bff2fbd0fcb900f2fddbe404326601965c889bf17dba77ceb094fa663b7a3f748ba8af829"
        "ea64ad544a272e9c485b62a3fd5c0d");
}

/// OpenSSL's own mode: one associated item, since that is what its interface sets per update.
Buffer openssl_seal(const char* name, base::Bytes key, base::Bytes associated, base::Bytes plain) {
  const auto raw = [](base::Bytes bytes) { return reinterpret_cast<const unsigned char*>(bytes.data()); };
  EVP_CIPHER* cipher = EVP_CIPHER_fetch(nullptr, name, nullptr);
  REQUIRE(cipher != nullptr);
  EVP_CIPHER_CTX* context = EVP_CIPHER_CTX_new();
  REQUIRE(EVP_EncryptInit_ex2(context, cipher, raw(key), nullptr, nullptr) == 1);
  int written = 0;
  REQUIRE(EVP_EncryptUpdate(context, nullptr, &written, raw(associated),
                            static_cast<int>(associated.size())) == 1);
  Buffer out(plain.size() + Siv::kOverhead);
  auto* text = reinterpret_cast<unsigned char*>(out.data() + Siv::kOverhead);
  REQUIRE(EVP_EncryptUpdate(context, text, &written, raw(plain), static_cast<int>(plain.size())) == 1);
  REQUIRE(EVP_EncryptFinal_ex(context, text + written, &written) == 1);
  REQUIRE(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, Siv::kOverhead, out.data()) == 1);
  EVP_CIPHER_CTX_free(context);
  EVP_CIPHER_free(cipher);
  return out;
}

TEST_CASE("AES-SIV agrees with OpenSSL's AES-128-SIV and AES-256-SIV on random input of every length") {
  base::SeededRandom random{5297};
  for (const auto& [name, key_size] : {std::pair{"AES-128-SIV", 32U}, std::pair{"AES-256-SIV", 64U}}) {
    for (std::size_t length = 1; length < 100; ++length) {
      Buffer key(key_size);
      Buffer associated(1 + random.below(70));
      Buffer plain(length);
      random.fill(key);
      random.fill(associated);
      random.fill(plain);
      CHECK(to_hex(seal(Siv{key}, {associated}, plain)) ==
            to_hex(openssl_seal(name, key, associated, plain)));
    }
  }
}

TEST_CASE("what was sealed opens again, with associated data of any number and length") {
  base::SeededRandom random{1};
  Buffer key(32);
  random.fill(key);
  const Siv siv{key};
  for (std::size_t length = 0; length < 70; ++length) {
    Buffer plain(length);
    random.fill(plain);
    const Buffer first(length % 19);
    const Buffer sealed = seal(siv, {first, plain}, plain);
    Buffer opened(length);
    CHECK(siv.open({first, plain}, sealed, opened));
    CHECK(opened == plain);
    CHECK_FALSE(siv.open({plain, first, first}, sealed, opened));
  }
}

TEST_CASE("a token with any bit changed does not open, and nothing of it is handed out") {
  const Siv siv{Buffer(32, std::byte{7})};
  const Buffer plain = from_hex("0102030405060708");
  const Buffer sealed = seal(siv, {}, plain);
  for (std::size_t bit = 0; bit < sealed.size() * 8; ++bit) {
    Buffer changed = sealed;
    changed[bit / 8] ^= std::byte{1} << (bit % 8);
    Buffer opened(plain.size(), std::byte{0xff});
    CHECK_FALSE(siv.open({}, changed, opened));
    CHECK(std::all_of(opened.begin(), opened.end(), [](std::byte byte) { return byte == std::byte{0}; }));
  }
}

TEST_CASE("the cuts between associated items count") {
  const Siv siv{Buffer(32, std::byte{7})};
  const Buffer plain = from_hex("00");
  CHECK(seal(siv, {base::as_bytes("ab"), base::as_bytes("c")}, plain) !=
        seal(siv, {base::as_bytes("a"), base::as_bytes("bc")}, plain));
}

}  // namespace
}  // namespace ringfence::crypto
