// SPDX-License-Identifier: Apache-2.0
// Networks: text and membership, at and around the byte borders.
#include "base/cidr.h"

#include <doctest/doctest.h>

namespace ringfence::base {
namespace {

bool holds(std::string_view network, std::string_view address) {
  return Cidr::parse(network).value().contains(IpAddress::parse(address).value());
}

TEST_CASE("a network holds the addresses of its prefix and no others") {
  CHECK(holds("192.0.2.0/24", "192.0.2.255"));
  CHECK_FALSE(holds("192.0.2.0/24", "192.0.3.0"));
  CHECK(holds("192.0.2.128/25", "192.0.2.128"));
  CHECK_FALSE(holds("192.0.2.128/25", "192.0.2.127"));
  CHECK(holds("10.1.2.3", "10.1.2.3"));
  CHECK_FALSE(holds("10.1.2.3/32", "10.1.2.2"));
  CHECK(holds("2001:db8::/33", "2001:db8:7fff::1"));
  CHECK_FALSE(holds("2001:db8::/33", "2001:db8:8000::1"));
}

TEST_CASE("all of one family is nothing of the other") {
  CHECK(holds("0.0.0.0/0", "203.0.113.9"));
  CHECK_FALSE(holds("0.0.0.0/0", "2001:db8::1"));
  CHECK(holds("::/0", "2001:db8::1"));
  CHECK_FALSE(holds("::/0", "203.0.113.9"));
}

TEST_CASE("text that is no network, or sets bits behind its prefix, is refused") {
  for (const auto* text : {"", "/", "1.2.3.4/", "1.2.3.4/33", "1.2.3.4/-1", "1.2.3.4/ 8", "1.2.3/8",
                           "::1/129", "10.0.0.1/8", "2001:db8::1/64", "x/8", "10.0.0.0/8/8"}) {
    CAPTURE(text);
    CHECK_FALSE(Cidr::parse(text).has_value());
  }
}

TEST_CASE("a network prints as it is read") {
  for (const auto* text : {"192.0.2.0/24", "0.0.0.0/0", "::/0", "2001:db8::/32", "10.1.2.3/32"}) {
    CHECK(Cidr::parse(text)->to_string() == text);
  }
  CHECK(Cidr::parse("10.1.2.3") == Cidr::parse("10.1.2.3/32"));
}

}  // namespace
}  // namespace ringfence::base
