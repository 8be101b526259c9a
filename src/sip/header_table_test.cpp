// SPDX-License-Identifier: Apache-2.0
// Names of headers and methods.
#include "sip/header_table.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

using namespace ringfence::sip;

TEST_CASE("every header is found by its name in any case, and by its compact form (RFC 3261 §7.3)") {
  for (const HeaderInfo& row : kHeaders) {
    if (row.id == HeaderId::Other) continue;
    CAPTURE(row.name);
    std::string upper{row.name};
    std::ranges::transform(upper, upper.begin(),
                           [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
    CHECK(header_of(row.name) == row.id);
    CHECK(header_of(upper) == row.id);
    if (row.compact == '-') continue;
    CHECK(header_of({&row.compact, 1}) == row.id);
    const char upper_compact = static_cast<char>(row.compact - 32);
    CHECK(header_of({&upper_compact, 1}) == row.id);
  }
}

TEST_CASE("nothing but the name itself is taken for it") {
  for (const HeaderInfo& row : kHeaders) {
    if (row.id == HeaderId::Other) continue;
    for (std::size_t i = 0; i < row.name.size(); ++i) {
      for (const char replacement : {'x', '\r', '\0', ' ', '\xed', '@'}) {
        std::string other{row.name};
        if (other[i] == replacement || (replacement == 'x' && (other[i] | 0x20) == 'x')) continue;
        other[i] = replacement;
        CAPTURE(other);
        CHECK(header_of(other) != row.id);
      }
    }
    CHECK(header_of(std::string{row.name} + "x") != row.id);
    CHECK(header_of(row.name.substr(1)) != row.id);
  }
  CHECK(header_of("") == HeaderId::Other);
  CHECK(header_of("-") == HeaderId::Other);
  CHECK(header_of("z") == HeaderId::Other);
  CHECK(header_of("C%6Fntact") == HeaderId::Other);
}

TEST_CASE("methods are compared with case (RFC 3261 §7.1)") {
  for (const MethodInfo& row : kMethods) CHECK(method_of(row.name) == row.method);
  CHECK(method_of("invite") == Method::Unknown);
  CHECK(method_of("INVITES") == Method::Unknown);
  CHECK(method_of("IXXITE") == Method::Unknown);
  CHECK(method_of("RE%47IST%45R") == Method::Unknown);
}
