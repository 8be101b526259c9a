// SPDX-License-Identifier: Apache-2.0
// The command line against a server in the same process.
#include "app/cli/command_line.h"

#include <fstream>
#include <set>
#include <sstream>

#include "app/cli/context.h"
#include "app/control/test_platform.h"
#include "app/serve/supervisor.h"

using namespace ringfence;
using namespace ringfence::app;

namespace {

namespace json = boost::json;

struct Result {
  int code = 0;
  std::string out;
  std::string err;
};

struct Shell {
  std::filesystem::path data;
  ServeOptions served;
  std::vector<Finding> findings;

  Result operator()(std::vector<std::string> arguments, const std::string& input = {}) {
    std::istringstream in{input};
    std::ostringstream out;
    std::ostringstream err;
    Context context{.data = {}, .format = std::nullopt, .in = in, .out = out, .err = err};
    const CliHooks hooks{.serve =
                             [this](const ServeOptions& options) {
                               served = options;
                               return 0;
                             },
                         .init = [](const std::filesystem::path& directory) -> base::Result<std::string> {
                           return "made " + directory.string();
                         },
                         .doctor = [this](const std::filesystem::path&) { return findings; },
                         .version = "1.2.3"};
    if (!data.empty()) arguments.insert(arguments.end(), {"--data", data.string()});
    const int code = CommandLine{hooks, context}.run(std::move(arguments));
    return {code, out.str(), err.str()};
  }
};

bool has(std::string_view text, std::string_view part) {
  return text.find(part) != text.npos;
}

}  // namespace

TEST_CASE("the scripts of the operator's contract run as they are written") {
  control::TestPlatform platform;
  platform.start();
  Shell ringfence{platform.data(), {}, {}};
  CHECK(ringfence({"domain", "add", "example.test"}).code == 0);
  CHECK(ringfence({"subscriber", "add", "1001@example.test", "--password", "PW"}).code == 0);
  CHECK(ringfence({"subscriber", "add", "1002@example.test", "--password", "PW", "--number", "43123456"})
            .code == 0);
  CHECK(ringfence({"peer", "add", "NAME", "--address", "192.0.2.1:5060/udp"}).code == 0);

  const auto listed = ringfence({"subscriber", "ls", "-o", "json"});
  CHECK(listed.code == 0);
  const auto rows = json::parse(listed.out).as_array();
  REQUIRE(rows.size() == 2);
  CHECK(rows[1].at("subscriber") == "1002@example.test");
  CHECK(rows[1].at("number") == "43123456");
  CHECK(json::parse(ringfence({"-o", "json", "peer", "show", "NAME"}).out).at("default") == true);
  CHECK(ringfence({"subscriber", "ls"}).out.starts_with("subscriber\tnumber\tstate\tid\n"));
  CHECK(ringfence({"subscriber", "ls", "-o", "table"}).out.starts_with("SUBSCRIBER"));
}

TEST_CASE("exit codes tell scripts apart what happened, and each error what to type next") {
  control::TestPlatform platform;
  platform.start();
  Shell ringfence{platform.data(), {}, {}};
  REQUIRE(ringfence({"domain", "add", "a.test"}).code == 0);
  REQUIRE(ringfence({"subscriber", "add", "1@a.test"}).code == 0);
  const auto check = [&ringfence](std::vector<std::string> arguments, int code, std::string_view said) {
    const auto result = ringfence(std::move(arguments));
    CAPTURE(result.err);
    CHECK(result.code == code);
    CHECK(has(result.err, said));
    CHECK(has(result.err, "  next: "));
    CHECK(result.out.empty());
  };
  check({"domain", "add", "a.test"}, 6, "there already");
  check({"domain", "rm", "a.test"}, 6, "1 subscriber");
  check({"domain", "show", "b.test"}, 3, "no such domain");
  check({"subscriber", "add", "1", "--password", "x"}, 2, "user@domain");
  check({"subscriber", "add"}, 2, "ringfence subscriber add --help");
  check({"subscriber", "set", "1@a.test"}, 2, "nothing to change");
  check({"peer", "add", "x"}, 2, "--address");
  check({"domain"}, 2, "subcommand");
  check({"dance"}, 2, "dance");
  check({}, 2, "subcommand");
  check({"domain", "ls", "-o", "xml"}, 2, "xml");
}

TEST_CASE("without a server the answer is exit code 5 and the command that starts one") {
  const store::TemporaryDirectory empty;
  Shell ringfence{empty.path(), {}, {}};
  for (const auto& verb : {std::vector<std::string>{"status"}, {"domain", "ls"}, {"reg", "ls"}}) {
    const auto result = ringfence(verb);
    CHECK(result.code == 5);
    CHECK(has(result.err, "ringfence is not running on " + empty.path().string()));
    CHECK(has(result.err, "ringfence serve --data " + empty.path().string()));
  }
}

