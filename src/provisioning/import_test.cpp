// SPDX-License-Identifier: Apache-2.0
#include "provisioning/import.h"

#include "base/encoding.h"
#include "provisioning/test_bench.h"

using namespace ringfence;
using namespace ringfence::provisioning;

namespace {

Outcome<Import::Summary> import_text(TestBench& bench, std::string_view text, std::size_t chunk = SIZE_MAX) {
  Import import{bench.service, Kind::Subscriber, bench.actor};
  for (; text.size() > chunk; text.remove_prefix(chunk)) import.feed(text.substr(0, chunk));
  import.feed(text);
  return import.finish([](std::size_t, std::size_t) {});
}

}  // namespace

TEST_CASE("a file of addresses, passwords and numbers is imported, however it is cut into chunks") {
  for (const std::size_t chunk : {std::size_t{1}, std::size_t{7}, SIZE_MAX}) {
    CAPTURE(chunk);
    TestBench bench;
    bench.add_domain("a.test");
    const auto imported =
        import_text(bench,
                    "\xef\xbb\xbf# who\r\n1001@a.test,password one,43123\r\n\r\n"
                    "1002@A.test,\"pass,word \"\"two\"\"\"\n 1003@a.test , password three ,",
                    chunk);
    REQUIRE(imported);
    CHECK(imported->rows == 3);
    CHECK(imported->notes.empty());
    CHECK(bench.now().by_number("43123") == bench.subscriber("1001", "a.test"));
    CHECK(bench.subscriber("1002", "a.test")->values().ha1 == ha1_of("1002", "a.test", "pass,word \"two\""));
    CHECK(bench.subscriber("1003", "a.test")->values().ha1 == ha1_of("1003", "a.test", "password three"));
  }
}

TEST_CASE("a first line of names gives the columns, HA1s among them") {
  TestBench bench;
  bench.add_domain("a.test");
  const auto ha1 = ha1_of("1001", "a.test", "secret");
  std::string file = "username,domain,ha1_md5,ha1_sha256,ha1_sha512_256,state\n1001,a.test";
  for (const auto kind : directory::kHa1Kinds) file += "," + base::to_hex(ha1.get(kind));
  file += ",locked\n1002,a.test," + base::to_hex(ha1.get(crypto::HashKind::Md5)) + "\n";
  REQUIRE(import_text(bench, file));
  CHECK(bench.subscriber("1001", "a.test")->values().ha1 == ha1);
  CHECK(bench.subscriber("1001", "a.test")->state() == directory::State::Locked);
  CHECK(bench.subscriber("1002", "a.test")->ha1(crypto::HashKind::Sha256).empty());
}

TEST_CASE("one wrong line and nothing is imported; each wrong line is named with its rule") {
  TestBench bench;
  bench.add_domain("a.test");
  REQUIRE(bench.service.add(Kind::Subscriber, "old@a.test", {{"number", "7"}}, bench.actor));
  const auto told = bench.told;
  const auto refused = import_text(bench,
                                   "1@a.test,password\n"
                                   "2,password\n"
                                   "3@a.test\n"
                                   "4@b.test,password\n"
                                   "1@A.test,password\n"
                                   "5@a.test,password,x\n"
                                   "old@a.test,password\n"
                                   "6@a.test,password,7\n"
                                   "7@a.test,\"password\n"
                                   "8@a.test,password,1,extra\n");
  REQUIRE_FALSE(refused);
  const std::string& why = refused.error().failure.why;
  INFO(why);
  CHECK(refused.error().reason == Reason::Failed);
  for (const auto* part :
       {"9 of 10 lines are wrong", "line 2: subscriber \"2\" is not allowed: user@domain",
        "line 3: it has neither", "line 4: there is no domain b.test (ringfence domain add b.test)",
        "line 5: 1@a.test stands in line 1 already", "line 6: number \"x\" is not allowed: digits only",
        "line 7: subscriber old@a.test is there already", "line 8: old@a.test has the number 7",
        "line 9: a quoted value has no closing quote", "line 10: it has 4 values for 3 columns"}) {
    CHECK(why.find(part) != std::string::npos);
  }
  CHECK(bench.told == told);
  CHECK(bench.store.count(store::Kind::Subscriber, {}) == 1U);
}

