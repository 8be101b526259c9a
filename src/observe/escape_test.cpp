// SPDX-License-Identifier: Apache-2.0
// Hostile text in log values.
#include "observe/escape.h"

#include <doctest/doctest.h>

#include <array>
#include <string>
#include <vector>

#include "base/random.h"

using namespace ringfence::observe;
using ringfence::base::SeededRandom;
using ringfence::base::TextWriter;

namespace {

std::string as_text_value(std::string_view text) {
  std::array<char, 4096> buffer;
  TextWriter out{buffer};
  append_text_value(out, text);
  return std::string{out.view()};
}

std::string as_json(std::string_view text) {
  std::array<char, 4096> buffer;
  TextWriter out{buffer};
  append_json_string(out, text);
  return std::string{out.view()};
}

}  // namespace

TEST_CASE("harmless values stay bare, others are quoted") {
  CHECK(as_text_value("alice") == "alice");
  CHECK(as_text_value("sip:alice@example.test:5060") == "sip:alice@example.test:5060");
  CHECK(as_text_value("") == "\"\"");
  CHECK(as_text_value("two words") == "\"two words\"");
  CHECK(as_text_value("a=b") == "\"a=b\"");
  CHECK(as_text_value("[x]") == "\"[x]\"");
  CHECK(as_json("alice") == "\"alice\"");
  CHECK(as_json("") == "\"\"");
}

TEST_CASE("nothing ends a line, a quote or a field before its time") {
  CHECK(as_text_value("x\r\n2026-11-20T10:00:00.000Z INFO forged") ==
        "\"x\\r\\n2026-11-20T10:00:00.000Z INFO forged\"");
  CHECK(as_text_value("\" user=admin \"") == "\"\\\" user=admin \\\"\"");
  CHECK(as_text_value("back\\slash") == "\"back\\\\slash\"");
  CHECK(as_text_value(std::string_view{"nul\0byte", 8}) == "\"nul\\x00byte\"");
  CHECK(as_json("x\r\n\"\\\t") == "\"x\\r\\n\\\"\\\\\\t\"");
  CHECK(as_json(std::string_view{"\0\x1f", 2}) == "\"\\u0000\\u001f\"");
}

TEST_CASE("terminals are not steered: ESC, DEL and the C1 controls are written out") {
  CHECK(as_text_value("\x1b[31mred") == "\"\\x1b[31mred\"");
  CHECK(as_text_value("\x7f") == "\"\\x7f\"");
  CHECK(as_text_value("\xc2\x9b"
                      "31m") == "\"\\xc2\\x9b31m\"");  // CSI as one code point
  CHECK(as_json("\x1b") == "\"\\u001b\"");
  CHECK(as_json("\xc2\x9b") == "\"\\u009b\"");
}

TEST_CASE("text in other scripts stays readable, but may not turn around or hide") {
  CHECK(as_text_value("J\xc3\xbcrgen") == "\"J\xc3\xbcrgen\"");
  CHECK(as_text_value("\xf0\x9f\x93\x9e") == "\"\xf0\x9f\x93\x9e\"");  // U+1F4DE, a telephone
  CHECK(as_text_value("\xe2\x80\xae"
                      "evil") == "\"\\xe2\\x80\\xaeevil\"");      // U+202E, right-to-left override
  CHECK(as_text_value("\xe2\x80\x8b") == "\"\\xe2\\x80\\x8b\"");  // U+200B, zero width
  CHECK(as_text_value("\xe2\x80\xa8") == "\"\\xe2\\x80\\xa8\"");  // U+2028, line separator
  CHECK(as_json("\xe2\x80\xae") == "\"\\u202e\"");
  CHECK(as_json("\xf3\xa0\x81\x81") == "\"\\udb40\\udc41\"");  // U+E0041, a tag, as a surrogate pair
  CHECK(as_json("J\xc3\xbcrgen") == "\"J\xc3\xbcrgen\"");
}

TEST_CASE("what is no UTF-8 is written out byte by byte") {
  const std::vector<std::string_view> broken{
      "\xff",              // never a lead byte
      "\x80",              // a continuation alone
      "\xc0\xaf",          // '/' in two bytes: overlong
      "\xe0\x80\xaf",      // ... in three
      "\xed\xa0\x80",      // a surrogate
      "\xf4\x90\x80\x80",  // beyond U+10FFFF
      "\xc3",              // cut off
      "\xe2\x82",
      "\xf8\x88\x80\x80\x80",
  };
  for (const auto text : broken) {
    CAPTURE(text.size());
    std::string expected = "\"";
    for (const char c : text) {
      std::array<char, 8> hex;
      expected += TextWriter{hex}.append("\\x").append_hex(static_cast<unsigned char>(c), 2).view();
    }
    CHECK(as_text_value(text) == expected + "\"");
    std::string replaced = "\"";
    for (std::size_t i = 0; i < text.size(); ++i) replaced += "\\ufffd";
    CHECK(as_json(text) == replaced + "\"");
  }
  CHECK(as_text_value("\xc3(") == "\"\\xc3(\"");  // the byte after a broken lead is read anew
}

TEST_CASE("whatever the bytes, one value stays one value on one line") {
  SeededRandom random{13};
  for (int round = 0; round < 5000; ++round) {
    std::string text(random.below(60), '\0');
    random.fill(std::as_writable_bytes(std::span{text}));
    for (char& c : text) {
      if (random.below(4) == 0) c = "\"\\\r\n \x1b="[random.below(7)];
    }
    for (const std::string& value : {as_text_value(text), as_json(text)}) {
      bool inside_escape = false;
      const bool quoted = value.front() == '"';
      for (std::size_t i = 0; i < value.size(); ++i) {
        const auto c = static_cast<unsigned char>(value[i]);
        REQUIRE(c >= 0x20);
        REQUIRE(c != 0x7f);
        if (!quoted) REQUIRE((c != ' ' && c != '=' && c != '"'));
        if (c == '"' && !inside_escape) REQUIRE((i == 0 || i + 1 == value.size()));
        inside_escape = c == '\\' && !inside_escape;
      }
      REQUIRE_FALSE(inside_escape);
    }
  }
}
