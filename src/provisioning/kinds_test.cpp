// SPDX-License-Identifier: Apache-2.0
// What holds for every kind: it can be added with all it has, shown, changed, exported, taken back in, and
// removed.
#include <set>

#include "model/value_text.h"
#include "provisioning/export.h"
#include "provisioning/import.h"
#include "provisioning/sample_rows.h"

using namespace ringfence;
using namespace ringfence::provisioning;

namespace {

std::string exported(Service& service, const Definition& of) {
  std::string lines;
  const auto page = service.export_page(of.kind, {}, 0, 1000, Secrets::Written);
  REQUIRE(page);
  for (const Record& record : page->records) {
    std::string line;
    for (const auto& [name, cell] : record.cells) {
      line += (line.empty() ? "\"" : ",\"") + text(record, name) + "\"";
    }
    lines += line + "\n";
  }
  return lines;
}

std::string header(Service& service, const Definition& of) {
  const auto page = service.export_page(of.kind, {}, 0, 1, Secrets::Written);
  REQUIRE(page);
  std::string line;
  for (const auto& [name, cell] : page->records.at(0).cells)
    line += (line.empty() ? "" : ",") + std::string{name};
  return line + "\n";
}

std::uint64_t rows_of_all_kinds(store::Store& store) {
  std::uint64_t rows = 0;
  for (const Definition& of : model::definitions()) rows += store.count(of.kind, {}).value();
  return rows;
}

}  // namespace

TEST_CASE(
    "a row of every kind is added with all its fields, shows them, and reaches the shards that read it") {
  TestBench bench;
  SampleRows rows{bench, "alpha"};
  const auto& answers = rows.add_all();
  for (const Definition& of : model::definitions()) {
    CAPTURE(std::string{of.name});
    const Record& shown = answers[static_cast<std::size_t>(of.kind)].record;
    for (const auto& [name, value] : rows.arguments_of(of)) {
      CAPTURE(name);
      if (name == "password" || name == "allow_weak_password") continue;
      const auto* field = model::find_field(of, name);
      const std::string seen = text(shown, name);
      const std::string wanted = field->type == model::Type::Flag ? "true" : value;
      CHECK(seen == wanted);
    }
    CHECK(shown.find("password_hash") == nullptr);
    CHECK(shown.find("created") != nullptr);
    const auto again = bench.service.show(of.kind, rows.key(of.kind));
    REQUIRE(again);
    for (const auto& [name, cell] : again->record.cells) {
      CAPTURE(std::string{name});
      const bool counts = of.kind == Kind::Domain && name == "subscribers";  // one more since
      CHECK((counts || *shown.find(name) == cell));
    }
  }
}

TEST_CASE("what every field forbids is refused with the name of the field, the value and the rule") {
  TestBench bench;
  SampleRows rows{bench, "alpha"};
  rows.add_all();
  std::size_t tried = 0;
  for (const Definition& of : model::definitions()) {
    for (const Field* field : fields_of(of, Verb::Set)) {
      if (of.kind == Kind::Preference) continue;  // its own test
      const std::string wrong = "\x01";
      CAPTURE(std::string{of.name});
      CAPTURE(std::string{field->name});
      const auto refused =
          bench.service.set(of.kind, rows.key(of.kind), {{std::string{field->name}, wrong}}, bench.actor);
      check_refused(refused, Reason::Usage, model::dashed(field->name) + " ");
      check_refused(refused, Reason::Usage, "is not allowed: ");
      ++tried;
    }
  }
  CHECK(tried > 100);
}

