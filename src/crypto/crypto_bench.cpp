// SPDX-License-Identifier: Apache-2.0
// What one message pays for a digest, a nonce and a token.
#include <benchmark/benchmark.h>

#include <array>
#include <cstddef>

#include "crypto/hash.h"
#include "crypto/mac.h"
#include "crypto/siv.h"

namespace ringfence::crypto {
namespace {

/// The longest text of a digest response: HA1, nonce, count, cnonce, qop, HA2.
void digest_response(benchmark::State& state) {
  const auto kind = static_cast<HashKind>(state.range(0));
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        hash(kind, {"7987c64c30e25f1b74be53f966b49b90f2808aa92faf9a00262392d7b4794232", ":",
                    "AYcAAZ3sT2xvY2tzbWl0aHNoYXZlbm9rZXlzaGVyZQ", ":", "00000001", ":",
                    "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ", ":", "auth", ":",
                    "9a3fdae9a622fe8de177c24fa9c070f2b181ec85e15dcbdc32e10c82ad450b04"}));
  }
}
BENCHMARK(digest_response)->DenseRange(0, 2)->ArgName("kind");

void mac_of_a_nonce(benchmark::State& state) {
  const MacKey key{base::as_bytes("0123456789abcdef0123456789abcdef")};
  for (auto _ : state) {
    benchmark::DoNotOptimize(key.mac({base::as_bytes("0123456789abcdefgh"), base::as_bytes("example.test"),
                                      base::as_bytes("0123456789abcdef")}));
  }
}
BENCHMARK(mac_of_a_nonce);

void seal_and_open_a_token(benchmark::State& state) {
  const Siv siv{base::as_bytes("0123456789abcdef0123456789abcdef")};
  std::array<std::byte, 8> handle{};
  std::array<std::byte, handle.size() + Siv::kOverhead> token{};
  for (auto _ : state) {
    siv.seal({}, handle, token);
    benchmark::DoNotOptimize(siv.open({}, token, handle));
  }
}
BENCHMARK(seal_and_open_a_token);

}  // namespace
}  // namespace ringfence::crypto
