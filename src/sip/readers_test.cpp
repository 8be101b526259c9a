// SPDX-License-Identifier: Apache-2.0
// The smaller typed readers: counters, lists, media types, events, timers, dialog references, reasons,
// identities, dates, text.
#include <doctest/doctest.h>

#include <array>
#include <string>

#include "sip/cseq.h"
#include "sip/date.h"
#include "sip/event.h"
#include "sip/identity.h"
#include "sip/media_type.h"
#include "sip/numbers.h"
#include "sip/reason.h"
#include "sip/replaces.h"
#include "sip/session_timer.h"
#include "sip/text.h"
#include "sip/tokens.h"

using namespace ringfence::sip;

TEST_CASE("CSeq, RAck and RSeq (RFC 3261 §20.16, RFC 3262 §7)") {
  CHECK(parse_cseq("4711 INVITE") == CSeq{4711, "INVITE"});
  CHECK(parse_cseq("0009\r\n  INVITE") == CSeq{9, "INVITE"});
  CHECK(parse_cseq("4711INVITE").error() == ParseError::MissingSpace);
  CHECK(parse_cseq("4711 INV ITE").error() == ParseError::NotAToken);
  CHECK(parse_cseq("99999999999 INVITE").error() == ParseError::TooLarge);
  CHECK(parse_cseq("").error() == ParseError::NotANumber);
  CHECK(parse_rack("776656 1 INVITE") == RAck{776656, 1, "INVITE"});
  CHECK(parse_rack("4294967295 2147483647 INVITE").has_value());
  CHECK(parse_rack("776656 INVITE").error() == ParseError::NotANumber);
  CHECK(parse_rack("776656 1").error() == ParseError::MissingSpace);
  CHECK(parse_rseq("988789") == 988789U);
  CHECK_FALSE(parse_rseq("0").has_value());
  CHECK_FALSE(parse_rseq("4294967296").has_value());
}

TEST_CASE("option tags become a set, unknown ones leave a trace (RFC 3261 §20.32)") {
  const auto options = parse_options("100rel , Timer,path");
  REQUIRE(options);
  CHECK(options->test(static_cast<std::size_t>(Option::Reliable100)));
  CHECK(options->test(static_cast<std::size_t>(Option::Timer)));
  CHECK(options->test(static_cast<std::size_t>(Option::Path)));
  CHECK_FALSE(options->test(static_cast<std::size_t>(Option::Unknown)));
  CHECK(parse_options("nothingSupportsThis")->test(static_cast<std::size_t>(Option::Unknown)));
  CHECK(parse_options("")->none());
  CHECK(parse_options("a,,b").error() == ParseError::NotAToken);
  CHECK(parse_options("a b").error() == ParseError::NotAToken);
  CHECK(parse_token_list("a,").error() == ParseError::NotAToken);
}

TEST_CASE("Allow becomes a set of methods, compared with case") {
  const auto methods = parse_allow("INVITE, ACK,BYE , Cancel");
  REQUIRE(methods);
  CHECK(methods->test(static_cast<std::size_t>(Method::Bye)));
  CHECK_FALSE(methods->test(static_cast<std::size_t>(Method::Cancel)));
  CHECK(methods->test(static_cast<std::size_t>(Method::Unknown)));
}

TEST_CASE("Privacy values are separated by semicolons (RFC 3323 §4.2)") {
  const auto privacy = parse_privacy("id; critical");
  REQUIRE(privacy);
  CHECK(privacy->id);
  CHECK(privacy->critical);
  CHECK_FALSE(privacy->none);
  CHECK(parse_privacy("id;other-value")->other);
  CHECK(parse_privacy("").error() == ParseError::Empty);
  CHECK(parse_privacy("id,user").error() == ParseError::NotAToken);
}

TEST_CASE("media types (RFC 3261 §20.15)") {
  const auto type = parse_media_type("multipart/mixed ; boundary=\"a b\"");
  REQUIRE(type);
  CHECK(type->is("MULTIPART", "Mixed"));
  CHECK(type->all_params().value("boundary") == "a b");
  CHECK(parse_media_type("application / sdp")->is("application", "sdp"));
  CHECK(parse_media_type("*/*")->type == "*");
  CHECK_FALSE(parse_media_type("text").has_value());
  CHECK_FALSE(parse_media_type("text/").has_value());
  CHECK_FALSE(parse_media_type("text/plain;").has_value());
  CHECK(parse_content_disposition("session;handling=optional")->handling_optional);
  CHECK_FALSE(parse_content_disposition("session")->handling_optional);
}

