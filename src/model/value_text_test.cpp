// SPDX-License-Identifier: Apache-2.0
// Every type refuses what it forbids, and gives back what it took.
#include "model/value_text.h"

#include <doctest/doctest.h>

#include <array>
#include <vector>

#include "model/rules.h"

using namespace ringfence::model;

namespace {

std::string canonical(const Field& field, std::string_view value) {
  const auto checked = check_value(field, value);
  return checked ? *checked : "refused: " + checked.error();
}

bool refused(const Field& field, std::string_view value) {
  return !check_value(field, value);
}

}  // namespace

TEST_CASE("a flag is yes or no") {
  const Field field{.name = "f", .type = Type::Flag, .need = Need::Required};
  CHECK(canonical(field, "yes") == "yes");
  CHECK(canonical(field, "true") == "yes");
  CHECK(canonical(field, "0") == "no");
  CHECK(canonical(field, "maybe") == "refused: yes or no");
  CHECK(canonical(field, "") == "refused: yes or no");
}

TEST_CASE("a whole number keeps its bounds, and nothing may stand behind it") {
  const Field field{.name = "f", .type = Type::Integer, .need = Need::Required, .least = 1, .most = 10};
  CHECK(canonical(field, "10") == "10");
  CHECK(canonical(field, "007") == "7");
  for (const auto* wrong : {"0", "11", "-1", "1x", "0x1", " 1", "1 ", "+1", "99999999999999999999"}) {
    CAPTURE(wrong);
    CHECK(canonical(field, wrong) == "refused: a whole number, 1 to 10");
  }
}

TEST_CASE("a decimal is kept in millionths, without an error of rounding") {
  const Field field{.name = "f", .type = Type::Decimal, .need = Need::Required, .most = 100 * kDecimalUnit};
  CHECK(canonical(field, "0.10") == "0.1");
  CHECK(canonical(field, "100") == "100");
  CHECK(number_of(value_from(field, "0.000001")) == 1);
  CHECK(number_of(value_from(field, "12.5")) == 12'500'000);
  CHECK(to_text(field, value_from(field, "12.5")) == "12.5");
  for (const auto* wrong : {"100.000001", "-1", "1.", ".5", "1e3", "0.1234567", "1,5", "", "9999999999999"}) {
    CAPTURE(wrong);
    CHECK(refused(field, wrong));
  }
}

TEST_CASE("a time is UTC to the second; a day alone is its beginning") {
  const Field field{.name = "f", .type = Type::Time, .need = Need::Required};
  CHECK(canonical(field, "2026-12-24T18:00:00Z") == "2026-12-24T18:00:00Z");
  CHECK(canonical(field, "2026-12-24 18:00:00") == "2026-12-24T18:00:00Z");
  CHECK(canonical(field, "2024-02-29") == "2024-02-29T00:00:00Z");
  CHECK(canonical(field, "0001-01-01") == "0001-01-01T00:00:00Z");
  CHECK(canonical(field, "9999-12-31T23:59:59Z") == "9999-12-31T23:59:59Z");
  for (const auto* wrong :
       {"2026-02-29", "2026-13-01", "2026-12-24T24:00:00Z", "2026-12-24T18:00:60Z", "2026-12-24T18:00Z",
        "tomorrow", "2026-12-24T18:00:00+01:00", "", "2026-12-24T18.00.00Z"}) {
    CAPTURE(wrong);
    CHECK(refused(field, wrong));
  }
}

TEST_CASE("a choice is one of its words, whatever their case") {
  static constexpr std::array<std::string_view, 2> kWords{"whitelist", "blacklist"};
  const Field field{.name = "f", .type = Type::Choice, .need = Need::Required, .choices = kWords};
  CHECK(canonical(field, "Whitelist") == "whitelist");
  CHECK(canonical(field, "grey") == "refused: one of whitelist, blacklist");
}

TEST_CASE("an optional value may be nothing, a required one may not") {
  const Field optional{.name = "f"};
  const Field required{.name = "f", .need = Need::Required};
  CHECK(canonical(optional, "").empty());
  CHECK(is_null(value_from(optional, "")));
  CHECK(refused(required, ""));
}

TEST_CASE("a reference is a key of its kind, or the id of a row") {
  const Field named{.name = "f", .type = Type::Row, .refers_to = Kind::Subscriber};
  CHECK(canonical(named, "sip:1001@EXAMPLE.test") == "1001@example.test");
  CHECK(canonical(named, "id:17") == "id:17");
  CHECK(refused(named, "17"));
  CHECK(refused(named, "id:0"));
  CHECK(refused(named, "id:x"));
  const Field numbered{.name = "f", .type = Type::Row, .refers_to = Kind::DestinationSet};
  CHECK(canonical(numbered, "17") == "17");
  CHECK(canonical(numbered, "id:17") == "17");
  CHECK(canonical(numbered, "home") == "refused: the id that destination-set ls shows");
}

