// SPDX-License-Identifier: Apache-2.0
// The tables keep their own rules.
#include <doctest/doctest.h>

#include <set>
#include <string>

#include "model/field.h"
#include "model/places.h"
#include "model/value_text.h"

using namespace ringfence::model;

namespace {

template <class Place>
std::string_view name_at(Kind kind, Place place) {
  return definition(kind).fields[static_cast<std::size_t>(place)].name;
}

bool has_key_rule(const Definition& of) {
  return of.key.naming == Naming::Numbered ? of.key_rule == nullptr : of.key_rule != nullptr;
}

}  // namespace

TEST_CASE("definitions stand in the order of their kinds, and what a row refers to comes before it") {
  for (std::size_t i = 0; i < kKinds; ++i) {
    const Definition& of = definitions()[i];
    CAPTURE(of.name);
    CHECK(of.kind == static_cast<Kind>(i));
    CHECK(kind_named(of.name) == of.kind);
    CHECK(kind_named(dashed(of.name)) == of.kind);
    CHECK(has_key_rule(of));
    for (const Field& field : of.fields) {
      CAPTURE(field.name);
      CHECK((field.type == Type::Row) == (field.refers_to != Kind::None));
      if (field.type == Type::Row) CHECK(field.refers_to < of.kind);
    }
  }
}

TEST_CASE("each field has a name of its own, a help, and a fallback that keeps its rule") {
  for (const Definition& of : definitions()) {
    std::set<std::string_view> names{"id", "tenant", "created", "changed"};
    for (const auto fields : {of.fields, of.inputs}) {
      for (const Field& field : fields) {
        CAPTURE(of.name);
        CAPTURE(field.name);
        CHECK(names.insert(field.name).second);
        CHECK_FALSE(field.help.empty());
        CHECK(find_field(of, dashed(field.name)) == &field);
        if (!field.fallback.empty()) CHECK(check_value(field, field.fallback) == std::string{field.fallback});
        if (field.type == Type::Choice) CHECK_FALSE(field.choices.empty());
      }
    }
  }
}

TEST_CASE("what a required field lacks, add must be given: so it has a fallback or an input of its own") {
  for (const Definition& of : definitions()) {
    for (const Field& field : of.fields) {
      if (field.need == Need::Optional || !field.fallback.empty()) continue;
      CAPTURE(of.name);
      CAPTURE(field.name);
      const bool by_code = of.kind == Kind::Admin && field.show == Show::Secret;
      const auto place = static_cast<std::uint8_t>(&field - of.fields.data());
      const bool by_key = place == of.key.name || place == of.key.within;
      CHECK((by_code || by_key || field.used_by(kByAdd)));
    }
  }
}

TEST_CASE("places name the fields they stand for") {
  CHECK(name_at(Kind::Reseller, ResellerField::State) == "state");
  CHECK(name_at(Kind::Customer, CustomerField::Name) == "name");
  CHECK(name_at(Kind::Customer, CustomerField::State) == "state");
  CHECK(name_at(Kind::Customer, CustomerField::MaxSubscribers) == "max_subscribers");
  CHECK(name_at(Kind::Domain, DomainField::State) == "state");
  CHECK(name_at(Kind::Domain, DomainField::Zone) == "zone");
  CHECK(name_at(Kind::Subscriber, SubscriberField::Domain) == "domain");
  CHECK(name_at(Kind::Subscriber, SubscriberField::Username) == "username");
  CHECK(name_at(Kind::Subscriber, SubscriberField::Customer) == "customer");
  CHECK(name_at(Kind::Subscriber, SubscriberField::Number) == "number");
  CHECK(name_at(Kind::Subscriber, SubscriberField::State) == "state");
  CHECK(name_at(Kind::Subscriber, SubscriberField::Ha1Sha512_256) == "ha1_sha512_256");
  CHECK(name_at(Kind::Number, NumberField::Number) == "number");
  CHECK(name_at(Kind::Number, NumberField::Subscriber) == "subscriber");
  CHECK(name_at(Kind::Number, NumberField::Device) == "device");
  CHECK(name_at(Kind::RewriteSet, RewriteSetField::Description) == "description");
  CHECK(name_at(Kind::Peer, PeerField::Address) == "address");
  CHECK(name_at(Kind::Peer, PeerField::Default) == "default");
  CHECK(name_at(Kind::Peer, PeerField::Transit) == "transit");
  CHECK(name_at(Kind::Preference, PreferenceField::Name) == "name");
  CHECK(name_at(Kind::Preference, PreferenceField::Setting) == "value");
  CHECK(name_at(Kind::Preference, PreferenceField::Peer) == "peer");
  CHECK(name_at(Kind::Admin, AdminField::Password) == "password_hash");
  CHECK(name_at(Kind::Ban, BanField::Reason) == "reason");
}
