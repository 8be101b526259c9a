// SPDX-License-Identifier: Apache-2.0
// The wide scanner against its plain twin.
#include "sip/scan.h"

#include <doctest/doctest.h>

#include <array>
#include <string>
#include <vector>

#include "base/random.h"
#include "sip/line_scanner.h"

using namespace ringfence;
using namespace ringfence::sip;

namespace {

/// Text in which control characters, delimiters and high bytes are common, in a block of exactly its size so
/// that a sanitizer sees any look beyond it.
std::vector<char> random_text(base::Random& random, std::size_t size) {
  constexpr std::string_view kInteresting = "\r\n\t \0\x01\x1f\x7f\x80\xff,;\"<>:";
  std::vector<char> text(size);
  for (char& c : text) {
    const auto draw = random.below(3);
    c = draw == 0 ? kInteresting[random.below(kInteresting.size())]
                  : static_cast<char>(draw == 1 ? random.below(256) : 'a' + random.below(26));
  }
  return text;
}

std::vector<std::size_t> controls_by_scanner(const std::vector<char>& text) {
  const char* const end = text.data() + text.size();
  scan::LineScanner scanner{text.data(), end};
  std::vector<std::size_t> found;
  for (const char* at = scanner.next(); at != end; at = scanner.next()) {
    found.push_back(static_cast<std::size_t>(at - text.data()));
    scanner.pass();
  }
  return found;
}

std::vector<std::size_t> controls_one_by_one(const std::vector<char>& text) {
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (is_control(text[i])) found.push_back(i);
  }
  return found;
}

}  // namespace

TEST_CASE("the wide and the plain scanner find the same control characters, at every length and offset") {
  base::SeededRandom random{4475};
  for (std::size_t round = 0; round < 4000; ++round) {
    const auto text = random_text(random, round % 300);
    CAPTURE(round);
    REQUIRE(controls_by_scanner(text) == controls_one_by_one(text));
  }
}

TEST_CASE("a pair is passed whole, also across the border of two blocks") {
  for (std::size_t before = 0; before < 200; ++before) {
    const std::string text = std::string(before, 'x') + "\r\n" + "y\n";
    scan::LineScanner scanner{text.data(), text.data() + text.size()};
    REQUIRE(scanner.next() == text.data() + before);
    scanner.pass_crlf();
    REQUIRE(scanner.next() == text.data() + before + 3);
  }
}

TEST_CASE("searches for several characters agree, wide or plain") {
  base::SeededRandom random{2};
  for (std::size_t round = 0; round < 4000; ++round) {
    const auto text = random_text(random, round % 100);
    const char* const begin = text.data();
    const char* const end = begin + text.size();
    REQUIRE(scan::find_any<':'>(begin, end) == scan::find_any_plain<':'>(begin, end));
    REQUIRE(scan::find_any<',', '"', '<'>(begin, end) == scan::find_any_plain<',', '"', '<'>(begin, end));
    REQUIRE(scan::find_any<'\0', '\r', '\n'>(begin, end) ==
            scan::find_any_plain<'\0', '\r', '\n'>(begin, end));
  }
}

TEST_CASE("bytes above 127 are no control characters") {
  CHECK_FALSE(is_control('\x80'));
  CHECK_FALSE(is_control('\xff'));
  CHECK(is_control('\0'));
  CHECK(is_control('\x1f'));
}
