// SPDX-License-Identifier: Apache-2.0
// Checking what was typed.
#include "provisioning/arguments.h"

#include <fmt/format.h>

#include "model/rules.h"
#include "model/value_text.h"

namespace ringfence::provisioning {
namespace {

using model::dashed;
using model::Naming;
using model::Need;

bool is_secret(const Field& field) {
  return field.show == model::Show::Secret || field.rule == model::check_password;
}

std::string names_of(const Definition& definition, Verb verb) {
  std::string names;
  for (const Field* field : fields_of(definition, verb)) {
    names += fmt::format("{}--{}", names.empty() ? "" : ", ", dashed(field->name));
  }
  return names.empty() ? "it takes none" : "it takes " + names;
}

std::unexpected<Refusal> not_allowed(const Definition& definition, Verb verb, std::string_view key,
                                     const Field& field, std::string_view value, std::string_view rule) {
  // Which preference it is, and whether that is secret, is not known yet.
  const bool hides = is_secret(field) || (definition.kind == Kind::Preference && field.name == "value");
  const std::string shown = hides ? std::string{} : fmt::format(" \"{}\"", value);
  return refuse(Reason::Usage, attempt(definition, verb, key),
                fmt::format("{}{} is not allowed: {}", dashed(field.name), shown, rule),
                help_for(definition, verb));
}

/// A prefix that is looked for need not be a whole value, and nothing is looked for as nothing.
model::Checked check_one(const Field& field, Verb verb, std::string_view value) {
  if (verb != Verb::Ls) return model::check_value(field, value);
  if (value.empty()) return std::string{};
  const bool is_key = (field.uses & (model::kByAdd | model::kBySet)) == 0 && field.type == model::Type::Text;
  return is_key ? model::check_text(value) : model::check_value(field, value);
}

}  // namespace

std::string attempt(const Definition& definition, Verb verb, std::string_view key) {
  return fmt::format("cannot {} {}{}{}", name_of(verb), dashed(definition.name), key.empty() ? "" : " ", key);
}

std::string help_for(const Definition& definition, Verb verb) {
  return fmt::format("see ringfence {} {} --help", dashed(definition.name), name_of(verb));
}

std::string_view value_in(const Arguments& arguments, std::string_view name) {
  const auto found = arguments.find(name);
  return found != arguments.end() ? std::string_view{found->second} : std::string_view{};
}

std::vector<const Field*> fields_of(const Definition& definition, Verb verb) {
  std::vector<const Field*> taken;
  for (const auto fields : {definition.inputs, definition.fields}) {
    for (const Field& field : fields) {
      if (field.used_by(info(verb).use)) taken.push_back(&field);
    }
  }
  return taken;
}

Outcome<std::string> check_key(const Definition& definition, Verb verb, std::string_view key) {
  const bool of_parent = verb == Verb::Add && definition.key.naming == Naming::Numbered;
  if (of_parent && definition.key.within == model::Key::kNone) {
    if (key.empty()) return std::string{};
    return refuse(Reason::Usage, attempt(definition, verb, key),
                  fmt::format("a {} gets its number by itself, without \"{}\"", dashed(definition.name), key),
                  help_for(definition, verb));
  }
  const Definition& named =
      of_parent ? model::definition(definition.fields[definition.key.within].refers_to) : definition;
  const bool by_name = verb == Verb::Add && !of_parent;
  auto checked = by_name ? named.key_rule(key) : model::check_key(named, key);
  if (checked) return std::move(*checked);
  return refuse(Reason::Usage, attempt(definition, verb, key),
                fmt::format("{} \"{}\" is not allowed: {}", dashed(named.name), key, checked.error()),
                help_for(definition, verb));
}

Outcome<Arguments> check_arguments(const Definition& definition, Verb verb, std::string_view key,
                                   const Arguments& arguments) {
  Arguments checked;
  for (const auto& [name, value] : arguments) {
    const Field* field = model::find_field(definition, name);
    if (field == nullptr || !field->used_by(info(verb).use)) {
      return refuse(Reason::Usage, attempt(definition, verb, key),
                    fmt::format("there is no option --{}: {}", dashed(name), names_of(definition, verb)),
                    help_for(definition, verb));
    }
    auto canonical = check_one(*field, verb, value);
    if (!canonical) return not_allowed(definition, verb, key, *field, value, canonical.error());
    checked.insert_or_assign(std::string{field->name}, std::move(*canonical));
  }
  if (verb != Verb::Add) return checked;
  for (const Field& field : definition.fields) {
    const bool wanted =
        field.need == Need::Required && field.fallback.empty() && field.used_by(model::kByAdd);
    if (!wanted || checked.contains(field.name)) continue;
    return refuse(Reason::Usage, attempt(definition, verb, key),
                  fmt::format("--{} {} is missing: {}", dashed(field.name), field.placeholder, field.help),
                  help_for(definition, verb));
  }
  return checked;
}

}  // namespace ringfence::provisioning