TEST_CASE("Event and Subscription-State (RFC 6665 §8.2)") {
  const auto event = parse_event("presence.winfo;id=7");
  REQUIRE(event);
  CHECK(event->package == "presence.winfo");
  CHECK(event->id == "7");
  CHECK(parse_event(";id=7").error() == ParseError::NotAToken);
  const auto state = parse_subscription_state("Terminated;reason=timeout;retry-after=30");
  REQUIRE(state);
  CHECK(state->phase == SubscriptionPhase::Terminated);
  CHECK(state->reason == "timeout");
  CHECK(state->retry_after == 30U);
  CHECK_FALSE(state->expires);
  CHECK(parse_subscription_state("active;expires=600")->expires == 600U);
  CHECK(parse_subscription_state("waiting")->phase == SubscriptionPhase::Other);
  CHECK_FALSE(parse_subscription_state("active;expires=x").has_value());
}

TEST_CASE("session timers (RFC 4028 §4, §5) and Retry-After (RFC 3261 §20.33)") {
  const auto timer = parse_session_expires("4000;refresher=UAC");
  REQUIRE(timer);
  CHECK(timer->seconds == 4000);
  CHECK(timer->refresher == Refresher::Uac);
  CHECK(parse_session_expires("90")->refresher == Refresher::Unspecified);
  CHECK_FALSE(parse_session_expires("90;refresher=me").has_value());
  CHECK_FALSE(parse_session_expires("soon").has_value());
  CHECK(parse_min_se("3600 ; x=1") == 3600U);
  const auto later = parse_retry_after("18000 (I'm in a \\) meeting (long)) ;duration=3600");
  REQUIRE(later);
  CHECK(later->seconds == 18000);
  CHECK(later->duration == 3600);
  CHECK_FALSE(parse_retry_after("120 (no end").has_value());
}

TEST_CASE("headers that name a dialog (RFC 3891 §6.1, RFC 4538 §7)") {
  const auto replaces = parse_replaces("425928@bobster.example.org;to-tag=7743;from-tag=6472;early-only");
  REQUIRE(replaces);
  CHECK(replaces->call_id == "425928@bobster.example.org");
  CHECK(replaces->to_tag == "7743");
  CHECK(replaces->from_tag == "6472");
  CHECK(replaces->early_only);
  CHECK(parse_replaces("a@b;to-tag=1").error() == ParseError::MissingParameter);
  CHECK(parse_replaces("@b;to-tag=1;from-tag=2").error() == ParseError::NotAToken);
  CHECK(parse_target_dialog("fa77as7dad8-sd98ajzz@host.example.com;local-tag=kkaz-;remote-tag=6544")
            ->from_tag == "6544");
}

TEST_CASE("Reason (RFC 3326 §2) and Warning (RFC 3261 §20.43)") {
  const auto reason = parse_reason("Q.850 ;cause=16 ;text=\"Terminated\"");
  REQUIRE(reason);
  CHECK(reason->protocol == "Q.850");
  CHECK(reason->cause == 16U);
  CHECK(reason->text == "Terminated");
  CHECK_FALSE(parse_reason("SIP;cause=x").has_value());
  const auto warning = parse_warning("301 isi.edu:5060 \"Incompatible network address type 'E.164'\"");
  REQUIRE(warning);
  CHECK(warning->code == 301);
  CHECK(warning->agent == "isi.edu:5060");
  CHECK(warning->text.ends_with("'E.164'"));
  CHECK_FALSE(parse_warning("1812 overture \"In Progress\"").has_value());
}

TEST_CASE("Identity carries a token and where the certificate is (RFC 8224 §4)") {
  const auto identity = parse_identity(
      "eyJhbGciOi.eyJkZX.rq3pjT1h==;info=<https://cert.example.org/passport.cer>;alg=ES256;ppt=\"shaken\"");
  REQUIRE(identity);
  CHECK(identity->token == "eyJhbGciOi.eyJkZX.rq3pjT1h==");
  CHECK(identity->info == "https://cert.example.org/passport.cer");
  CHECK(identity->alg == "ES256");
  CHECK(identity->ppt == "shaken");
  CHECK(parse_identity("abc;alg=ES256").error() == ParseError::MissingParameter);
  CHECK(parse_identity("abc;info=<x>;info=<y>").error() == ParseError::DuplicateParameter);
  CHECK(parse_identity(";info=<x>").error() == ParseError::Empty);
}

