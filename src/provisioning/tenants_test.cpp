// SPDX-License-Identifier: Apache-2.0
// What one reseller has, another never sees, whatever both do.
#include <set>

#include "provisioning/import.h"
#include "provisioning/sample_rows.h"

using namespace ringfence;
using namespace ringfence::provisioning;

namespace {

struct TwoResellers : TestBench {
  Scope one{"one"};
  Scope two{"two"};
  TwoResellers() {
    REQUIRE(service.add(Kind::Reseller, "one", {}, actor));
    REQUIRE(service.add(Kind::Reseller, "two", {}, actor));
  }
};

std::set<std::string> all_texts(const Record& record) {
  std::set<std::string> texts;
  for (const auto& [name, cell] : record.cells) {
    if (const auto* words = std::get_if<std::string>(&cell)) texts.insert(*words);
  }
  return texts;
}

/// All that a refusal says, but the key that was typed.
std::string said(const base::Failure& failure, const std::string& key) {
  std::string words = failure.what + "|" + failure.why + "|" + failure.next;
  for (auto at = words.find(key); !key.empty() && at != words.npos; at = words.find(key, at))
    words.replace(at, key.size(), "KEY");
  return words;
}

}  // namespace

TEST_CASE("rows of another reseller are in no list, and a verb on them says what it says of nothing") {
  TwoResellers bench;
  SampleRows rows{bench, "foreign", bench.one};
  rows.add_all();
  for (const Definition& of : model::definitions()) {
    CAPTURE(std::string{of.name});
    const auto listed = bench.service.list(of.kind, {}, 0, 1000, bench.two);
    REQUIRE(listed);
    for (const Record& record : listed->records) CHECK_FALSE(all_texts(record).contains("foreign"));
    CHECK(listed->records.size() == (of.kind == Kind::Reseller ? 1U : 0U));
    CHECK(bench.service.count(of.kind, {}, bench.two) == listed->records.size());
    CHECK(bench.service.export_page(of.kind, {}, 0, 1000, Secrets::Written, bench.two)->records.size() ==
          listed->records.size());

    const std::string there = rows.key(of.kind);
    const bool numbered = of.key.naming == model::Naming::Numbered;
    const std::string nowhere = numbered ? "999999" : of.kind == Kind::Number ? "4300000" : "nobody." + there;
    const auto compare = [&](auto verb) {
      const auto a = verb(there);
      const auto b = verb(nowhere);
      REQUIRE_FALSE(a);
      REQUIRE_FALSE(b);
      CHECK(a.error().reason == b.error().reason);
      CHECK(said(a.error().failure, there) == said(b.error().failure, nowhere));
    };
    compare([&](const std::string& key) { return bench.service.show(of.kind, key, {}, bench.two); });
    compare([&](const std::string& key) {
      return bench.service.remove(of.kind, key, bench.actor, {}, bench.two);
    });
    const auto* first = fields_of(of, Verb::Set).empty() ? nullptr : fields_of(of, Verb::Set).front();
    if (first == nullptr || of.kind == Kind::Preference) continue;
    const auto all = SampleRows{bench, "foreign", bench.one};
    const std::string name{first->name};
    if (first->type == model::Type::Row) continue;
    const std::string value = first->type == model::Type::Choice ? std::string{first->choices.front()}
                              : first->type == model::Type::Flag ? "yes"
                              : first->type == model::Type::Integer || first->type == model::Type::Decimal
                                  ? std::to_string(std::max<std::int64_t>(1, first->least))
                              : first->type == model::Type::Time ? "2030-01-01"
                                                                 : sample_text(of.kind, name, "x");
    compare([&](const std::string& key) {
      return bench.service.set(of.kind, key, {{name, value}}, bench.actor, bench.two);
    });
  }
}

TEST_CASE("no row is made to refer to another reseller's, by one who sees one or by one who sees both") {
  TwoResellers bench;
  SampleRows foreign{bench, "foreign", bench.one};
  SampleRows own{bench, "own", bench.two};
  foreign.add_all();
  own.add_all();
  std::size_t tried = 0;
  for (const Definition& of : model::definitions()) {
    for (const Field* field : fields_of(of, Verb::Set)) {
      if (field->type != model::Type::Row) continue;
      CAPTURE(std::string{of.name});
      CAPTURE(std::string{field->name});
      const std::string name{field->name};
      const auto there = bench.service.show(field->refers_to, foreign.key(field->refers_to), {}, bench.one);
      const std::string id = "id:" + text(there->record, "id");
      const bool numbered = model::definition(field->refers_to).key.naming == model::Naming::Numbered;
      const Arguments arguments{{name, numbered ? id.substr(3) : id}};
      check_refused(bench.service.set(of.kind, own.key(of.kind), arguments, bench.actor, bench.two),
                    Reason::NotFound, "there is no");
      const auto row = bench.service.show(of.kind, own.key(of.kind), {}, bench.two);
      const std::string own_id =
          (of.key.naming == model::Naming::Numbered ? "" : "id:") + text(row->record, "id");
      check_refused(bench.service.set(of.kind, own_id, arguments, bench.actor), Reason::Conflict,
                    "belongs to another reseller");
      ++tried;
    }
  }
  CHECK(tried > 8);
}

