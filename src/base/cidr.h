// SPDX-License-Identifier: Apache-2.0
// Cidr: a network, as an address and the number of leading bits that count.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/address.h"

namespace ringfence::base {

/// Bits behind the prefix are zero, so that two equal networks compare equal.
class Cidr {
 public:
  constexpr Cidr() = default;  ///< ::/0: holds every IPv6 address and no IPv4 one
  /// One address alone: /32 or /128.
  explicit Cidr(const IpAddress& address);
  /// "192.0.2.0/24", "2001:db8::/32", or an address alone. A bit set behind the prefix is an error: it is a
  /// typing mistake more often than not.
  [[nodiscard]] static std::optional<Cidr> parse(std::string_view text);

  [[nodiscard]] bool contains(const IpAddress& address) const;
  [[nodiscard]] const IpAddress& network() const { return network_; }
  /// 0 to 32 for IPv4, 0 to 128 for IPv6.
  [[nodiscard]] unsigned prefix() const { return network_.is_v4() ? bits_ - 96U : bits_; }
  [[nodiscard]] std::string to_string() const;

  friend auto operator<=>(const Cidr&, const Cidr&) = default;

 private:
  IpAddress network_;
  std::uint8_t bits_ = 0;  // of the 128, IPv4 in mapped form
};

}  // namespace ringfence::base
