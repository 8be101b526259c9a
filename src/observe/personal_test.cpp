// SPDX-License-Identifier: Apache-2.0
// What privacy modes show of personal data.
#include "observe/personal.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <array>
#include <ostream>
#include <string>

using namespace ringfence::observe;
using ringfence::base::Endpoint;
using ringfence::base::IpAddress;

namespace {

template <class T>
concept Printable = requires(std::ostream& out, const T& value) { out << value; };
static_assert(!Printable<Personal<std::string>>);
static_assert(!fmt::is_formattable<Personal<std::string_view>>::value);
static_assert(!std::is_convertible_v<Personal<std::string_view>, std::string_view>);

std::string shown(std::string_view text, Privacy privacy, std::uint64_t key = 1) {
  std::array<char, kMaxPersonalText> out;
  return std::string{personal_text(text, {privacy, {key, 2}}, out)};
}

std::string shown_address(std::string_view text, Privacy privacy) {
  std::array<char, kMaxPersonalText> out;
  return std::string{personal_address(*IpAddress::parse(text), {privacy, {}}, out)};
}

std::string shown_endpoint(std::string_view text, Privacy privacy) {
  std::array<char, kMaxPersonalText> out;
  return std::string{personal_endpoint(*Endpoint::parse(text), {privacy, {}}, out)};
}

}  // namespace

TEST_CASE("full privacy policy shows everything, cut at its bound") {
  CHECK(shown("sip:alice@example.test", Privacy::Full) == "sip:alice@example.test");
  CHECK(shown(std::string(1000, 'a'), Privacy::Full) == std::string(kMaxPersonalText, 'a'));
  CHECK(shown_address("192.0.2.77", Privacy::Full) == "192.0.2.77");
  CHECK(shown_endpoint("[2001:db8::1]:5060", Privacy::Full) == "[2001:db8::1]:5060");
}

TEST_CASE("masks keep the domain and a little of the name, and never tell its length") {
  CHECK(shown("alice@example.test", Privacy::Masked) == "a***@example.test");
  CHECK(shown("sip:alice@example.test;transport=tcp", Privacy::Masked) ==
        "sip:a***@example.test;transport=tcp");
  CHECK(shown("TEL:+4312345678", Privacy::Masked) == "TEL:+4***78");
  CHECK(shown("4312345678", Privacy::Masked) == "43***78");
  CHECK(shown("1001", Privacy::Masked) == "1***");
  CHECK(shown("bo@example.test", Privacy::Masked) == "***@example.test");
  CHECK(shown("", Privacy::Masked) == "***");
  CHECK(shown("secretary@evil@example.test", Privacy::Masked) == "se***@example.test");
  CHECK(shown("alice@" + std::string(1000, 'x'), Privacy::Masked).size() == kMaxPersonalText);
}

TEST_CASE("masks of addresses keep the network") {
  CHECK(shown_address("192.0.2.77", Privacy::Masked) == "192.0.2.*");
  CHECK(shown_address("2001:db8:1:2:3::4", Privacy::Masked) == "2001:db8:1::*");
  CHECK(shown_endpoint("192.0.2.77:5060", Privacy::Masked) == "192.0.2.*:5060");
  CHECK(shown_endpoint("[2001:db8:1:2:3::4]:5060", Privacy::Masked) == "[2001:db8:1::*]:5060");
}

TEST_CASE("hashes say only: the same again, here") {
  const std::string alice = shown("alice@example.test", Privacy::Hashed);
  CHECK(alice.size() == 13);
  CHECK(alice.front() == '#');
  CHECK(alice == shown("alice@example.test", Privacy::Hashed));
  CHECK(alice != shown("bob@example.test", Privacy::Hashed));
  CHECK(alice != shown("alice@example.test", Privacy::Hashed, 99));
  CHECK(shown_address("192.0.2.77", Privacy::Hashed) != shown_address("192.0.2.78", Privacy::Hashed));
  CHECK(shown_endpoint("192.0.2.77:5060", Privacy::Hashed) ==
        shown_address("192.0.2.77", Privacy::Hashed) + ":5060");
  CHECK(shown_endpoint("[2001:db8::1]:5060", Privacy::Hashed) ==
        shown_address("2001:db8::1", Privacy::Hashed) + ":5060");
}
