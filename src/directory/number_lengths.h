// SPDX-License-Identifier: Apache-2.0
// NumberLengths: how many numbers there are of each length, so that a search for the longest that fits asks
// for no length that nobody has.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "model/limits.h"

namespace ringfence::directory {

/// A plain value, one for each trie of numbers.
class NumberLengths {
 public:
  void add(std::size_t length) { ++counts_[length]; }
  void remove(std::size_t length) { --counts_[length]; }
  [[nodiscard]] bool any(std::size_t length) const {
    return length <= model::kMaxNumber && counts_[length] != 0;
  }

 private:
  std::array<std::uint32_t, model::kMaxNumber + 1> counts_{};
};

}  // namespace ringfence::directory
