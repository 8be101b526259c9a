// SPDX-License-Identifier: Apache-2.0
// Addresses: parsing, canonical text, and the kernel's form.
#include "base/address.h"

#include <doctest/doctest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <string>
#include <vector>

#include "base/random.h"

using namespace ringfence::base;

TEST_CASE("an IPv4 address keeps its text") {
  for (const char* text : {"0.0.0.0", "127.0.0.1", "192.0.2.1", "255.255.255.255"}) {
    const auto address = IpAddress::parse(text);
    REQUIRE(address);
    CHECK(address->is_v4());
    CHECK(address->to_string() == text);
  }
  CHECK(IpAddress::parse("192.0.2.1") == IpAddress::v4(192, 0, 2, 1));
}

TEST_CASE("mapped IPv4 is IPv4, however it is written") {
  const auto plain = IpAddress::v4(192, 0, 2, 1);
  for (const char* text :
       {"::ffff:192.0.2.1", "::FFFF:c000:201", "[::ffff:192.0.2.1]", "0:0:0:0:0:ffff:192.0.2.1"}) {
    CAPTURE(text);
    CHECK(IpAddress::parse(text) == plain);
  }
  CHECK(plain.to_string() == "192.0.2.1");
}

TEST_CASE("IPv6 is written in the canonical form of RFC 5952") {
  struct Row {
    const char* text;
    const char* canonical;
  };
  for (const Row& row : std::vector<Row>{
           {"2001:DB8::1", "2001:db8::1"},                                // §4.3: lower case
           {"2001:0db8:0000:0000:0000:0000:0002:0001", "2001:db8::2:1"},  // §4.1, §4.2.1
           {"2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"},              // §4.2.2: one group stays
           {"2001:0:0:1:0:0:0:1", "2001:0:0:1::1"},                       // §4.2.3: the longest run
           {"2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"},                 // §4.2.3: the first of two
           {"0:0:0:0:0:0:0:0", "::"},
           {"0:0:0:0:0:0:0:1", "::1"},
           {"[fe80::1]", "fe80::1"},
       }) {
    CAPTURE(row.text);
    const auto address = IpAddress::parse(row.text);
    REQUIRE(address);
    CHECK_FALSE(address->is_v4());
    CHECK(address->to_string() == row.canonical);
  }
}

TEST_CASE("what is no address is refused") {
  for (const char* text : {"",
                           "1",
                           "1.2.3",
                           "1.2.3.4.5",
                           "256.0.0.1",
                           "1.2.3.4 ",
                           " 1.2.3.4",
                           "01.2.3.4",
                           "0x7f.0.0.1",
                           "[192.0.2.1]",
                           "::1%lo",
                           ":::",
                           "1::2::3",
                           "12345::",
                           "g::",
                           "[::1",
                           "::1]",
                           "[]",
                           "localhost",
                           "::ffff:1.2.3.4.5",
                           "1111:2222:3333:4444:5555:6666:7777:8888:9999"}) {
    CAPTURE(text);
    CHECK_FALSE(IpAddress::parse(text));
  }
  CHECK_FALSE(IpAddress::parse(std::string_view{"1.2.3.4\0", 8}));
  CHECK_FALSE(IpAddress::parse(std::string_view{"::1\0:2", 6}));
  CHECK_FALSE(IpAddress::parse(std::string(5000, '1')));
}

TEST_CASE("unspecified and loopback addresses are recognised in both families") {
  CHECK(IpAddress{}.is_unspecified());
  CHECK(IpAddress::parse("0.0.0.0")->is_unspecified());
  CHECK_FALSE(IpAddress::parse("0.0.0.1")->is_unspecified());
  CHECK_FALSE(IpAddress::parse("::1")->is_unspecified());
  CHECK(IpAddress::parse("127.255.0.3")->is_loopback());
  CHECK(IpAddress::parse("::1")->is_loopback());
  CHECK(IpAddress::parse("::ffff:127.0.0.1")->is_loopback());
  CHECK_FALSE(IpAddress::parse("128.0.0.1")->is_loopback());
  CHECK_FALSE(IpAddress::parse("1::1")->is_loopback());
}

TEST_CASE("an endpoint needs a port, and brackets around IPv6") {
  CHECK(Endpoint::parse("192.0.2.1:5060")->to_string() == "192.0.2.1:5060");
  CHECK(Endpoint::parse("[2001:db8::1]:0")->to_string() == "[2001:db8::1]:0");
  CHECK(Endpoint::parse("[::ffff:192.0.2.1]:65535")->to_string() == "192.0.2.1:65535");
  for (const char* text :
       {"", ":", "192.0.2.1", "192.0.2.1:", ":5060", "192.0.2.1:65536", "192.0.2.1:-1", "192.0.2.1:+1",
        "192.0.2.1: 1", "192.0.2.1:1x", "::1:5060", "[::1]", "[::1]5060", "[192.0.2.1]:5060"}) {
    CAPTURE(text);
    CHECK_FALSE(Endpoint::parse(text));
  }
}

TEST_CASE("the longest endpoint fits the room it is promised") {
  const auto longest = Endpoint::parse("[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:65535");
  REQUIRE(longest);
  CHECK(longest->to_string().size() == Endpoint::kMaxText);
}

TEST_CASE("an endpoint survives the kernel's form in its own family and, mapped, in IPv6") {
  for (const char* text : {"192.0.2.1:5060", "[2001:db8::1]:5061", "0.0.0.0:0"}) {
    const auto endpoint = Endpoint::parse(text);
    REQUIRE(endpoint);
    sockaddr_storage storage{};
    CHECK(endpoint->to(storage, endpoint->family()) ==
          (endpoint->family() == AF_INET ? sizeof(sockaddr_in) : sizeof(sockaddr_in6)));
    CHECK(storage.ss_family == endpoint->family());
    CHECK(Endpoint::from(storage) == *endpoint);

    storage = {};
    CHECK(endpoint->to(storage, AF_INET6) == sizeof(sockaddr_in6));
    CHECK(Endpoint::from(storage) == *endpoint);
  }
}

TEST_CASE("parse(write(x)) is x for any address") {
  SeededRandom random{20261120};
  for (int round = 0; round < 5000; ++round) {
    IpAddress::Raw raw{};
    for (auto& byte : raw)
      byte = random.below(3) == 0 ? static_cast<std::uint8_t>(random.below(256)) : std::uint8_t{0};
    const Endpoint endpoint{IpAddress{raw}, static_cast<std::uint16_t>(random.below(65536))};
    CAPTURE(endpoint.to_string());
    CHECK(IpAddress::parse(endpoint.address.to_string()) == endpoint.address);
    CHECK(Endpoint::parse(endpoint.to_string()) == endpoint);
  }
}

TEST_CASE("an IPv6 reference may have the third colon of RFC 2373 before an IPv4 address (RFC 5118 §4.10)") {
  CHECK(IpAddress::parse("[2001:db8:::192.0.2.1]") == IpAddress::parse("2001:db8::192.0.2.1"));
  CHECK(IpAddress::parse("[:::192.0.2.1]") == IpAddress::parse("::192.0.2.1"));
  for (const char* wrong : {"2001:db8:::192.0.2.1", "[2001:db8:::1]", "[2001:db8::::192.0.2.1]",
                            "[2001::db8:::192.0.2.1]", "[:::]", "[:::192.0.2]", "[2001:db8:::192.0.2.1:1]"}) {
    CAPTURE(wrong);
    CHECK_FALSE(IpAddress::parse(wrong));
  }
}
