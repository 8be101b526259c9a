// SPDX-License-Identifier: Apache-2.0
// Layers, their precedence, and what a mistake is answered with.
#include "config/configuration.h"

#include <doctest/doctest.h>

#include <string>

namespace ringfence::config {
namespace {

using namespace std::chrono_literals;

base::Result<Configuration> load(std::string text, std::vector<std::string> environment = {},
                                 std::vector<std::string> sets = {}) {
  return Configuration::load({"ringfence.yml", std::move(text), std::move(environment), std::move(sets)});
}

/// What the Failure says went wrong; empty when nothing did.
std::string complaint(std::string text, std::vector<std::string> environment = {},
                      std::vector<std::string> sets = {}) {
  const auto loaded = load(std::move(text), std::move(environment), std::move(sets));
  return loaded ? std::string{} : loaded.error().why;
}

const Value& value(const Configuration& configuration, std::string_view path) {
  return *configuration.get(path)->front();
}

TEST_CASE("without any source every option has its default") {
  const auto loaded = Configuration::load({});
  REQUIRE(loaded.has_value());
  const Settings& settings = loaded->settings();
  CHECK(settings.node.id == 1);
  CHECK(settings.transaction.t1 == 500ms);
  CHECK(settings.registrar.expires_jitter == Percent{10});
  CHECK(settings.auth.algorithms == std::vector{DigestAlgorithm::Sha256, DigestAlgorithm::Md5});
  CHECK(settings.auth.nonce_lifetime == 300s);
  CHECK(settings.emergency.numbers == std::vector<std::string>{"112", "911"});
  CHECK(settings.metrics.listen == base::Endpoint::parse("127.0.0.1:9464"));
  CHECK(settings.log.privacy == observe::Privacy::Masked);
  CHECK(settings.security.trusted_sources.empty());
  REQUIRE(settings.sip.listen.size() == 4);
  CHECK(settings.sip.listen.front() ==
        ListenSpec{ListenProtocol::Udp, *base::Endpoint::parse("0.0.0.0:5060")});
  CHECK(settings.sip.listen.back() == ListenSpec{ListenProtocol::Tcp, *base::Endpoint::parse("[::]:5060")});
}

TEST_CASE("the environment overrides the file, --set overrides both, and each value knows its place") {
  const std::string file = "registrar:\n  min_expires: 30s\n  max_expires: 2h\n  max_contacts: 3\n";
  const auto loaded =
      load(file, {"RINGFENCE_REGISTRAR_MAX_EXPIRES=7100", "RINGFENCE_REGISTRAR_MAX_CONTACTS=4", "PATH=/bin"},
           {"registrar.max_contacts=5", "registrar.max_contacts=6"});
  REQUIRE(loaded.has_value());
  CHECK(loaded->settings().registrar.min_expires == 30s);
  CHECK(loaded->settings().registrar.max_expires == 7100s);
  CHECK(loaded->settings().registrar.max_contacts == 6);

  CHECK(value(*loaded, "registrar.min_expires").place == "ringfence.yml:2:3");
  CHECK(value(*loaded, "registrar.min_expires").layer == Layer::File);
  CHECK(value(*loaded, "registrar.max_expires").place == "RINGFENCE_REGISTRAR_MAX_EXPIRES");
  CHECK(value(*loaded, "registrar.max_contacts").place == "--set");
  CHECK(value(*loaded, "registrar.default_expires").layer == Layer::Default);
  CHECK(value(*loaded, "registrar.default_expires").text() == "3600s");
}

TEST_CASE("lists are written in YAML or with commas") {
  const auto networks = [](const auto& loaded) { return loaded.value().settings().security.trusted_sources; };
  const std::vector wanted{*base::Cidr::parse("192.0.2.0/24"), *base::Cidr::parse("::1")};
  CHECK(networks(load("security:\n  trusted_sources: [192.0.2.0/24, \"::1\"]\n")) == wanted);
  CHECK(networks(load("security:\n  trusted_sources:\n    - 192.0.2.0/24\n    - ::1\n")) == wanted);
  CHECK(networks(load("security:\n  trusted_sources: 192.0.2.0/24, ::1\n")) == wanted);
  CHECK(networks(load("", {"RINGFENCE_SECURITY_TRUSTED_SOURCES=192.0.2.0/24,::1"})) == wanted);
  CHECK(networks(load("security.trusted_sources: []\n")).empty());
  CHECK(networks(load("security:\n  trusted_sources: [192.0.2.1]\n", {}, {"security.trusted_sources="}))
            .empty());
}

TEST_CASE("durations, sizes and percentages are read with their units; a bare duration is in seconds") {
  const auto loaded = load(
      "transaction: {t1: 250ms, timer_c: 5m}\nauth: {nonce_lifetime: 60}\n"
      "sip: {max_message_udp: 16KiB, max_message_tcp: 8192, tcp: {known_idle_timeout: 2h}}\n"
      "registrar: {expires_jitter: 5 %}\n");
  REQUIRE(loaded.has_value());
  CHECK(loaded->settings().transaction.t1 == 250ms);
  CHECK(loaded->settings().transaction.timer_c == 300s);
  CHECK(loaded->settings().auth.nonce_lifetime == 60s);
  CHECK(loaded->settings().sip.max_message_udp == ByteSize{16'384});
  CHECK(loaded->settings().sip.max_message_tcp == ByteSize{8192});
  CHECK(loaded->settings().sip.tcp.known_idle_timeout == 7200s);
  CHECK(loaded->settings().registrar.expires_jitter == Percent{5});
}

TEST_CASE("sip.port moves the default listeners; its sip:provider name and port 0 are accepted") {
  for (const auto& loaded : {load("sip: {port: 5070}"), load("kamailio: {lb: {port: 5070}}"),
                             load("", {}, {"kamailio.lb.port=5070"})}) {
    REQUIRE(loaded.has_value());
    CHECK(loaded->settings().sip.listen.front().bind.port == 5070);
    CHECK(loaded->settings().sip.listen.back() ==
          ListenSpec{ListenProtocol::Tcp, *base::Endpoint::parse("[::]:5070")});
    CHECK(value(*loaded, "sip.listen").text() ==
          "udp:0.0.0.0:5070, tcp:0.0.0.0:5070, udp:[::]:5070, tcp:[::]:5070");
    CHECK(value(*loaded, "kamailio.lb.port").text() == "5070");
  }
  CHECK(load("sip: {port: 0}")->settings().sip.listen.front().bind.port == 0);
}

TEST_CASE("sip.port together with sip.listen is an error that names both places") {
  CHECK(complaint("sip:\n  listen: [\"udp:127.0.0.1:5060\"]\n  port: 5070\n") ==
        "ringfence.yml:3:3: sip.port: sip.port and sip.listen exclude each other; sip.listen is given at "
        "ringfence.yml:2:3");
  CHECK(complaint("sip.listen: [\"udp:127.0.0.1:5060\"]", {"RINGFENCE_SIP_PORT=5070"})
            .starts_with("RINGFENCE_SIP_PORT: "));
}

TEST_CASE(
    "a listener is a protocol, an address and a port; protocols of later versions are refused as such") {
  const auto listen = [](const std::string& spec) { return complaint("sip.listen: [\"" + spec + "\"]\n"); };
  CHECK(listen("udp:127.0.0.1:5060").empty());
  CHECK(listen("tcp:[::1]:0").empty());
  CHECK(listen("TCP:192.0.2.1:65535").empty());
  CHECK(listen("tls:0.0.0.0:5061").find("udp: or tcp: (tls: is not available in this version)") !=
        std::string::npos);
  CHECK(listen("wss:0.0.0.0:5063").find("wss: is not available") != std::string::npos);
  for (const auto* wrong : {"", "127.0.0.1:5060", "udp:127.0.0.1", "udp:::1:5060", "udp:localhost:5060",
                            "udp:127.0.0.1:65536", "sctp:127.0.0.1:1"}) {
    CAPTURE(wrong);
    CHECK(listen(wrong).find("expected PROTOCOL:ADDRESS:PORT") != std::string::npos);
  }
  CHECK(complaint("sip.listen: [\"udp:127.0.0.1:5060\", \"udp:127.0.0.1:5060\"]").find("each item once") !=
        std::string::npos);
  CHECK(complaint("sip.listen: []").find("at least 1 in the list") != std::string::npos);
}

TEST_CASE("a wrong value is told with its place, what was expected and what was found") {
  CHECK(complaint("log:\n  level: info\nsip:\n  port: many\n") ==
        "ringfence.yml:4:3: sip.port: expected a number from 0 to 65535, found \"many\"");
  CHECK(complaint("transaction: {t1: 20s}") ==
        "ringfence.yml:1:15: transaction.t1: expected a duration (10s, 500ms) from 100ms to 10s, found "
        "\"20s\"");
  CHECK(complaint("auth.nonce_lifetime: 10500ms").find("in whole seconds") != std::string::npos);
  CHECK(complaint("", {"RINGFENCE_LOG_LEVEL=loud"}) ==
        "RINGFENCE_LOG_LEVEL: expected one of debug, info, notice, warning, error, found \"loud\"");
  CHECK(complaint("", {}, {"node.id=0"}) == "--set node.id: expected a number from 1 to 65535, found \"0\"");
  CHECK(complaint("node: {id: [1, 2]}").find("expected one value, not a list") != std::string::npos);
  CHECK(complaint("security.trusted_sources: [10.0.0.1/8]").find("no bit set behind the prefix") !=
        std::string::npos);
  CHECK(complaint("emergency.numbers: [sos]").find("a number to dial") != std::string::npos);
  CHECK(complaint("node:\n  id:\n") ==
        "ringfence.yml:2:3: node.id: expected a number from 1 to 65535, found \"\"");
}

TEST_CASE("an unknown name is an error that names the nearest known one") {
  CHECK(complaint("sip:\n  prot: 5060\n") ==
        "ringfence.yml:2:3: sip.prot: there is no such option; the nearest is sip.port");
  CHECK(complaint("port: 5060") ==
        "ringfence.yml:1:1: port: there is no such option; the nearest is sip.port");
  CHECK(complaint("", {"RINGFENCE_SIP_PROT=1"}) ==
        "RINGFENCE_SIP_PROT: there is no such variable; the nearest is RINGFENCE_SIP_PORT");
  CHECK(complaint("", {}, {"auth.algoritm=MD5"}) ==
        "--set auth.algoritm: there is no such option; the nearest is auth.algorithms");
  CHECK(complaint("", {}, {"sip.port"}) == "--set sip.port: expected KEY=VALUE");
  CHECK(complaint("", {"RINGFENCE_DATA=/tmp"}).empty());  // the command line's own
}

TEST_CASE("all mistakes are told at once, and twenty at most") {
  const std::string two = complaint("node.id: x\nsip.prot: 1\n");
  CHECK(two.find("sip.prot") != std::string::npos);
  CHECK(two.find("node.id") != std::string::npos);
  std::string many;
  for (int i = 0; i < 25; ++i) many += "unknown" + std::to_string(i) + ": 1\n";
  CHECK(complaint(many).ends_with("\nand 5 more"));
}

TEST_CASE("options that contradict each other are an error") {
  CHECK(complaint("registrar: {min_expires: 7200s}") ==
        "ringfence.yml:1:13: registrar.min_expires: registrar.min_expires (7200s) must not be above "
        "registrar.default_expires (3600s)");
  CHECK(complaint("transaction: {t1: 5s, t2: 4s}")
            .find("transaction.t1 (5s) must not be above transaction.t2 (4s)") != std::string::npos);
}

TEST_CASE("the same option twice is an error that names the first place, also through its other name") {
  CHECK(complaint("node:\n  id: 1\nnode.id: 2\n") ==
        "ringfence.yml:3:1: node.id: given before, at ringfence.yml:2:3");
  CHECK(complaint("sip.port: 1\nkamailio.lb.port: 2\n").find("given before") != std::string::npos);
}

TEST_CASE("what is not plain YAML is refused with its place") {
  CHECK(complaint("sip:\n  port: [\n").starts_with("ringfence.yml:"));
  CHECK(complaint("sip: &a\n  port: 1\nnode: *a\n").find("anchors (&) are not used here") !=
        std::string::npos);
  CHECK(complaint("a: {b: {c: {d: {e: {f: {g: {h: {i: 1}}}}}}}}").find("nested too deeply") !=
        std::string::npos);
  CHECK(complaint("- sip\n").find("a list is not expected here") != std::string::npos);
  CHECK(complaint("sip\n").find("name: value") != std::string::npos);
  CHECK(complaint("sip.port: 1\n---\nsip.port: 2\n").find("found a second") != std::string::npos);
  CHECK(complaint("auth.qop: [[auth]]\n").find("a list is not expected here") != std::string::npos);
  CHECK(complaint("auth.qop: [{a: b}]\n").find("plain values only") != std::string::npos);
  CHECK(complaint(std::string((1 << 20) + 1, ' ')).find("larger than 1 MiB") != std::string::npos);
}

TEST_CASE("groups may be empty, and a file of comments is fine") {
  CHECK(complaint("sip:\nlog:\n").empty());
  CHECK(complaint("# nothing\n").empty());
  CHECK(complaint("").empty());
  CHECK_FALSE(complaint("nothing:\n").empty());
}

TEST_CASE(
    "of a file full of unknown names the first are told, and only they are compared with all known ones") {
  std::string text;
  for (unsigned i = 0; i < 4000; ++i) text += std::to_string(i) + std::string(120, 'q') + ": 1\n";
  const auto loaded = Configuration::load({"ringfence.yml", text, {}, {}});
  REQUIRE_FALSE(loaded);
  CHECK(loaded.error().why.ends_with("\nand 3980 more"));
}

TEST_CASE("get finds an option, a group, everything, or tells the nearest name") {
  const auto loaded = load("");
  REQUIRE(loaded.has_value());
  CHECK(loaded->get("log.level")->size() == 1);
  CHECK(loaded->get("log")->size() == 3);
  CHECK(loaded->get("sip.tcp")->size() == 8);
  CHECK(loaded->get("")->size() == options().size());
  const auto missing = loaded->get("log.levle");
  REQUIRE_FALSE(missing.has_value());
  CHECK(missing.error().next.starts_with("the nearest is log.level"));
}

TEST_CASE("an empty metrics.listen switches the metrics off") {
  CHECK_FALSE(load("metrics.listen:\n")->settings().metrics.listen.has_value());
  CHECK_FALSE(load("metrics.listen: \"\"\n")->settings().metrics.listen.has_value());
  CHECK(load("metrics.listen: \"[::1]:0\"\n")->settings().metrics.listen == base::Endpoint::parse("[::1]:0"));
}

TEST_CASE("a file that cannot be read is told with its reason") {
  CHECK_FALSE(read_file("/nonexistent/ringfence.yml").has_value());
  CHECK(read_file("/nonexistent/ringfence.yml").error().why == "No such file or directory");
  CHECK_FALSE(read_file("/").has_value());
}

}  // namespace
}  // namespace ringfence::config