TEST_CASE("a password may come from standard input, and one made up is shown once") {
  control::TestPlatform platform;
  platform.start();
  Shell ringfence{platform.data(), {}, {}};
  REQUIRE(ringfence({"domain", "add", "a.test"}).code == 0);
  CHECK(ringfence({"subscriber", "add", "1@a.test", "--password", "-"}, "from a pipe\n").err.empty());
  const auto weak = ringfence({"subscriber", "add", "2@a.test", "--password", "-"}, "short\n");
  CHECK(weak.code == 0);
  CHECK(has(weak.err, "note: the password of 2@a.test is weak"));
  CHECK(ringfence({"subscriber", "add", "3@a.test", "--password", "short", "--allow-weak-password"})
            .err.empty());
  const auto made = json::parse(ringfence({"subscriber", "add", "4@a.test", "-o", "json"}).out);
  CHECK(made.at("password").as_string().size() == 20);
}

TEST_CASE("a value may be empty, which takes a number away") {
  control::TestPlatform platform;
  platform.start();
  Shell ringfence{platform.data(), {}, {}};
  REQUIRE(ringfence({"domain", "add", "a.test"}).code == 0);
  REQUIRE(ringfence({"subscriber", "add", "1@a.test", "--number", "+431"}).code == 0);
  CHECK(json::parse(ringfence({"subscriber", "show", "1@a.test", "-o", "json"}).out).at("number") == "431");
  REQUIRE(ringfence({"subscriber", "set", "1@a.test", "--number", ""}).code == 0);
  CHECK(json::parse(ringfence({"subscriber", "show", "1@a.test", "-o", "json"}).out).at("number") == "");
}

TEST_CASE("a file of subscribers is imported, from its name or from a pipe") {
  control::TestPlatform platform;
  platform.start();
  Shell ringfence{platform.data(), {}, {}};
  REQUIRE(ringfence({"domain", "add", "a.test"}).code == 0);
  const auto file = (platform.data() / "users.csv").string();
  std::ofstream{file} << "1@a.test,long password\n2@a.test,long password\n";
  CHECK(ringfence({"subscriber", "import", file}).out == "imported\n2\n");
  CHECK(ringfence({"subscriber", "import", "-"}, "3@a.test,long password\n").out == "imported\n1\n");
  const auto wrong = ringfence({"subscriber", "import", "-"}, "4@a.test,long password\n5\n");
  CHECK(wrong.code == 1);
  CHECK(has(wrong.err, "line 2: subscriber"));
  CHECK(ringfence({"subscriber", "import", "/no/such/file"}).code == 1);
  CHECK(json::parse(ringfence({"subscriber", "ls", "-o", "json"}).out).as_array().size() == 3);
}

TEST_CASE("the audit tells who did what, newest first, filtered, also of what has gone, and no secret") {
  control::TestPlatform platform;
  platform.start();
  Shell ringfence{platform.data(), {}, {}};
  REQUIRE(ringfence({"domain", "add", "a.test"}).code == 0);
  REQUIRE(ringfence({"subscriber", "add", "1@a.test", "--password", "very secret"}).code == 0);
  REQUIRE(ringfence({"subscriber", "set", "1@a.test", "--state", "locked"}).code == 0);
  REQUIRE(ringfence({"subscriber", "rm", "1@a.test"}).code == 0);

  const auto all = ringfence({"audit", "ls", "-o", "json"});
  REQUIRE(all.code == 0);
  CHECK_FALSE(has(all.out, "very secret"));
  const auto rows = json::parse(all.out).as_array();
  REQUIRE(rows.size() == 4);
  CHECK(rows[0].at("action") == "remove");
  CHECK(rows[0].at("before").at("username") == "1");
  CHECK(rows[0].at("after").is_null());
  CHECK(rows[1].at("before") == json::value{{"state", "active"}});
  CHECK(rows[1].at("after") == json::value{{"state", "locked"}});
  CHECK(rows[2].at("after").at("ha1_md5") == "(hidden)");
  CHECK(rows[3].at("entity") == "domain");
  CHECK(rows[3].at("door") == "cli");
  CHECK(has(json::serialize(rows[3].at("actor")), "uid"));
  CHECK(has(json::serialize(rows[3].at("at")), "Z"));

  const auto count = [&ringfence](std::vector<std::string> more) {
    std::vector<std::string> words{"audit", "ls", "-o", "json"};
    words.insert(words.end(), more.begin(), more.end());
    return json::parse(ringfence(words).out).as_array().size();
  };
  CHECK(count({"--entity", "subscriber", "--key", "1@A.Test"}) == 3);
  CHECK(count({"--key", "a.test"}) == 1);
  CHECK(count({"--entity", "peer"}) == 0);
  CHECK(count({"--limit", "2"}) == 2);
  CHECK(ringfence({"audit", "ls", "--entity", "castle"}).code == 2);
  CHECK(ringfence({"audit", "ls", "--entity", "subscriber", "--key", "1"}).code == 2);
  CHECK(ringfence({"audit", "ls", "-o", "tsv"}).out.starts_with("id\tat\tactor\t"));
}

