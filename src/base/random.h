// SPDX-License-Identifier: Apache-2.0
// Randomness as it is handed in.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/bytes.h"

namespace ringfence::base {

/// A source of random bits. Not shared between threads: each shard owns one.
class Random {
 public:
  virtual ~Random() = default;
  [[nodiscard]] virtual std::uint64_t next() = 0;

  void fill(MutableBytes out);
  /// Uniform in [0, bound); bound > 0. Bias below 2^-32 for bounds below 2^32.
  [[nodiscard]] std::uint64_t below(std::uint64_t bound) {
    __extension__ typedef unsigned __int128 Wide;
    return static_cast<std::uint64_t>((Wide{next()} * bound) >> 64);
  }
};

/// The kernel's generator (getrandom), read in batches of 512 bytes. Unpredictable: fit for keys, tags and
/// branches.
class SystemRandom final : public Random {
 public:
  ~SystemRandom() override;
  [[nodiscard]] std::uint64_t next() override;

 private:
  std::array<std::uint64_t, 64> batch_{};
  std::size_t used_ = 64;
};

/// A seeded, repeatable sequence (SplitMix64) for simulations. Never for secrets.
class SeededRandom final : public Random {
 public:
  explicit SeededRandom(std::uint64_t seed) : state_{seed} {}
  [[nodiscard]] std::uint64_t next() override;

 private:
  std::uint64_t state_;
};

}  // namespace ringfence::base
