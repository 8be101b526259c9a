// SPDX-License-Identifier: Apache-2.0
// A value for every field and a row of every kind, for tests that go through all of them.
#pragma once

#include <map>
#include <string>

#include "provisioning/test_bench.h"

namespace ringfence::provisioning {

/// Texts that keep the rule of a field, by kind and field where the field's own name is not enough.
inline std::string sample_text(Kind kind, std::string_view field, const std::string& tag) {
  static const std::map<std::string, std::string, std::less<>> kTexts{{"email", "alice@example.test"},
                                                                      {"country", "AT"},
                                                                      {"currency", "EUR"},
                                                                      {"contact", "sip:door@192.0.2.7"},
                                                                      {"network", "192.0.2.0/28"},
                                                                      {"slot", "*7"},
                                                                      {"time", "07:30"},
                                                                      {"replacement", "\\1"},
                                                                      {"years", "2026-2030"},
                                                                      {"months", "1-6"},
                                                                      {"month_days", "1-31"},
                                                                      {"week_days", "2-6"},
                                                                      {"hours", "8-17"},
                                                                      {"minutes", "0"},
                                                                      {"first_day", "2026-12-24"},
                                                                      {"last_day", "2026-12-26"},
                                                                      {"start", "00:00"},
                                                                      {"stop", "23:59"},
                                                                      {"host", "carrier.test"},
                                                                      {"callee_prefix", "43"},
                                                                      {"phone", "431"},
                                                                      {"mobile", "432"},
                                                                      {"fax", "433"},
                                                                      {"number", "43123"},
                                                                      {"password", "long enough " + tag}};
  if (field == "zone" && kind != Kind::Fee) return "Europe/Vienna";
  if (field == "destination") return "43" + std::to_string(tag.size()) + "99";
  if (field == "address") return "192.0.2." + std::to_string(10 + tag.size()) + ":5060/udp";
  if (field == "name" && kind == Kind::Preference) return "dnd";
  if (field == "value") return "yes";
  const auto known = kTexts.find(field);
  return known != kTexts.end() ? known->second : tag;
}

/// One row of each kind, all fields given, of one reseller or of all.
class SampleRows {
 public:
  /// @param tag  what names begin with; letters
  SampleRows(TestBench& bench, std::string tag, Scope scope = {})
      : bench_{bench}, tag_{std::move(tag)}, scope_{std::move(scope)} {}

  /// @return the answer of each kind, in the order of kinds
  const std::vector<Answer>& add_all() {
    for (const Definition& of : model::definitions()) {
      CAPTURE(std::string{of.name});
      if (of.kind == Kind::Reseller && !scope_.reseller.empty()) {
        answers_.push_back(*bench_.service.show(of.kind, scope_.reseller));
        keys_[of.kind] = scope_.reseller;
        continue;
      }
      // A peer is placed by who sees all; it is the reseller's by its group.
      const Scope by = of.kind == Kind::Peer ? Scope{} : scope_;
      const auto added = bench_.service.add(of.kind, key_of(of), arguments_of(of), bench_.actor, by);
      if (!added) FAIL(added.error().failure.what, ": ", added.error().failure.why);
      answers_.push_back(*added);
      const bool numbered = of.key.naming == model::Naming::Numbered;
      keys_[of.kind] = text(added->record, numbered ? "id" : of.name);
    }
    return answers_;
  }
  const std::string& key(Kind kind) const { return keys_.at(kind); }

  Arguments arguments_of(const Definition& of) const {
    Arguments arguments;
    for (const Field* field : fields_of(of, Verb::Add)) {
      if (field->type == model::Type::Blob) continue;
      const bool other_owner = of.kind == Kind::Preference && field->type == model::Type::Row &&
                               field->refers_to != Kind::Subscriber;
      const bool everybodys =
          !scope_.reseller.empty() && (field->name == "default" || field->name == "transit");
      if (other_owner || everybodys) continue;
      arguments.emplace(std::string{field->name}, value_of(of, *field));
    }
    return arguments;
  }
  std::string key_of(const Definition& of) const {
    if (of.key.naming == model::Naming::Within) return tag_ + "@" + keys_.at(Kind::Domain);
    if (of.key.naming == model::Naming::Numbered) {
      return of.key.within == model::Key::kNone ? std::string{}
                                                : keys_.at(of.fields[of.key.within].refers_to);
    }
    if (of.kind == Kind::Domain) return tag_ + ".test";
    if (of.kind == Kind::Number) return "4399" + std::to_string(tag_.size());
    if (of.kind == Kind::Ban && !scope_.reseller.empty()) return tag_ + "@" + keys_.at(Kind::Domain);
    if (of.kind == Kind::Ban) return "198.51.100." + std::to_string(tag_.size());
    return tag_;
  }

 private:
  std::string value_of(const Definition& of, const Field& field) const {
    switch (field.type) {
      case model::Type::Flag:
        return "yes";
      case model::Type::Integer:
        return std::to_string(std::max<std::int64_t>(field.least, std::min<std::int64_t>(5, field.most)));
      case model::Type::Decimal:
        return "0.5";
      case model::Type::Time:
        return "2030-01-02T03:04:05Z";
      case model::Type::Choice:
        return std::string{field.choices.front()} == "system" ? "reader" : std::string{field.choices.front()};
      case model::Type::Row:
        return keys_.at(field.refers_to);
      case model::Type::Text:
      case model::Type::Blob:
        break;
    }
    if (field.name == "number") return "43" + std::to_string(1000 + tag_.size());
    return sample_text(of.kind, field.name, tag_);
  }

  TestBench& bench_;
  std::string tag_;
  Scope scope_;
  std::map<Kind, std::string> keys_;
  std::vector<Answer> answers_;
};

}  // namespace ringfence::provisioning