TEST_CASE("lines that are only taken make a conflict, and of many wrong lines the first are named") {
  TestBench bench;
  bench.add_domain("a.test");
  REQUIRE(import_text(bench, "1@a.test,password\n"));
  check_refused(import_text(bench, "1@a.test,password\n"), Reason::Conflict, "there already");

  std::string file;
  for (int i = 0; i < 100; ++i) file += "nonsense\n";
  const auto refused = import_text(bench, file);
  check_refused(refused, Reason::Failed, "100 of 100 lines");
  CHECK(refused.error().failure.why.find("and 80 more") != std::string::npos);
}

TEST_CASE("a wrong first line is reported alone") {
  TestBench bench;
  check_refused(import_text(bench, "username,colour\n1,red\n2,blue\n"), Reason::Failed,
                "line 1: there is no column \"colour\": use subscriber,customer,number");
}

TEST_CASE("a line that is too long is an error and costs no memory") {
  TestBench bench;
  bench.add_domain("a.test");
  const auto refused =
      import_text(bench, "1@a.test," + std::string(1 << 20, 'x') + "\n2@a.test,password\n", 1000);
  check_refused(refused, Reason::Failed, "line 1: it has more than 16384 characters");
  CHECK(refused.error().failure.why.find("line 2") == std::string::npos);
}

TEST_CASE("weak passwords in a file are counted") {
  TestBench bench;
  bench.add_domain("a.test");
  const auto imported = import_text(bench, "1@a.test,1\n2@a.test,2\n3@a.test,long enough\n");
  REQUIRE(imported);
  CHECK(imported->notes.at(0).find("2 passwords are weak") != std::string::npos);
}

TEST_CASE("when the database fails half-way nothing is imported") {
  TestBench bench;
  bench.add_domain("a.test");
  bench.store.fail_after(2, store::Cause::Full);
  check_refused(import_text(bench, "1@a.test,password\n2@a.test,password\n"), Reason::Failed, "line 2");
  CHECK(bench.store.count(store::Kind::Subscriber, {}) == 0U);
  CHECK(bench.now().subscribers() == 0);
}

TEST_CASE("the shards learn a long import in batches, and progress is told") {
  TestBench bench;
  bench.add_domain("a.test");
  Import import{bench.service, Kind::Subscriber, bench.actor};
  for (int i = 0; i < 6000; ++i)
    import.feed(std::to_string(i) + "@a.test,password,43" + std::to_string(i) + "\n");
  std::vector<std::size_t> told;
  REQUIRE(import.finish([&told](std::size_t stored, std::size_t of) {
    CHECK(of == 6000);
    told.push_back(stored);
  }));
  CHECK(told == std::vector<std::size_t>{5000});
  CHECK(bench.now().subscribers() == 6000);
  CHECK(bench.now().by_number("435999") != nullptr);
}

TEST_CASE("values of a line are split as RFC 4180 has it") {
  std::vector<std::string> values;
  const auto split = [&values](std::string_view line) { return split_csv(line, values).has_value(); };
  CHECK(split("a,b ,, \"c\"\"d\" ,"));
  CHECK(values == std::vector<std::string>{"a", "b", "", "c\"d", ""});
  CHECK(split(""));
  CHECK(values == std::vector<std::string>{""});
  CHECK(split_csv("\"a", values).error() == CsvError::OpenQuote);
  CHECK(split_csv("\"a\"b", values).error() == CsvError::TextAfterQuote);
  CHECK(split_csv("a\"b", values).error() == CsvError::StrayQuote);
  CHECK(split_csv(std::string(40, ','), values).error() == CsvError::TooManyValues);
}
