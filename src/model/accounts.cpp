// SPDX-License-Identifier: Apache-2.0
// Who is who: resellers, contacts, contracts, customers, administrators.
#include "model/roles.h"
#include "model/tables.h"

namespace ringfence::model {
namespace {

constexpr auto kResellerFields = std::to_array<Field>({
    key_field("name", check_name, "NAME", "of the reseller"),
    state_field("a locked reseller's subscribers neither register nor call"),
    description_field(),
});
constexpr auto kResellerUniques = std::to_array<Unique>({{kFirst}});

constexpr auto kContactFields = std::to_array<Field>({
    key_field("name", check_name, "NAME", "a short name for this contact"),
    listed(required(text("email", "ADDRESS", "where mails go", check_email))),
    listed(text("firstname", "TEXT", "first name")),
    listed(text("lastname", "TEXT", "last name")),
    listed(text("company", "TEXT", "company")),
    text("street", "TEXT", "street and number"),
    text("postcode", "TEXT", "postal code"),
    text("city", "TEXT", "city"),
    text("country", "CC", "two letters, such as AT", check_country),
    text("phone", "DIGITS", "telephone number with country code", check_number),
    text("mobile", "DIGITS", "mobile number with country code", check_number),
    text("fax", "DIGITS", "fax number with country code", check_number),
    text("vat_number", "TEXT", "VAT identification number"),
    text("register_number", "TEXT", "number in the commercial register"),
    text("iban", "TEXT", "bank account"),
    text("bic", "TEXT", "of the bank"),
    text("bank", "TEXT", "name of the bank"),
    text("zone", "ZONE", "time zone, such as Europe/Vienna", check_zone),
});
constexpr auto kNameInTenant = std::to_array<Unique>({{kFirst, true}});

constexpr auto kContractTypes = std::to_array<std::string_view>({"peering", "reseller"});
constexpr auto kContractFields = std::to_array<Field>({
    key_field("name", check_name, "NAME", "of the contract"),
    choice("type", kContractTypes, "peering", "TYPE", "peering: with a carrier; reseller: with a reseller"),
    state_field("active, locked or terminated"),
    refers_to("contact", Kind::Contact, "NAME", "whom to ask"),
    refers_to("billing_profile", Kind::BillingProfile, "NAME", "what its calls cost"),
    filtered(text("external_id", "TEXT", "what another system calls it")),
});

constexpr auto kCustomerTypes = std::to_array<std::string_view>({"sip", "pbx"});
constexpr auto kCustomerFields = std::to_array<Field>({
    key_field("name", check_name, "NAME", "of the customer"),
    state_field("a locked customer's subscribers neither register nor call"),
    choice("type", kCustomerTypes, "sip", "TYPE", "sip: single accounts; pbx: a telephone system"),
    refers_to("contact", Kind::Contact, "NAME", "who pays"),
    refers_to("billing_profile", Kind::BillingProfile, "NAME", "what calls cost"),
    integer("max_subscribers", 0, 1'000'000, "", "N",
            "how many subscribers at most; nothing: as many as one likes"),
    filtered(text("external_id", "TEXT", "what another system calls it")),
    decimal("vat_rate", 100, "0", "value added tax, in percent"),
    flag("add_vat", "no", "whether it comes on top of what calls cost"),
});

constexpr auto kAdminFields = std::to_array<Field>({
    key_field("login", check_name, "LOGIN", "what the administrator logs in with"),
    choice("role", kRoleNames, "reader", "ROLE", "what it may see and do; see docs/model.md"),
    state_field("a locked administrator cannot log in"),
    {.name = "password_hash",
     .type = Type::Text,
     .need = Need::Required,
     .show = Show::Secret,
     .uses = kInside,
     .help = "argon2id"},
    text("email", "ADDRESS", "where mails go", check_email),
});
constexpr auto kAdminInputs = std::to_array<Field>({
    text("password", "PW", "without it one is made up and shown once", check_password),
});

}  // namespace

const Definition& reseller_definition() {
  static constexpr Definition kDefinition{
      .kind = Kind::Reseller,
      .name = "reseller",
      .plural = "resellers",
      .help = "tenants: each sees its own rows alone",
      .placeholder = "NAME",
      .key = {Naming::Name, 0},
      .key_rule = check_name,
      .reach = Reach::Calls,
      .effect = "unless it is active, its subscribers neither register nor call",
      .fields = kResellerFields,
      .uniques = kResellerUniques};
  return kDefinition;
}

const Definition& contact_definition() {
  static constexpr Definition kDefinition{.kind = Kind::Contact,
                                          .name = "contact",
                                          .plural = "contacts",
                                          .help = "people and companies behind contracts and customers",
                                          .placeholder = "NAME",
                                          .key = {Naming::Name, 0},
                                          .key_rule = check_name,
                                          .fields = kContactFields,
                                          .uniques = kNameInTenant};
  return kDefinition;
}

const Definition& contract_definition() {
  static constexpr Definition kDefinition{.kind = Kind::Contract,
                                          .name = "contract",
                                          .plural = "contracts",
                                          .help = "with carriers and resellers",
                                          .placeholder = "NAME",
                                          .key = {Naming::Name, 0},
                                          .key_rule = check_name,
                                          .fields = kContractFields,
                                          .uniques = kNameInTenant};
  return kDefinition;
}

const Definition& customer_definition() {
  static constexpr Definition kDefinition{
      .kind = Kind::Customer,
      .name = "customer",
      .plural = "customers",
      .help = "who pays for subscribers",
      .placeholder = "NAME",
      .key = {Naming::Name, 0},
      .key_rule = check_name,
      .reach = Reach::Calls,
      .effect = "unless it is active, its subscribers neither register nor call",
      .fields = kCustomerFields,
      .uniques = kNameInTenant};
  return kDefinition;
}

const Definition& admin_definition() {
  static constexpr Definition kDefinition{.kind = Kind::Admin,
                                          .name = "admin",
                                          .plural = "administrators",
                                          .help = "who may change what",
                                          .placeholder = "LOGIN",
                                          .key = {Naming::Name, 0},
                                          .key_rule = check_name,
                                          .fields = kAdminFields,
                                          .inputs = kAdminInputs,
                                          .uniques = kResellerUniques};
  return kDefinition;
}

}  // namespace ringfence::model
