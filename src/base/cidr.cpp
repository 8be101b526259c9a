// SPDX-License-Identifier: Apache-2.0
// Networks from text, and membership.
#include "base/cidr.h"

#include <charconv>
#include <cstddef>

namespace ringfence::base {
namespace {

constexpr unsigned kMappedBits = 96;

/// The bits of byte `at` that lie within the first `bits` bits.
unsigned mask_at(std::size_t at, unsigned bits) {
  const auto before = static_cast<unsigned>(at) * 8;
  if (bits >= before + 8) return 0xffU;
  return bits <= before ? 0U : 0xffU & (0xff00U >> (bits - before));
}

bool equal_in(const IpAddress::Raw& a, const IpAddress::Raw& b, unsigned bits) {
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (((unsigned{a[i]} ^ b[i]) & mask_at(i, bits)) != 0) return false;
  }
  return true;
}

bool ends_within(const IpAddress::Raw& raw, unsigned bits) {
  for (std::size_t i = 0; i < raw.size(); ++i) {
    if ((raw[i] & ~mask_at(i, bits) & 0xffU) != 0) return false;
  }
  return true;
}

}  // namespace

Cidr::Cidr(const IpAddress& address) : network_{address}, bits_{128} {}

std::optional<Cidr> Cidr::parse(std::string_view text) {
  const auto slash = text.find('/');
  const auto address = IpAddress::parse(text.substr(0, slash));
  if (!address) return std::nullopt;
  Cidr cidr{*address};
  if (slash == text.npos) return cidr;

  const auto digits = text.substr(slash + 1);
  unsigned prefix = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), prefix);
  const unsigned offset = address->is_v4() ? kMappedBits : 0;
  if (error != std::errc{} || end != digits.data() + digits.size() || prefix > 128 - offset)
    return std::nullopt;
  cidr.bits_ = static_cast<std::uint8_t>(prefix + offset);
  if (!ends_within(address->raw(), cidr.bits_)) return std::nullopt;
  return cidr;
}

bool Cidr::contains(const IpAddress& address) const {
  return address.is_v4() == network_.is_v4() && equal_in(address.raw(), network_.raw(), bits_);
}

std::string Cidr::to_string() const {
  return network_.to_string() + '/' + std::to_string(prefix());
}

}  // namespace ringfence::base
