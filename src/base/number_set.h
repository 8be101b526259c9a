// SPDX-License-Identifier: Apache-2.0
// NumberSet: small numbers, of which the next one is found quickly.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace ringfence::base {

/// A set of numbers below a fixed bound: one bit for each, and above 64 such words one that says which of
/// them are not zero. One thread.
class NumberSet {
 public:
  explicit NumberSet(std::uint32_t bound)
      : words_((bound + kBits - 1) / kBits), summary_((words_.size() + kBits - 1) / kBits) {}

  void insert(std::uint32_t number) {
    words_[number / kBits] |= bit(number);
    summary_[number / kBits / kBits] |= bit(number / kBits);
  }
  void erase(std::uint32_t number) {
    const std::uint32_t word = number / kBits;
    words_[word] &= ~bit(number);
    if (words_[word] == 0) summary_[word / kBits] &= ~bit(word);
  }

  /// The least member that is not below `from`. Looks at bound / 4096 words at most.
  [[nodiscard]] std::optional<std::uint32_t> first_from(std::uint32_t from) const {
    if (from / kBits >= words_.size()) return std::nullopt;
    if (const std::uint64_t rest = words_[from / kBits] & (kAll << (from % kBits)))
      return from / kBits * kBits + lowest(rest);
    const auto word = first_in(summary_, from / kBits + 1);
    if (!word) return std::nullopt;
    return *word * kBits + lowest(words_[*word]);
  }

 private:
  static constexpr std::uint32_t kBits = 64;
  static constexpr std::uint64_t kAll = ~std::uint64_t{0};

  [[nodiscard]] static std::uint64_t bit(std::uint32_t number) {
    return std::uint64_t{1} << (number % kBits);
  }
  [[nodiscard]] static std::uint32_t lowest(std::uint64_t word) {
    return static_cast<std::uint32_t>(std::countr_zero(word));
  }
  [[nodiscard]] static std::optional<std::uint32_t> first_in(const std::vector<std::uint64_t>& words,
                                                             std::uint32_t from) {
    std::uint64_t mask = kAll << (from % kBits);
    for (std::uint32_t at = from / kBits; at < words.size(); ++at, mask = kAll) {
      if (const std::uint64_t rest = words[at] & mask) return at * kBits + lowest(rest);
    }
    return std::nullopt;
  }

  std::vector<std::uint64_t> words_;
  std::vector<std::uint64_t> summary_;
};

}  // namespace ringfence::base