TEST_CASE("what is exported goes into an empty platform and comes out the same") {
  TestBench bench;
  SampleRows rows{bench, "alpha"};
  rows.add_all();
  TestBench other;
  for (const Definition& of : model::definitions()) {
    if (of.kind == Kind::Admin) continue;  // its password is nowhere
    CAPTURE(std::string{of.name});
    std::string file = header(bench.service, of) + exported(bench.service, of);
    if (of.kind == Kind::Reseller) {  // the first one is there already
      const auto main = file.find("\"main\"");
      file.erase(main, file.find('\n', main) + 1 - main);
    }
    Import import{other.service, of.kind, other.actor};
    import.feed(file);
    const auto imported = import.finish([](std::size_t, std::size_t) {});
    if (!imported) FAIL(imported.error().failure.why);
    CHECK(imported->rows == 1);
    CHECK(exported(other.service, of) == exported(bench.service, of));
  }
}

TEST_CASE("JSON lines are taken as lines of values are") {
  TestBench bench;
  bench.add_domain("a.test");
  Import import{bench.service, Kind::Subscriber, bench.actor};
  import.feed(
      R"({"subscriber": "1@a.test", "password": "long enough", "number": "431", "administrative": true})"
      "\n# a remark\n"
      R"({"username": "2", "domain": "a.test", "password": "long enough", "number": null})"
      "\n");
  const auto imported = import.finish([](std::size_t, std::size_t) {});
  if (!imported) FAIL(imported.error().failure.why);
  CHECK(imported->rows == 2);
  CHECK(text(bench.service.show(Kind::Subscriber, "1@a.test")->record, "administrative") == "true");
  CHECK(bench.subscriber("2", "a.test") != nullptr);

  Import wrong{bench.service, Kind::Subscriber, bench.actor};
  wrong.feed(
      "{\"subscriber\": \"3@a.test\", \"password\": [1]}\n{\"subscriber\"\n{\"colour\": \"red\"}\n[]\n");
  const auto refused = wrong.finish([](std::size_t, std::size_t) {});
  check_refused(refused, Reason::Failed, "line 1: password is no plain value");
  check_refused(refused, Reason::Failed, "line 2: it is no JSON object");
  check_refused(refused, Reason::Failed, "4 of 4 lines are wrong");
}

TEST_CASE("one wrong line of a thousand, found only when it is stored, leaves nothing behind") {
  TestBench bench;
  const auto told = bench.told;
  Import import{bench.service, Kind::RewriteSet, bench.actor};
  std::string file = "rewrite_set,description\n";
  for (int i = 0; i < 999; ++i) file += "set" + std::to_string(i) + ",text\n";
  REQUIRE(bench.service.add(Kind::RewriteSet, "taken", {}, bench.actor));
  import.feed(file + "taken,text\n");
  check_refused(import.finish([](std::size_t, std::size_t) {}), Reason::Conflict,
                "line 1001: rewrite-set taken is there already");
  CHECK(bench.store.count(Kind::RewriteSet, {}) == 1U);
  CHECK(bench.told == told + 1);
}

TEST_CASE("a list shows its columns even when it has no rows, and an export as well") {
  TestBench bench;
  SampleRows rows{bench, "alpha"};
  rows.add_all();
  for (const Definition& of : model::definitions()) {
    CAPTURE(std::string{of.name});
    const auto names = [](const Outcome<Page>& page) {
      std::vector<std::string_view> columns;
      for (const auto& [name, cell] : page.value().records.at(0).cells) columns.push_back(name);
      return columns;
    };
    CHECK(names(bench.service.list(of.kind, {}, 0, 1)) == list_columns(of));
    CHECK(names(bench.service.export_page(of.kind, {}, 0, 1, Secrets::Left)) == export_columns(of));
  }
}

