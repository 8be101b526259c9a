// SPDX-License-Identifier: Apache-2.0
// The tree of commands as it is built: for the files that add to it, not for those that run it.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "app/cli/command_line.h"
#include "app/cli/config_verbs.h"
#include "app/cli/context.h"
#include "app/serve/supervisor.h"
#include "provisioning/verb.h"

namespace ringfence::app {

inline constexpr std::string_view kProgram = "ringfence";

/// Verbs of the server that need nothing but, at most, a key.
struct RemoteVerb {
  std::string_view group;
  std::string_view name;
  std::string_view help;
  std::string_view key;  // placeholder; empty: none
};
/// What a parsed option holds; it lives as long as the tree.
struct Values {
  std::string key;
  std::map<std::string, std::string, std::less<>> texts;
  std::map<std::string, bool, std::less<>> flags;
  std::int64_t limit = 0;
  std::int64_t after = 0;
  std::string file;    // to read from or write to
  std::string format;  // of an export
};

class CommandLine::Tree {
 public:
  Tree(const CliHooks& hooks, Context& context);
  Tree(const Tree&) = delete;
  Tree& operator=(const Tree&) = delete;

  int run(const std::vector<std::string>& arguments);
  [[nodiscard]] Command describe() const { return describe(app_); }

 private:
  using Action = std::function<int()>;

  void add_root();
  void add_serve();
  void add_local();
  // provisioning_commands.cpp
  void add_kind(const model::Definition& definition);
  void add_verb(CLI::App& verbs, const model::Definition& definition, provisioning::Verb verb);
  void add_key(CLI::App& command, const model::Definition& definition, provisioning::Verb verb,
               Values& values);
  void add_fields(CLI::App& command, const model::Definition& definition, provisioning::Verb verb,
                  Values& values);
  void add_field(CLI::App& command, const model::Field& field, provisioning::Verb verb, Values& values);
  void add_paging(CLI::App& command, Values& values);
  void add_import(CLI::App& verbs, const model::Definition& definition);
  void add_export(CLI::App& verbs, const model::Definition& definition);
  void add_preference_verbs();
  void add_remote(const RemoteVerb& verb);
  void add_audit();
  void add_config();
  void add_completion();

  /// A verb: `action` runs when it was the one that was typed.
  CLI::App& leaf(CLI::App& parent, std::string_view name, std::string_view help, Action action);
  CLI::App& group(std::string_view name, std::string_view help = {});
  Values& new_values() { return *values_.emplace_back(std::make_unique<Values>()); }
  [[nodiscard]] control::Request request_of(const std::vector<std::string>& verb, const Values& values);
  int run_request(const std::vector<std::string>& verb, const Values& values);
  int usage(const CLI::ParseError& error, const std::vector<std::string>& arguments);
  /// The first word that should have been a command and is none; empty when there is no such word.
  [[nodiscard]] std::string stray_word(const std::vector<std::string>& arguments) const;
  [[nodiscard]] static Command describe(const CLI::App& app);

  const CliHooks& hooks_;
  Context& context_;
  CLI::App app_{"SIP service platform: registers phones, routes calls, refuses everything else",
                std::string{kProgram}};
  std::map<std::string, CLI::App*> groups_;  // owned by app_
  std::vector<std::unique_ptr<Values>> values_;
  std::string data_;
  std::string format_;
  ServeOptions serve_;
  std::string serve_config_;
  ConfigArguments config_;
  std::string config_file_;
  std::string reseller_;
  std::string shell_;
  Action action_;
};

}  // namespace ringfence::app