TEST_CASE("text is UTF-8 without control characters") {
  for (const auto* right : {"Grüße", "日本", "a b", "\xf0\x9f\x98\x80"}) CHECK(check_text(right));
  for (const auto* wrong : {"a\nb", "a\tb", "\x7f", "\xff", "\xc0\x80", "\xed\xa0\x80", "\xe2\x82",
                            "\xc2\x85", "\xf4\x90\x80\x80", "\x1b[31m"}) {
    CAPTURE(wrong);
    CHECK_FALSE(check_text(wrong));
  }
  CHECK(check_text(std::string(255, 'x')));
  CHECK_FALSE(check_text(std::string(256, 'x')));
}

TEST_CASE("every rule takes what it should and refuses what it must") {
  struct Row {
    Rule rule;
    std::vector<std::string_view> right;
    std::vector<std::string_view> wrong;
  };
  const std::vector<Row> rows{
      {check_name, {"carrier", "a.b-c_d", "1"}, {"", "-x", "a b", "ä", "a/b"}},
      {check_prefix, {"", "43", "+43"}, {"4a", "*1"}},
      {check_some_number, {"43123456", "+43"}, {"", "+", "x", "123456789012345678901234567890123"}},
      {check_network, {"192.0.2.7", "192.0.2.0/24", "2001:db8::/32"}, {"192.0.2.1/24", "host", "", "1.2.3"}},
      {check_ban_target, {"192.0.2.7", "1001@example.test"}, {"1001", "@example.test", "1001@"}},
      {check_email, {"alice@example.test"}, {"alice", "@example.test", "a b@example.test", "a@", "a@b@c d"}},
      {check_zone, {"UTC", "Europe/Vienna"}, {"Europe/Nowhere", "../etc/passwd", "", "Europe/", "Europe"}},
      {check_country, {"AT", "at"}, {"A", "AUT", "1T"}},
      {check_currency, {"EUR"}, {"EU", "E1R"}},
      {check_language, {"en", "pt-br"}, {"e", "", "en_US"}},
      {check_regex, {"^00([1-9][0-9]+)$", "a|b"}, {"(", "", "a{99999}", "(?=x)", "\\1"}},
      {check_replacement, {"\\1", "${caller_cc}\\1", "\\\\"}, {"\\", "\\x", "${other}", "${caller_cc"}},
      {check_glob, {"43*", "[0-9]?"}, {"", "[", "[[]", "a,b"}},
      {check_sip_uri,
       {"sip:a@example.test", "sips:a@example.test:5061;lr"},
       {"tel:43", "a@b", "sip:", "http://x"}},
      {check_destination, {"43123", "voicebox", "sip:a@b.test", "a@b.test"}, {"", "nobody", "http://x"}},
      {check_slot, {"*0", "*99"}, {"*", "0", "*100", "*a"}},
      {check_clock, {"00:00", "23:59"}, {"24:00", "7:30", "07:60", "0730", "", "ab:cd"}},
      {check_day, {"2024-02-29"}, {"2025-02-29", "24-02-29", "2024/02/29"}},
      {check_years, {"2026", "2026-2030"}, {"1999", "2030-2026", "x"}},
      {check_hours, {"0", "22-5"}, {"24", "-", "1-", "1-2-3"}},
      {check_week_days, {"1", "6-2"}, {"0", "8"}},
      {check_country_code, {"1", "+43", "358"}, {"", "+", "043", "4343", "4a"}},
      {check_digits, {"0", "0664"}, {"", "+43", "a", "123456789012345678901234567890123"}},
      {check_number_part, {"C1", "*"}, {"", "#", "a b", "${caller_cc}"}},
      {check_media_type, {"audio", "VIDEO"}, {"", "a/b", "a b", "a,b"}},
      {check_codec, {"PCMA", "opus/48000/2", "telephone-event"}, {"", "/8000", "a b", "a,b", "a\r"}},
      {check_reason, {"Not Here", "Später"}, {"", " a", "a ", "a\nb", "<a>", "\xff"}},
  };
  for (const Row& row : rows) {
    for (const auto value : row.right) {
      CAPTURE(value);
      const auto once = row.rule(value);
      REQUIRE(once);
      CHECK(row.rule(*once) == once);  // the canonical spelling is one
    }
    for (const auto value : row.wrong) {
      CAPTURE(value);
      const auto checked = row.rule(value);
      CHECK_FALSE(checked);
      if (!checked) CHECK_FALSE(checked.error().empty());
    }
  }
}
