// SPDX-License-Identifier: Apache-2.0
// Targets: where a request may go (the target set of RFC 3261 §16.5), bounded, in order of preference.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

#include "net/flow.h"

namespace ringfence::pipeline {

/// One place to try.
struct Target {
  net::Flow flow;              ///< where the packet goes
  std::uint16_t q = 1000;      ///< thousandths; equal values are tried at once, higher ones first (§16.6)
  std::uint16_t uri_at = 0;    ///< the Request-URI, inside the set
  std::uint16_t uri_size = 0;  ///< 0: the Request-URI stays as it is
  bool peer = false;           ///< a neighbour, not a subscriber's phone
};

class Targets {
 public:
  static constexpr std::size_t kMax = 10;
  static constexpr std::size_t kTextBytes = 4096;

  /// Adds behind those of equal q. False when the set is full; the rest then is not tried.
  bool add(const net::Flow& flow, std::string_view uri, std::uint16_t q = 1000, bool peer = false) {
    if (count_ == kMax || text_used_ + uri.size() > kTextBytes) return false;
    const Target added{flow, q, static_cast<std::uint16_t>(text_used_),
                       static_cast<std::uint16_t>(uri.size()), peer};
    if (!uri.empty()) std::memcpy(text_.data() + text_used_, uri.data(), uri.size());
    text_used_ += uri.size();
    const auto place = std::upper_bound(targets_.begin(), targets_.begin() + count_, added,
                                        [](const Target& a, const Target& b) { return a.q > b.q; });
    std::move_backward(place, targets_.begin() + count_, targets_.begin() + count_ + 1);
    *place = added;
    ++count_;
    return true;
  }

  /// Best first.
  [[nodiscard]] std::span<const Target> all() const {
    return {targets_.data(), static_cast<std::size_t>(count_)};
  }
  [[nodiscard]] std::string_view uri_of(const Target& target) const {
    return {text_.data() + target.uri_at, target.uri_size};
  }
  [[nodiscard]] bool empty() const { return count_ == 0; }

 private:
  std::ptrdiff_t count_ = 0;
  std::size_t text_used_ = 0;
  std::array<Target, kMax> targets_;
  std::array<char, kTextBytes> text_;
};

}  // namespace ringfence::pipeline