TEST_CASE("two resellers may use one name, and who sees both must say whose") {
  TwoResellers bench;
  REQUIRE(bench.service.add(Kind::RewriteSet, "default", {}, bench.actor, bench.one));
  REQUIRE(
      bench.service.add(Kind::RewriteSet, "default", {{"description", "of two"}}, bench.actor, bench.two));
  CHECK(text(bench.service.show(Kind::RewriteSet, "default", {}, bench.two)->record, "description") ==
        "of two");
  check_refused(bench.service.show(Kind::RewriteSet, "default"), Reason::Conflict, "--reseller NAME");
  check_refused(bench.service.add(Kind::RewriteSet, "default", {}, bench.actor, bench.two), Reason::Conflict,
                "there already");
}

TEST_CASE("what is taken by another reseller is taken, and by whom is not told") {
  TwoResellers bench;
  REQUIRE(bench.service.add(Kind::Domain, "foreign.test", {}, bench.actor, bench.one));
  REQUIRE(bench.service.add(Kind::Domain, "own.test", {}, bench.actor, bench.two));
  REQUIRE(
      bench.service.add(Kind::Subscriber, "alice@foreign.test", {{"number", "431"}}, bench.actor, bench.one));
  const auto domain = bench.service.add(Kind::Domain, "foreign.test", {}, bench.actor, bench.two);
  check_refused(domain, Reason::Conflict, "this name is taken");
  const auto number =
      bench.service.add(Kind::Subscriber, "1@own.test", {{"number", "431"}}, bench.actor, bench.two);
  check_refused(number, Reason::Conflict, "is taken");
  CHECK(said(number.error().failure, "").find("alice") == std::string::npos);
}

TEST_CASE("a reseller with rows stays, and the first one always; none makes another") {
  TwoResellers bench;
  REQUIRE(bench.service.add(Kind::Domain, "a.test", {}, bench.actor, bench.one));
  check_refused(bench.service.remove(Kind::Reseller, "one", bench.actor), Reason::Conflict,
                "it still has 1 domain");
  check_refused(bench.service.remove(Kind::Reseller, "main", bench.actor), Reason::NotAllowed,
                "belongs to it");
  check_refused(bench.service.remove(Kind::Reseller, "two", bench.actor, {}, bench.two), Reason::NotAllowed,
                "leave --reseller out");
  check_refused(bench.service.add(Kind::Reseller, "three", {}, bench.actor, bench.two), Reason::NotAllowed,
                "leave --reseller out");
  check_refused(bench.service.list(Kind::Domain, {}, 0, 10, Scope{"nobody"}), Reason::NotFound,
                "there is no reseller nobody");
  REQUIRE(bench.service.remove(Kind::Domain, "a.test", bench.actor, {}, bench.one));
  REQUIRE(bench.service.remove(Kind::Reseller, "one", bench.actor));
}

TEST_CASE("what concerns all resellers is not for one of them, be it the first") {
  TwoResellers bench;
  const Scope main{"main"};
  REQUIRE(bench.service.add(Kind::Peer, "everybodys", {{"address", "192.0.2.1:5060"}}, bench.actor));
  for (const Scope& scope : {bench.one, main}) {
    CAPTURE(scope.reseller);
    check_refused(bench.service.add(Kind::Peer, "own", {{"address", "192.0.2.2:5060"}}, bench.actor, scope),
                  Reason::NotAllowed, "trusted by all resellers");
    check_refused(bench.service.add(Kind::Domain, "192.0.2.1", {}, bench.actor, scope), Reason::NotAllowed,
                  "has a name");
    for (const auto* target : {"192.0.2.0/24", "alice@foreign.test"}) {
      check_refused(bench.service.add(Kind::Ban, target, {}, bench.actor, scope), Reason::NotAllowed,
                    "accounts of its own domains");
    }
    check_refused(bench.service.add(Kind::Admin, "root", {{"role", "system"}}, bench.actor, scope),
                  Reason::NotAllowed, "sees every reseller");
  }
  for (const auto* arguments : {"address", "default", "transit"}) {
    const char* value = std::string_view{arguments} == "address" ? "192.0.2.9:5060" : "yes";
    if (std::string_view{arguments} == "default") continue;  // it is
    check_refused(bench.service.set(Kind::Peer, "everybodys", {{arguments, value}}, bench.actor, main),
                  Reason::NotAllowed, "trusted by all resellers");
  }
  REQUIRE(bench.service.set(Kind::Peer, "everybodys", {{"weight", "2"}}, bench.actor, main));
  REQUIRE(bench.service.add(Kind::Admin, "root", {{"role", "system"}}, bench.actor));
  check_refused(bench.service.set(Kind::Admin, "root", {{"password", "long enough"}}, bench.actor, main),
                Reason::NotAllowed, "sees every reseller");
  check_refused(bench.service.set(Kind::Admin, "root", {{"role", "reader"}}, bench.actor, main),
                Reason::NotAllowed, "sees every reseller");
  check_refused(bench.service.remove(Kind::Admin, "root", bench.actor, {}, main), Reason::NotAllowed,
                "sees every reseller");
}