TEST_CASE("a row goes with all that is part of it, and stays while others use it") {
  TestBench bench;
  SampleRows rows{bench, "alpha"};
  rows.add_all();
  const auto before = rows_of_all_kinds(bench.store);
  check_refused(bench.service.remove(Kind::Customer, "alpha", bench.actor), Reason::Conflict,
                "it still has 1 subscriber");
  check_refused(bench.service.remove(Kind::BillingProfile, "alpha", bench.actor), Reason::Conflict,
                "it still has");
  // Its time set is used by an NCOS level and a peer group, which are no parts of it.
  check_refused(bench.service.remove(Kind::Subscriber, "alpha@alpha.test", bench.actor), Reason::Conflict,
                "cannot rm time-set");
  CHECK(rows_of_all_kinds(bench.store) == before);

  REQUIRE(bench.service.set(Kind::NcosLevel, "alpha", {{"time_set", ""}}, bench.actor));
  REQUIRE(bench.service.set(Kind::PeerGroup, "alpha", {{"time-set", ""}}, bench.actor));
  REQUIRE(bench.service.remove(Kind::Subscriber, "alpha@alpha.test", bench.actor));
  for (const auto kind :
       {Kind::Number, Kind::FixedContact, Kind::TrustedSource, Kind::SpeedDial, Kind::Reminder, Kind::TimeSet,
        Kind::Period, Kind::DestinationSet, Kind::Destination, Kind::SourceSet, Kind::Source, Kind::NumberSet,
        Kind::NumberPattern, Kind::Forward, Kind::Preference}) {
    CAPTURE(std::string{model::definition(kind).name});
    CHECK(bench.store.count(kind, {}) == 0U);
  }
  for (const auto kind : {Kind::RewriteRule, Kind::PeerRule, Kind::Fee})
    CHECK(bench.store.count(kind, {}) == 1U);
  REQUIRE(bench.service.remove(Kind::RewriteSet, "alpha", bench.actor));
  CHECK(bench.store.count(Kind::RewriteRule, {}) == 0U);
}

TEST_CASE("a number reaches one subscriber, be it his first or a further one") {
  TestBench bench;
  bench.add_domain("a.test");
  const auto add = [&bench](Kind kind, const char* key, Arguments arguments) {
    return bench.service.add(kind, key, arguments, bench.actor);
  };
  REQUIRE(add(Kind::Subscriber, "1@a.test", {{"number", "431"}}));
  REQUIRE(add(Kind::Subscriber, "2@a.test", {}));
  REQUIRE(add(Kind::Number, "+432", {{"subscriber", "1@a.test"}}));
  CHECK(bench.now().by_number("432") == bench.subscriber("1", "a.test"));
  check_refused(add(Kind::Number, "431", {{"subscriber", "2@a.test"}}), Reason::Conflict,
                "1@a.test has the number 431");
  check_refused(bench.service.set(Kind::Subscriber, "2@a.test", {{"number", "432"}}, bench.actor),
                Reason::Conflict, "ringfence number rm 432");
  REQUIRE(bench.service.set(Kind::Number, "432", {{"subscriber", "2@a.test"}}, bench.actor));
  CHECK(bench.now().by_number("432") == bench.subscriber("2", "a.test"));
  REQUIRE(bench.service.remove(Kind::Number, "432", bench.actor));
  CHECK(bench.now().by_number("432") == nullptr);
}

TEST_CASE("a customer has as many subscribers as it may, and no more") {
  TestBench bench;
  bench.add_domain("a.test");
  REQUIRE(bench.service.add(Kind::Customer, "acme", {{"max_subscribers", "1"}}, bench.actor));
  REQUIRE(bench.service.add(Kind::Subscriber, "1@a.test", {{"customer", "acme"}}, bench.actor));
  check_refused(bench.service.add(Kind::Subscriber, "2@a.test", {{"customer", "acme"}}, bench.actor),
                Reason::Conflict, "may have no more");
  REQUIRE(bench.service.set(Kind::Subscriber, "1@a.test", {{"state", "locked"}}, bench.actor));
  REQUIRE(bench.service.set(Kind::Customer, "acme", {{"max_subscribers", ""}}, bench.actor));
  REQUIRE(bench.service.add(Kind::Subscriber, "2@a.test", {{"customer", "acme"}}, bench.actor));
}

