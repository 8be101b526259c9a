// SPDX-License-Identifier: Apache-2.0
// Preferences: who may have which, where a value comes from, and what is secret.
#include "provisioning/preferences.h"

#include "provisioning/test_bench.h"

using namespace ringfence;
using namespace ringfence::provisioning;

namespace {

struct PreferenceBench : TestBench {
  PreferenceBench() {
    add_domain("a.test");
    REQUIRE(service.add(Kind::Customer, "acme", {}, actor));
    REQUIRE(service.add(Kind::Subscriber, "1@a.test", {{"customer", "acme"}}, actor));
    REQUIRE(service.add(Kind::Peer, "carrier", {{"address", "192.0.2.1:5060"}}, actor));
  }
  auto set(const char* name, const char* value, const char* kind, const char* owner) {
    return service.set(Kind::Preference, name, {{"value", value}, {kind, owner}}, actor);
  }
  std::string effective(std::string_view name, std::string_view column) {
    const auto all = service.effective_preferences({{"subscriber", "1@a.test"}});
    REQUIRE(all);
    for (const Record& record : *all) {
      if (text(record, "preference") == name) return text(record, column);
    }
    return "none";
  }
};

}  // namespace

TEST_CASE("a preference is set, changed and removed by its name and owner, and the shards see it") {
  PreferenceBench bench;
  const auto dnd = [&bench] {
    return bench.now().preferences(*bench.subscriber("1", "a.test")).flag(model::Pref::Dnd);
  };
  CHECK_FALSE(dnd());
  REQUIRE(bench.set("dnd", "yes", "subscriber", "1@a.test"));
  CHECK(dnd());
  REQUIRE(bench.set("dnd", "no", "subscriber", "1@a.test"));
  CHECK_FALSE(dnd());
  CHECK(bench.store.count(Kind::Preference, {}) == 1U);
  REQUIRE(bench.service.remove(Kind::Preference, "dnd", bench.actor, {{"subscriber", "1@a.test"}}));
  CHECK(bench.store.count(Kind::Preference, {}) == 0U);
  check_refused(bench.service.remove(Kind::Preference, "dnd", bench.actor, {{"subscriber", "1@a.test"}}),
                Reason::NotFound, "no such preference");
}

TEST_CASE("a value comes from the subscriber, else the domain, else the default, and says so") {
  PreferenceBench bench;
  CHECK(bench.effective("cc", "from") == "nothing");
  REQUIRE(bench.set("cc", "43", "domain", "a.test"));
  CHECK(bench.effective("cc", "value") == "43");
  CHECK(bench.effective("cc", "from") == "domain");
  REQUIRE(bench.set("cc", "49", "subscriber", "1@a.test"));
  CHECK(bench.effective("cc", "value") == "49");
  CHECK(bench.effective("cc", "from") == "subscriber");
  CHECK(bench.now().preferences(*bench.subscriber("1", "a.test")).text(model::Pref::Cc) == "49");
}

TEST_CASE("what is no preference, no value, or nobody's is refused with the rule") {
  PreferenceBench bench;
  check_refused(bench.set("colour", "red", "subscriber", "1@a.test"), Reason::Usage, "no such preference");
  check_refused(bench.set("dnd", "maybe", "subscriber", "1@a.test"), Reason::Usage,
                "\"maybe\" is not allowed: yes or no");
  check_refused(bench.set("dnd", "yes", "peer", "carrier"), Reason::Usage, "has no such preference");
  check_refused(bench.set("dnd", "yes", "subscriber", "2@a.test"), Reason::NotFound,
                "there is no subscriber 2@a.test");
  check_refused(bench.service.set(Kind::Preference, "dnd", {{"value", "yes"}}, bench.actor), Reason::Usage,
                "one owner");
  check_refused(
      bench.service.set(Kind::Preference, "dnd",
                        {{"value", "yes"}, {"subscriber", "1@a.test"}, {"domain", "a.test"}}, bench.actor),
      Reason::Usage, "one owner");
  check_refused(bench.service.set(Kind::Preference, "dnd", {{"subscriber", "1@a.test"}}, bench.actor),
                Reason::Usage, "--value VALUE is missing");
}

TEST_CASE("a preference names what is there, and what is named stays") {
  PreferenceBench bench;
  check_refused(bench.set("rewrite_rule_set", "austria", "domain", "a.test"), Reason::NotFound,
                "ringfence rewrite-set add austria");
  REQUIRE(bench.service.add(Kind::RewriteSet, "austria", {}, bench.actor));
  REQUIRE(bench.set("rewrite_rule_set", "austria", "domain", "a.test"));
  check_refused(bench.service.remove(Kind::RewriteSet, "austria", bench.actor), Reason::Conflict,
                "1 preference rewrite_rule_set says it");
  REQUIRE(bench.service.remove(Kind::Preference, "rewrite_rule_set", bench.actor, {{"domain", "a.test"}}));
  REQUIRE(bench.service.remove(Kind::RewriteSet, "austria", bench.actor));
}

TEST_CASE("what is named in a list stays as well") {
  PreferenceBench bench;
  for (const char* name : {"local", "national"})
    REQUIRE(bench.service.add(Kind::NcosLevel, name, {}, bench.actor));
  check_refused(bench.set("ncos_set", "local,abroad", "subscriber", "1@a.test"), Reason::NotFound,
                "there is no ncos-level abroad");
  REQUIRE(bench.set("ncos_set", "local,national", "subscriber", "1@a.test"));
  check_refused(bench.service.remove(Kind::NcosLevel, "national", bench.actor), Reason::Conflict,
                "ncos_set says it");
  REQUIRE(bench.set("ncos_set", "local", "subscriber", "1@a.test"));
  REQUIRE(bench.service.remove(Kind::NcosLevel, "national", bench.actor));
}

TEST_CASE("a peer's password is sealed where it is stored, and shown nowhere") {
  PreferenceBench bench;
  const auto set = bench.set("peer_auth_pass", "open sesame", "peer", "carrier");
  REQUIRE(set);
  CHECK(text(set->record, "value") == "(hidden)");
  const auto row = bench.store.find(Kind::Preference, {})->value();
  CHECK(store::text_of(row[model::PreferenceField::Setting]).find("sesame") == std::string::npos);
  const auto* peer = bench.now().peer(*base::Endpoint::parse("192.0.2.1:5060"), net::Protocol::Udp);
  REQUIRE(peer != nullptr);
  CHECK(bench.now().preferences(*peer).text(model::Pref::PeerAuthPass) == "open sesame");
  check_refused(bench.set("peer_auth_pass", "(hidden)", "peer", "carrier"), Reason::Usage, "was hidden");
  REQUIRE(bench.store.scan_audit({}, [&row](const store::AuditEntry& entry) {
    CHECK(entry.after.find(store::text_of(row[model::PreferenceField::Setting])) == std::string::npos);
    return true;
  }));
  CHECK(text(bench.service.export_page(Kind::Preference, {}, 0, 10, Secrets::Left)->records.at(0), "value") ==
        "(hidden)");
}