TEST_CASE("Remote-Party-ID, Diversion and History-Info") {
  const auto party = parse_remote_party("\"A\" <sip:+1@gw>;party=calling;screen=yes;privacy=full");
  REQUIRE(party);
  CHECK(party->screened);
  CHECK(party->hidden);
  CHECK_FALSE(party->called);
  const auto diversion = parse_diversion("<sip:b@x>;reason=user-busy;counter=3;privacy=off");
  REQUIRE(diversion);
  CHECK(diversion->reason == "user-busy");
  CHECK(diversion->counter == 3);
  CHECK_FALSE(diversion->hidden);
  const auto history = parse_history_info("<sip:bob@192.0.2.4?Reason=SIP%3Bcause%3D302>;index=1.1.2;rc=1.1");
  REQUIRE(history);
  CHECK(history->index == "1.1.2");
  CHECK(history->origin == "1.1");
  CHECK(parse_history_info("<sip:b@x>").error() == ParseError::MissingParameter);
  CHECK(parse_history_info("<sip:b@x>;index=1..2").error() == ParseError::BadParameter);
}

TEST_CASE("a Date is RFC 1123 in GMT, and goes both ways (RFC 3261 §20.17)") {
  const auto date = parse_date("Sat, 13 Nov 2010 23:29:00 GMT");
  REQUIRE(date);
  CHECK(date->time_since_epoch().count() == 1'289'690'940);
  std::array<char, kDateSize> out;
  CHECK(write_date(*date, out) == "Sat, 13 Nov 2010 23:29:00 GMT");
  for (const std::string_view bad :
       {"", "Sat, 13 Nov 2010 23:29:00 EST", "Sat, 13 Nov 2010 23:29:00 UTC", "Sat, 31 Feb 2010 23:29:00 GMT",
        "Sat, 13 Nov 2010 24:29:00 GMT", "Sat, 13 Nov 10 23:29:00 GMT", "Foo, 13 Nov 2010 23:29:00 GMT",
        "Sat, 3 Nov 2010 23:29:00 GMT", "Sat, 13 Nov 2010 23:29:00 GMT "}) {
    CAPTURE(bad);
    CHECK(parse_date(bad).error() == ParseError::BadDate);
  }
}

TEST_CASE("folds become one blank, and what is no fold is refused") {
  std::array<char, 64> out;
  CHECK(unfold("a\r\n \t b", out) == "a b");
  CHECK(unfold("a\r\n b\r\n\tc", out) == "a b c");
  CHECK(unfold("plain", out) == "plain");
  CHECK(unfold("a\r\nb", out).error() == WriteError::Unsafe);
  CHECK(unfold("a\nb", out).error() == WriteError::Unsafe);
  CHECK(unfold("a\r\n", out).error() == WriteError::Unsafe);
  CHECK(unfold(std::string_view{"a\0b", 3}, out).error() == WriteError::Unsafe);
  CHECK(unfold("abc", std::span{out}.first(2)).error() == WriteError::NoRoom);
}

TEST_CASE("quotes and backslashes go both ways (RFC 3261 §25.1)") {
  std::array<char, 64> out;
  CHECK(quote("say \"hi\" \\o/", out) == "\"say \\\"hi\\\" \\\\o/\"");
  CHECK(unquote("say \\\"hi\\\" \\\\o/", out) == "say \"hi\" \\o/");
  constexpr std::string_view kPlain = "no escapes";
  CHECK(unquote(kPlain, out)->data() == kPlain.data());
  CHECK(quote("a\r\nb", out).error() == WriteError::Unsafe);
}

TEST_CASE("seconds that cannot be read have a meaning all the same (RFC 3261 §20.19)") {
  CHECK(lenient_seconds("3600") == 3600);
  CHECK(lenient_seconds("0") == 0);
  CHECK(lenient_seconds("4294967296") == 0xffff'ffff);
  CHECK(lenient_seconds("-5") == 3600);
  CHECK(lenient_seconds("") == 3600);
}

TEST_CASE("parameters are checked as a whole") {
  const auto params = parse_params(";a=1 ; b = \"x;y\" ;c");
  REQUIRE(params);
  CHECK(params->value("A") == "1");
  CHECK(params->find("b")->quoted);
  CHECK(params->has("c"));
  CHECK_FALSE(params->has("d"));
  CHECK(parse_params("").has_value());
  CHECK(parse_params("a=1").error() == ParseError::BadParameter);
  CHECK(parse_params(";a;A").error() == ParseError::DuplicateParameter);
  CHECK(Params{"a=1;b=2"}.value("b") == "2");
}
