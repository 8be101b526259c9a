// SPDX-License-Identifier: Apache-2.0
// Secret<T>: unprintable, compared in constant time, wiped when it goes.
#pragma once

#include <string.h>  // explicit_bzero

#include <cstddef>
#include <span>
#include <string>
#include <utility>

#include "base/bytes.h"

namespace ringfence::base {

/// Equal length and content, in time that depends on the length alone.
[[nodiscard]] inline bool equal_in_constant_time(Bytes a, Bytes b) {
  if (a.size() != b.size()) return false;
  unsigned difference = 0;
  for (std::size_t i = 0; i < a.size(); ++i) difference |= std::to_integer<unsigned>(a[i] ^ b[i]);
  return difference == 0;
}

/// Holds a contiguous T (std::array of bytes, std::string). There is no operator<<, no formatter and no
/// implicit way out.
template <class T>
class Secret {
 public:
  Secret() = default;
  explicit Secret(T value) : value_{std::move(value)} {}
  Secret(const Secret&) = default;
  Secret(Secret&& other) noexcept : value_{std::move(other.value_)} { other.wipe(); }
  Secret& operator=(const Secret&) = default;
  Secret& operator=(Secret&& other) noexcept {
    value_ = std::move(other.value_);
    other.wipe();
    return *this;
  }
  ~Secret() { wipe(); }

  /// The one door; name the reason for opening it at the call.
  [[nodiscard]] const T& reveal() const { return value_; }
  [[nodiscard]] bool empty() const { return std::size(value_) == 0; }

  friend bool operator==(const Secret& a, const Secret& b) {
    return equal_in_constant_time(std::as_bytes(std::span(a.value_)), std::as_bytes(std::span(b.value_)));
  }

 private:
  void wipe() {
    if (std::size(value_) != 0)
      ::explicit_bzero(std::data(value_), std::size(value_) * sizeof(*std::data(value_)));
  }
  T value_{};
};

}  // namespace ringfence::base
