// SPDX-License-Identifier: Apache-2.0
// What a shard calls for each message allocates nothing.
#include <doctest/doctest.h>

#include <array>

#include "base/allocation_counter.h"
#include "crypto/hash.h"
#include "crypto/mac.h"
#include "crypto/siv.h"

namespace ringfence::crypto {
namespace {

TEST_CASE("hashes, MACs and SIV allocate nothing per message") {
  if (!base::counting_available()) return;
  const MacKey key{base::as_bytes("0123456789abcdef0123456789abcdef")};
  const Siv siv{base::as_bytes("0123456789abcdef0123456789abcdef")};
  std::array<std::byte, 8> plain{};
  std::array<std::byte, plain.size() + Siv::kOverhead> sealed{};

  const auto before = base::allocations_on_this_thread();
  bool right = true;
  for (int message = 0; message < 100; ++message) {
    for (const HashKind kind : {HashKind::Md5, HashKind::Sha256, HashKind::Sha512_256}) {
      right = right && hash(kind, {"alice", ":", "example.test"}).bytes().size() == size_of(kind);
    }
    const Mac tag = key.mac({plain});
    right = right && key.verify({plain}, tag);
    siv.seal({tag}, plain, sealed);
    right = right && siv.open({tag}, sealed, plain);
  }
  CHECK(base::allocations_on_this_thread() - before == 0);
  CHECK(right);
}

}  // namespace
}  // namespace ringfence::crypto
