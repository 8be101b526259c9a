// SPDX-License-Identifier: Apache-2.0
// The commands of every kind of rows, made from its definition.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>

#include "app/cli/command_tree.h"
#include "app/cli/remote.h"
#include "provisioning/arguments.h"
#include "provisioning/export.h"

namespace ringfence::app {
namespace {

using model::dashed;
using model::Definition;
using model::Field;
using model::Kind;
using model::Naming;
using provisioning::Verb;

/// "a", or "an" before a vowel.
std::string_view article(std::string_view word) {
  return std::string_view{"aeio"}.find(word.front()) != std::string_view::npos ? "an" : "a";
}

std::string help_of(const Definition& definition, Verb verb) {
  const std::string name = dashed(definition.name);
  switch (verb) {
    case Verb::Add:
      return fmt::format("add {} {}", article(name), name);
    case Verb::Ls:
      return fmt::format("list {}", definition.plural);
    case Verb::Show:
      return fmt::format("show one {}", name);
    case Verb::Set:
      return fmt::format("change {} {}", article(name), name);
    case Verb::Rm:
      return fmt::format("remove {} {}, with all that is part of it", article(name), name);
  }
  std::unreachable();
}

bool is_secret_text(const Field& field) {
  return field.name == "password";
}

}  // namespace

void CommandLine::Tree::add_kind(const Definition& definition) {
  CLI::App& verbs = group(dashed(definition.name), definition.help);
  for (const auto& verb : provisioning::kVerbTable) add_verb(verbs, definition, verb.verb);
  add_import(verbs, definition);
  add_export(verbs, definition);
}

void CommandLine::Tree::add_verb(CLI::App& verbs, const Definition& definition, Verb verb) {
  Values& values = new_values();
  CLI::App& command =
      leaf(verbs, provisioning::name_of(verb), help_of(definition, verb), [this, &definition, verb, &values] {
        return run_request({dashed(definition.name), std::string{provisioning::name_of(verb)}}, values);
      });
  if (verb == Verb::Ls) {
    add_paging(command, values);
  } else {
    add_key(command, definition, verb, values);
  }
  add_fields(command, definition, verb, values);
}

void CommandLine::Tree::add_key(CLI::App& command, const Definition& definition, Verb verb, Values& values) {
  const auto& [naming, name, within] = definition.key;
  if (definition.kind == Kind::Preference) {
    if (verb == Verb::Add) return;
    command.add_option("NAME", values.key, "the preference, or the id of a row")->required();
    if (verb == Verb::Set) return add_field(command, *model::find_field(definition, "value"), verb, values);
    return;
  }
  if (verb == Verb::Add && naming == Naming::Numbered) {
    if (within == model::Key::kNone) return;
    const Field& parent = definition.fields[within];
    command.add_option(std::string{parent.placeholder}, values.key, std::string{parent.help})->required();
    return;
  }
  const std::string help = naming == Naming::Numbered
                               ? fmt::format("the number that {} ls shows", dashed(definition.name))
                           : naming == Naming::Within ? std::string{"such as 1001@example.test"}
                                                      : std::string{definition.fields[name].help};
  command.add_option(std::string{definition.placeholder}, values.key, help)->required();
}

void CommandLine::Tree::add_fields(CLI::App& command, const Definition& definition, Verb verb,
                                   Values& values) {
  if (definition.kind == Kind::Preference && verb != Verb::Add && verb != Verb::Ls) {
    for (const Field& field : definition.fields) {
      if (field.type == model::Type::Row) add_field(command, field, verb, values);  // its owner
    }
    return;
  }
  for (const Field* field : provisioning::fields_of(definition, verb))
    add_field(command, *field, verb, values);
}

void CommandLine::Tree::add_field(CLI::App& command, const Field& field, Verb verb, Values& values) {
  const std::string name{field.name};
  const std::string option_name = "--" + dashed(name);
  std::string help{field.help};
  if (field.by_presence) {
    command.add_flag(option_name, values.flags[name], help);
    return;
  }
  if (is_secret_text(field)) help += "; - reads it from standard input";
  if (!field.choices.empty()) help += fmt::format(" ({})", fmt::join(field.choices, ", "));
  if (verb == Verb::Add && !field.fallback.empty()) help += fmt::format("; {} unless given", field.fallback);
  CLI::Option* option = command.add_option_function<std::string>(
      option_name, [&values, name](const std::string& value) { values.texts[name] = value; }, help);
  option->type_name(std::string{field.placeholder});
  if (verb == Verb::Add && field.need == model::Need::Required && field.fallback.empty()) option->required();
}

void CommandLine::Tree::add_paging(CLI::App& command, Values& values) {
  command.add_option("--limit", values.limit, "at most so many rows")
      ->type_name("N")
      ->check(CLI::PositiveNumber);
  command
      .add_option("--after", values.after,
                  "only rows with a higher id, such as the last one of the page before")
      ->type_name("ID")
      ->check(CLI::NonNegativeNumber);
}

void CommandLine::Tree::add_import(CLI::App& verbs, const Definition& definition) {
  Values& values = new_values();
  CLI::App& command = leaf(
      verbs, "import", fmt::format("add the {} of a file, all of them or none", definition.plural),
      [this, &definition, &values] {
        return run_import(context_, request_of({dashed(definition.name), "import"}, values), values.file);
      });
  const std::string_view bare =
      definition.kind == Kind::Subscriber ? "user@domain,password[,number] in each line, or " : "";
  command
      .add_option(
          "FILE", values.file,
          fmt::format(
              "{}a first line of names from {}, then a line of values for each; or JSON objects, one a "
              "line; - for standard input",
              bare, fmt::join(provisioning::import_columns(definition), ",")))
      ->required();
}

void CommandLine::Tree::add_export(CLI::App& verbs, const Definition& definition) {
  Values& values = new_values();
  CLI::App& command =
      leaf(verbs, "export", fmt::format("write {} into a file that import takes", definition.plural),
           [this, &definition, &values] {
             return run_export(context_, request_of({dashed(definition.name), "export"}, values), values.file,
                               values.format == "jsonl" ? ExportFormat::JsonLines : ExportFormat::Csv);
           });
  command.add_option("FILE", values.file, "where to; standard output when absent");
  command.add_option("--format", values.format, "csv (unless given) or jsonl: a JSON object a line")
      ->type_name("FORMAT")
      ->check(CLI::IsMember({"csv", "jsonl"}));
  if (definition.kind == Kind::Subscriber) {
    command.add_flag("--with-secrets", values.flags["secrets"], "with HA1s, which log in as passwords do");
  }
  add_paging(command, values);
  add_fields(command, definition, Verb::Ls, values);
}

void CommandLine::Tree::add_preference_verbs() {
  Values& values = new_values();
  const Definition& definition = model::definition(Kind::Preference);
  CLI::App& command =
      leaf(group("preference"), "effective", "show what holds for one owner, and where each value comes from",
           [this, &values] { return run_request({"preference", "effective"}, values); });
  for (const Field& field : definition.fields) {
    if (field.type == model::Type::Row) add_field(command, field, Verb::Show, values);
  }
}

}  // namespace ringfence::app
