// SPDX-License-Identifier: Apache-2.0
#include "model/host.h"

#include <doctest/doctest.h>

#include <string>

using namespace ringfence::model;

TEST_CASE("a host has one spelling, whatever its case, final dot or way to write an address") {
  CHECK(CanonicalHost{"Example.TEST"}.view() == "example.test");
  CHECK(CanonicalHost{"example.test."}.view() == "example.test");
  CHECK(CanonicalHost{"192.0.2.1"}.view() == "192.0.2.1");
  CHECK(CanonicalHost{"[2001:DB8:0:0::1]"}.view() == "[2001:db8::1]");
  CHECK(CanonicalHost{"[::ffff:192.0.2.1]"}.view() == "192.0.2.1");
  CHECK(CanonicalHost{"sip2"}.view() == "sip2");
}

TEST_CASE("a host that is no host stays itself or becomes empty, and is never read past its end") {
  CHECK(CanonicalHost{""}.view().empty());
  CHECK(CanonicalHost{"."}.view() == ".");
  CHECK(CanonicalHost{"["}.view() == "[");
  CHECK(CanonicalHost{std::string(256, 'a')}.view().empty());
  CHECK(CanonicalHost{std::string(255, 'A')}.view() == std::string(255, 'a'));
}

TEST_CASE("host names follow RFC 3261 §25.1") {
  for (const auto* good :
       {"example.test", "example.test.", "a", "a-b.c1", "x_y.test", "192.0.2.1", "[2001:db8::1]"}) {
    CAPTURE(good);
    CHECK(is_host(good));
  }
  for (const auto* bad : {"", ".", "-a.test", "a-.test", "a..test", "exa mple.test", "192.0.2.300", "1.2.3",
                          "[::1", "2001:db8::1", "a@b", "a/b", "exämple.test", "[192.0.2.1]"}) {
    CAPTURE(bad);
    CHECK_FALSE(is_host(bad));
  }
  CHECK(is_host(std::string(63, 'a')));
  CHECK_FALSE(is_host(std::string(64, 'a')));
}
