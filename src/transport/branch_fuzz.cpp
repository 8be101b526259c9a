// SPDX-License-Identifier: Apache-2.0
// Property: a branch that is accepted is exactly the one we would write; and no input of a stranger is
// accepted unless it was written under the secret.
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string_view>

#include "base/assert.h"
#include "base/bytes.h"
#include "transport/branch.h"

using namespace ringfence;
using transport::BranchCodec;
using transport::BranchId;

namespace {

void check_any_text(const BranchCodec& codec, std::string_view text) {
  const auto id = codec.read(text);
  if (!id) return;
  char again[BranchCodec::kSize];
  codec.write(again, *id);
  RF_ASSERT((std::string_view{again, sizeof again} == text));
}

void check_own(const BranchCodec& codec, base::Bytes bytes) {
  BranchId id;
  std::uint8_t raw[16] = {};
  std::memcpy(raw, bytes.data(), bytes.size() < sizeof raw ? bytes.size() : sizeof raw);
  std::memcpy(&id.random, raw, 8);
  std::memcpy(&id.slot, raw + 8, 3);
  std::memcpy(&id.node, raw + 11, 2);
  std::memcpy(&id.generation, raw + 13, 2);
  id.shard = raw[15];
  char text[BranchCodec::kSize];
  codec.write(text, id);
  RF_ASSERT(codec.read({text, sizeof text}) == id);
  text[7 + raw[0] % 32] ^= 1;
  RF_ASSERT((!codec.read({text, sizeof text})));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const BranchCodec codec{{0x1234, 0x5678}, 1};
  const base::Bytes bytes{reinterpret_cast<const std::byte*>(data), size};
  check_any_text(codec, base::as_text(bytes));
  if (size != 0) check_own(codec, bytes);
  return 0;
}
