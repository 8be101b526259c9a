// SPDX-License-Identifier: Apache-2.0
// The kernel's random numbers, and a seeded sequence for simulations.
#include "base/random.h"

#include <string.h>  // explicit_bzero
#include <sys/random.h>

#include <algorithm>
#include <cstring>
#include <utility>

namespace ringfence::base {

void Random::fill(MutableBytes out) {
  while (!out.empty()) {
    const std::uint64_t word = next();
    const std::size_t count = std::min(out.size(), sizeof word);
    std::memcpy(out.data(), &word, count);
    out = out.subspan(count);
  }
}

SystemRandom::~SystemRandom() {
  ::explicit_bzero(batch_.data(), sizeof batch_);
}

std::uint64_t SystemRandom::next() {
  if (used_ == batch_.size()) {
    auto* at = reinterpret_cast<std::byte*>(batch_.data());
    std::size_t missing = sizeof batch_;
    while (missing > 0) {
      const auto got = ::getrandom(at, missing, 0);
      if (got < 0) continue;  // EINTR is the only error of this call
      at += got;
      missing -= static_cast<std::size_t>(got);
    }
    used_ = 0;
  }
  return std::exchange(batch_[used_++], 0);  // a number handed out is not kept
}

std::uint64_t SeededRandom::next() {
  std::uint64_t z = (state_ += 0x9e37'79b9'7f4a'7c15U);
  z = (z ^ (z >> 30)) * 0xbf58'476d'1ce4'e5b9U;
  z = (z ^ (z >> 27)) * 0x94d0'49bb'1331'11ebU;
  return z ^ (z >> 31);
}

}  // namespace ringfence::base