TEST_CASE("a long audit comes whole, page by page") {
  control::TestPlatform platform;
  platform.start();
  Shell ringfence{platform.data(), {}, {}};
  REQUIRE(ringfence({"domain", "add", "a.test"}).code == 0);
  std::string file;
  for (int i = 0; i < 1499; ++i) file += std::to_string(i) + "@a.test,long password\n";
  REQUIRE(ringfence({"subscriber", "import", "-"}, file).code == 0);
  const auto rows = json::parse(ringfence({"audit", "ls", "-o", "json"}).out).as_array();
  REQUIRE(rows.size() == 1500);  // of which the last page is full
  for (std::size_t i = 1; i < rows.size(); ++i)
    CHECK(rows[i].at("id").as_int64() < rows[i - 1].at("id").as_int64());
  CHECK(rows.back().at("key") == "a.test");
}

TEST_CASE("status is 0 only when the server is ready") {
  for (const bool ready : {true, false}) {
    control::TestPlatform platform;
    platform.server().on("status", [ready](const control::Call& call) {
      call.reply.finish(json::object{{"ready", ready}, {"listeners", {{{"port", 5060}}}}});
    });
    platform.start();
    Shell ringfence{platform.data(), {}, {}};
    const auto result = ringfence({"status", "-o", "json"});
    CHECK(result.code == (ready ? 0 : 1));
    CHECK(json::parse(result.out).at("listeners").at(0).at("port") == 5060);
  }
}

TEST_CASE("doctor joins what the machine and the server say, and fails when one of them does") {
  const store::TemporaryDirectory empty;
  Shell alone{empty.path(), {}, {{Finding::Verdict::Ok, "disk", "1 GiB free", ""}}};
  const auto offline = alone({"doctor"});
  CHECK(offline.code == 0);
  CHECK(has(offline.out, "ok\tdisk\t1 GiB free\t\n"));
  CHECK(has(offline.out, "warning\tserver\tringfence is not running"));

  control::TestPlatform platform;
  platform.server().on("doctor", [](const control::Call& call) {
    control::Rows rows;
    rows.columns = {"verdict", "check", "detail", "fix"};
    rows.rows.push_back(json::array{"failed", "journal", "the disk is full", "make room"});
    call.reply.finish(rows);
  });
  platform.start();
  Shell running{platform.data(), {}, {{Finding::Verdict::Ok, "disk", "1 GiB free", ""}}};
  const auto online = running({"doctor"});
  CHECK(online.code == 1);
  CHECK(has(online.out, "failed\tjournal\tthe disk is full\tmake room"));
}

TEST_CASE("serve and init are handed what they need") {
  Shell ringfence;
  CHECK(ringfence(
            {"serve", "--data", "/d", "--config", "/c.yml", "--set", "a=1", "--set", "b=2", "--one-process"})
            .code == 0);
  CHECK(ringfence.served.data == "/d");
  CHECK(ringfence.served.config_file == "/c.yml");
  CHECK(ringfence.served.sets == std::vector<std::string>{"a=1", "b=2"});
  CHECK(ringfence.served.one_process);
  CHECK(ringfence({"init", "--data", "/d"}).out == "made /d\n");
}

TEST_CASE("the configuration is checked and shown without a server") {
  const store::TemporaryDirectory directory;
  Shell ringfence{directory.path(), {}, {}};
  std::ofstream{directory.path() / "ringfence.yml"} << "sip:\n  port: 5070\n";
  CHECK(ringfence({"config", "check"}).code == 0);
  CHECK(has(ringfence({"config", "get", "sip.port"}).out, "sip.port\t5070\tfile\t"));
  CHECK(has(ringfence({"config", "get", "sip.port", "--set", "sip.port=5080"}).out, "sip.port\t5080\tset\t"));
  CHECK(ringfence({"config", "get", "no.such"}).code == 3);
  std::ofstream{directory.path() / "ringfence.yml"} << "sip:\n  prot: 5070\n";
  const auto wrong = ringfence({"config", "check"});
  CHECK(wrong.code == 1);
  CHECK(has(wrong.err, "sip.port"));
}

TEST_CASE("every verb has help, and the ones of the contract an example") {
  Shell ringfence;
  CHECK(ringfence({"--version"}).out == "ringfence 1.2.3\n");
  const auto help = ringfence({"--help"});
  CHECK(help.code == 0);
  CHECK(has(help.out, "Exit codes:"));
  CHECK(has(ringfence({"subscriber", "add", "--help"}).out, "ringfence subscriber add 1001@example.test"));
  CHECK(has(ringfence({"subscriber", "add", "--help"}).out, "--number"));
}

TEST_CASE("completion knows every command and option, and the manual page too") {
  Shell ringfence;
  for (const auto* shell : {"bash", "zsh", "fish", "man"}) {
    CAPTURE(shell);
    const auto script = ringfence({"completion", shell});
    CHECK(script.code == 0);
    for (const auto* word : {"subscriber", "import", "doctor", "drop", "domain", "audit", "entity"})
      CHECK(has(script.out, word));
    CHECK(has(script.out,
              shell == std::string_view{"man"} ? "allow\\-weak\\-password" : "allow-weak-password"));
  }
  CHECK(ringfence({"completion", "tcsh"}).code == 2);
}