TEST_CASE("an administrator's password is made up or strong, and kept as a hash") {
  TestBench bench;
  const auto added = bench.service.add(Kind::Admin, "root", {{"role", "system"}}, bench.actor);
  REQUIRE(added);
  CHECK(text(added->record, "password").size() == 20);
  const auto row = bench.store.find(Kind::Admin, {})->value();
  CHECK(store::text_of(row[model::AdminField::Password]).starts_with("$argon2id$"));
  check_refused(bench.service.set(Kind::Admin, "root", {{"password", "short"}}, bench.actor),
                Reason::NotAllowed, "weak");
  REQUIRE(bench.service.set(Kind::Admin, "root", {{"password", "correct horse"}}, bench.actor));
  const auto audit = [&bench] {
    std::string all;
    REQUIRE(bench.store.scan_audit({}, [&all](const store::AuditEntry& entry) {
      all += entry.before + entry.after;
      return true;
    }));
    return all;
  }();
  CHECK(audit.find("argon2id") == std::string::npos);
}

TEST_CASE("an id is chosen near the last one, by who sees all, and never leaves the others without") {
  TestBench bench;
  REQUIRE(bench.service.add(Kind::RewriteSet, "s", {}, bench.actor));
  REQUIRE(bench.service.add(Kind::Reseller, "one", {}, bench.actor));
  REQUIRE(bench.service.add(Kind::RewriteSet, "t", {}, bench.actor, Scope{"one"}));
  const auto import = [&bench](const std::string& id, const char* set, Scope scope = {}) {
    Import file{bench.service, Kind::RewriteRule, bench.actor, std::move(scope)};
    file.feed("id,rewrite_set,pattern,replacement\n" + id + "," + set + ",^1,2\n");
    return file.finish([](std::size_t, std::size_t) {});
  };
  for (const auto* far : {"9223372036854775807", "9007199254740993", "20000000"}) {
    check_refused(import(far, "s"), Reason::Conflict, "above the last one");
  }
  check_refused(import("7", "t", Scope{"one"}), Reason::Conflict, "a reseller does not choose ids");
  REQUIRE(import("7", "s"));
  const auto next =
      bench.service.add(Kind::RewriteRule, "s", {{"pattern", "^3"}, {"replacement", "4"}}, bench.actor);
  CHECK(text(next->record, "id") == "8");
}

TEST_CASE("a forward takes sets of its own subscriber, a fee zones of its own profile") {
  TestBench bench;
  SampleRows rows{bench, "alpha"};
  rows.add_all();
  REQUIRE(bench.service.add(Kind::Subscriber, "2@alpha.test", {}, bench.actor));
  check_refused(bench.service.add(Kind::Forward, "2@alpha.test",
                                  {{"destination_set", rows.key(Kind::DestinationSet)}}, bench.actor),
                Reason::Conflict, "is of another subscriber");
  REQUIRE(bench.service.add(Kind::BillingProfile, "other", {}, bench.actor));
  check_refused(bench.service.add(Kind::Fee, "other", {{"zone", rows.key(Kind::Zone)}, {"destination", "44"}},
                                  bench.actor),
                Reason::Conflict, "is of another billing-profile");
}

TEST_CASE("a file names each column once, and few administrators") {
  TestBench bench;
  Import twice{bench.service, Kind::Customer, bench.actor};
  twice.feed("customer,customer\na,b\n");
  check_refused(twice.finish([](std::size_t, std::size_t) {}), Reason::Failed, "stands there twice");
  Import many{bench.service, Kind::Admin, bench.actor};
  many.feed("admin,password\n");
  for (std::size_t i = 0; i <= Import::kMaxAdmins; ++i)
    many.feed("a" + std::to_string(i) + ",x\n");  // weak, so not hashed
  check_refused(many.finish([](std::size_t, std::size_t) {}), Reason::Failed, "at most 100 administrators");
}
