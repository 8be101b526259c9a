// SPDX-License-Identifier: Apache-2.0
// The tree, and what each leaf does.
#include "app/cli/command_line.h"

#include <fmt/format.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <utility>

#include "app/cli/command_tree.h"
#include "app/cli/remote.h"
#include "model/field.h"

namespace ringfence::app {
namespace {

using control::Request;

struct Example {
  std::string_view command;
  std::string_view text;
};
constexpr auto kExamples = std::to_array<Example>({
    {"domain add", "ringfence domain add example.test"},
    {"subscriber add",
     "ringfence subscriber add 1001@example.test --password PW --number 43123456\n"
     "ringfence subscriber add 1002@example.test          # a password is made up and shown once\n"
     "ringfence subscriber add 1003@example.test --password - < password.txt"},
    {"subscriber ls", "ringfence subscriber ls --domain example.test -o json"},
    {"subscriber set",
     "ringfence subscriber set 1001@example.test --state locked\n"
     "ringfence subscriber set 1001@example.test --number \"\"   # takes the number away"},
    {"subscriber import",
     "ringfence subscriber import subscribers.csv\npg_dump_csv | ringfence subscriber import -"},
    {"subscriber export",
     "ringfence subscriber export subscribers.csv --domain example.test\n"
     "ringfence subscriber export --format jsonl --with-secrets backup.jsonl   # what logs in: keep it safe"},
    {"reseller add", "ringfence reseller add acme\nringfence --reseller acme domain add acme.test"},
    {"customer add", "ringfence customer add smith --external-id 4711 --max-subscribers 20"},
    {"customer set",
     "ringfence customer set smith --state locked      # its phones stop with the next request"},
    {"number add", "ringfence number add 43123457 --subscriber 1001@example.test"},
    {"preference set",
     "ringfence preference set cc --value 43 --domain example.test\n"
     "ringfence preference set dnd --value yes --subscriber 1001@example.test"},
    {"preference effective", "ringfence preference effective --subscriber 1001@example.test"},
    {"rewrite-rule add",
     "ringfence rewrite-set add austria\n"
     "ringfence rewrite-rule add austria --pattern '^0([1-9][0-9]+)$' --replacement '${caller_cc}\\1'"},
    {"peer-rule add", "ringfence peer-rule add carriers --callee-prefix 43"},
    {"forward add",
     "ringfence destination-set add 1001@example.test --name mobile      # answers with its id, here 7\n"
     "ringfence destination add 7 --destination 436641234567\n"
     "ringfence forward add 1001@example.test --type cfb --destination-set 7"},
    {"peer add",
     "ringfence peer add carrier --address 192.0.2.1:5060/udp\n"
     "ringfence peer add backup --address '[2001:db8::1]:5060/tcp' --default"},
    {"peer set", "ringfence peer set backup --default"},
    {"reg ls", "ringfence reg ls -o json"},
    {"audit ls",
     "ringfence audit ls --limit 20\n"
     "ringfence audit ls --entity subscriber --key 1001@example.test -o json"},
    {"reg drop", "ringfence reg drop 1001@example.test"},
    {"serve", "ringfence serve --data ./ringfence-data --set sip.port=5070"},
    {"config get", "ringfence config get sip"},
    {"completion",
     "source <(ringfence completion bash)\n"
     "ringfence completion man > ringfence.1"},
});

constexpr auto kRemoteVerbs = std::to_array<RemoteVerb>({
    {"reg", "ls", "list registered contacts", ""},
    {"reg", "show", "show the contacts of one address of record", "USER@DOMAIN"},
    {"reg", "drop", "remove all contacts of an address of record", "USER@DOMAIN"},
});

struct GroupHelp {
  std::string_view name;
  std::string_view help;
};
constexpr auto kGroupHelp = std::to_array<GroupHelp>({
    {"reg", "registered contacts"},
    {"audit", "who changed what"},
    {"config", "the configuration, without a server"},
});

std::string_view group_help(std::string_view name) {
  const auto found = std::ranges::find(kGroupHelp, name, &GroupHelp::name);
  return found != kGroupHelp.end() ? found->help : std::string_view{};
}

/// A line from a terminal that does not show it, or from a pipe.
std::string read_secret(Context& context) {
  termios shown{};
  const bool hide = ::isatty(STDIN_FILENO) != 0 && ::tcgetattr(STDIN_FILENO, &shown) == 0;
  if (hide) {
    termios hidden = shown;
    hidden.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden);
    context.err << "password: " << std::flush;
  }
  std::string line;
  std::getline(context.in, line);
  if (hide) {
    ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &shown);
    context.err << '\n';
  }
  if (line.ends_with('\r')) line.pop_back();
  return line;
}

/// All commands below this one; CLI11 itself gives those that were typed.
std::vector<const CLI::App*> commands_of(const CLI::App& app) {
  return app.get_subcommands([](const CLI::App*) { return true; });
}

std::string names_of(const CLI::App& app) {
  std::string names;
  for (const CLI::App* command : commands_of(app)) names += (names.empty() ? "" : ", ") + command->get_name();
  return names;
}

}  // namespace

CommandLine::Tree::Tree(const CliHooks& hooks, Context& context) : hooks_{hooks}, context_{context} {
  add_root();
  add_serve();
  add_local();
  for (const model::Definition& definition : model::definitions()) add_kind(definition);
  add_preference_verbs();
  for (const RemoteVerb& verb : kRemoteVerbs) add_remote(verb);
  add_audit();
  add_config();
  add_completion();
  app_.footer(fmt::format("Exit codes:\n{}", exit_code_help()));  // last: commands inherit what stands here
}

CLI::App& CommandLine::Tree::leaf(CLI::App& parent, std::string_view name, std::string_view help,
                                  Action action) {
  CLI::App* command = parent.add_subcommand(std::string{name}, std::string{help});
  command->callback([this, action = std::move(action)] { action_ = action; });
  const std::string path =
      &parent == &app_ ? std::string{name} : fmt::format("{} {}", parent.get_name(), name);
  const auto example = std::ranges::find(kExamples, path, &Example::command);
  if (example != kExamples.end()) command->footer(fmt::format("Examples:\n{}", example->text));
  return *command;
}

CLI::App& CommandLine::Tree::group(std::string_view name, std::string_view help) {
  CLI::App*& known = groups_[std::string{name}];
  if (known == nullptr) {
    known = app_.add_subcommand(std::string{name}, std::string{help.empty() ? group_help(name) : help});
    known->require_subcommand(1);
  }
  return *known;
}

void CommandLine::Tree::add_root() {
  app_.require_subcommand(1);
  app_.fallthrough();  // --data and -o may stand after the verb
  app_.add_option("--data", data_,
                  "the data directory; $RINGFENCE_DATA, else /var/lib/ringfence or ./ringfence-data")
      ->type_name("DIR");
  app_.add_option("-o,--output", format_, "table, tsv or json; a table on a terminal, tsv in a pipe")
      ->type_name("FORMAT")
      ->check(CLI::IsMember({"table", "tsv", "json"}));
  app_.add_option("--reseller", reseller_, "only what this reseller has, as it would see it")
      ->type_name("NAME");
  app_.set_version_flag("--version", fmt::format("{} {}", kProgram, hooks_.version));
}

void CommandLine::Tree::add_serve() {
  CLI::App& serve = leaf(app_, "serve", "run the platform in the foreground", [this] {
    serve_.data = context_.data;
    if (!serve_config_.empty()) serve_.config_file = serve_config_;
    return hooks_.serve(serve_);
  });
  serve.add_option("--config", serve_config_, "the configuration file, instead of DIR/ringfence.yml")
      ->type_name("FILE");
  serve.add_option("--set", serve_.sets, "set one option, over file and environment; may be repeated")
      ->type_name("KEY=VALUE")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  serve.add_flag("--one-process", serve_.one_process, "all roles in one process, for tests and debuggers");
}

void CommandLine::Tree::add_local() {
  leaf(app_, "init", "make what is missing in the data directory: configuration, keys, database", [this] {
    const auto made = hooks_.init(context_.data);
    if (!made) return report(context_, {Exit::Failed, made.error()});
    context_.out << *made << '\n';
    return static_cast<int>(Exit::Ok);
  });
  leaf(app_, "status", "what the server does; exit code 0 only when it is ready",
       [this] { return run_status(context_); });
  leaf(app_, "doctor", "look for what is wrong or could be better, with a remedy for each",
       [this] { return run_doctor(context_, hooks_.doctor(context_.data)); });
}

Request CommandLine::Tree::request_of(const std::vector<std::string>& verb, const Values& values) {
  Request request{verb, {}};
  if (!values.key.empty()) request.args.emplace("key", values.key);
  if (!reseller_.empty()) request.args.emplace("reseller", reseller_);
  if (values.limit > 0) request.args.emplace("limit", values.limit);
  if (values.after > 0) request.args.emplace("after", values.after);
  for (const auto& [name, text] : values.texts) {
    const bool ask = name == "password" && text == "-";
    request.args.emplace(name, ask ? read_secret(context_) : text);
  }
  for (const auto& [name, flag] : values.flags) {
    if (flag) request.args.emplace(name, true);
  }
  return request;
}

int CommandLine::Tree::run_request(const std::vector<std::string>& verb, const Values& values) {
  return run_remote(context_, request_of(verb, values));
}

void CommandLine::Tree::add_remote(const RemoteVerb& verb) {
  Values& values = new_values();
  CLI::App& command = leaf(group(verb.group), verb.name, verb.help, [this, &verb, &values] {
    return run_request({std::string{verb.group}, std::string{verb.name}}, values);
  });
  if (!verb.key.empty())
    command.add_option(std::string{verb.key}, values.key, "such as 1001@example.test")->required();
}

void CommandLine::Tree::add_audit() {
  Values& values = new_values();
  CLI::App& command =
      leaf(group("audit"), "ls", "list changes, newest first: who, when, what, before and after",
           [this, &values] { return run_request({"audit", "ls"}, values); });
  std::vector<std::string> kinds;
  for (const model::Definition& definition : model::definitions()) {
    kinds.push_back(model::dashed(definition.name));
  }
  command
      .add_option_function<std::string>(
          "--entity", [&values](const std::string& kind) { values.texts["entity"] = kind; },
          "only changes of this kind of things")
      ->type_name("KIND")
      ->check(CLI::IsMember(std::move(kinds)));
  command.add_option("--key", values.key, "only changes of this one, also when it has gone")
      ->type_name("KEY");
  command.add_option("--limit", values.limit, "at most so many rows")
      ->type_name("N")
      ->check(CLI::PositiveNumber);
}

void CommandLine::Tree::add_config() {
  const auto add = [this](std::string_view name, std::string_view help,
                          int (*verb)(const Context&, const ConfigArguments&)) {
    CLI::App& command = leaf(group("config"), name, help, [this, verb] {
      if (!config_file_.empty()) config_.file = config_file_;
      return verb(context_, config_);
    });
    command.add_option("--config", config_file_, "the configuration file, instead of DIR/ringfence.yml")
        ->type_name("FILE");
    command.add_option("--set", config_.sets, "as `serve --set`; may be repeated")
        ->type_name("KEY=VALUE")
        ->expected(1)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    return &command;
  };
  add("check", "read the configuration as serve would, and say what is wrong", run_config_check);
  add("get", "show options with value and origin", run_config_get)
      ->add_option("OPTION", config_.path, "an option (sip.port) or a group (sip); all when absent");
}

void CommandLine::Tree::add_completion() {
  CLI::App& command = leaf(app_, "completion", "print a completion script, or the manual page", [this] {
    context_.out << completion_for(shell_, describe(app_));
    return static_cast<int>(Exit::Ok);
  });
  command.add_option("SHELL", shell_, "bash, zsh, fish, or man for the manual page")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish", "man"}));
}

Command CommandLine::Tree::describe(const CLI::App& app) {
  Command command{app.get_name(), app.get_description(), app.get_footer(), {}, {}};
  for (const CLI::Option* option : app.get_options()) {
    CommandOption described{
        {}, {}, option->get_description(), option->nonpositional() == false, option->get_required()};
    for (const auto& name : option->get_snames()) described.names.push_back("-" + name);
    for (const auto& name : option->get_lnames()) described.names.push_back("--" + name);
    if (described.is_positional) {
      described.placeholder = option->get_name(true);
      described.names = {described.placeholder};
    } else if (option->get_items_expected_max() > 0) {
      described.placeholder = option->get_type_name();
    }
    command.options.push_back(std::move(described));
  }
  for (const CLI::App* inner : commands_of(app)) {
    command.commands.push_back(describe(*inner));
  }
  return command;
}

std::string CommandLine::Tree::stray_word(const std::vector<std::string>& arguments) const {
  const CLI::App* at = &app_;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string& word = arguments[i];
    if (word.starts_with('-')) {
      const CLI::Option* option = app_.get_option_no_throw(word);
      if (option != nullptr && option->get_items_expected_max() > 0) ++i;  // its value
      continue;
    }
    const auto commands = commands_of(*at);
    if (commands.empty()) return {};
    const auto inner =
        std::ranges::find_if(commands, [&](const CLI::App* one) { return one->get_name() == word; });
    if (inner == commands.end()) return word;
    at = *inner;
  }
  return {};
}

int CommandLine::Tree::usage(const CLI::ParseError& error, const std::vector<std::string>& arguments) {
  if (error.get_exit_code() == 0) return app_.exit(error, context_.out, context_.err);  // --help, --version
  std::string command{kProgram};
  const CLI::App* at = &app_;
  while (!at->get_subcommands().empty()) {
    at = at->get_subcommands().front();
    command += " " + at->get_name();
  }
  const std::string stray = stray_word(arguments);
  return report(
      context_,
      {Exit::Usage,
       {fmt::format("cannot understand `{}`", command),
        stray.empty() ? std::string{error.what()}
                      : fmt::format("there is no command \"{}\": it is one of {}", stray, names_of(*at)),
        fmt::format("see `{} --help`", command)}});
}

int CommandLine::Tree::run(const std::vector<std::string>& arguments) {
  try {
    app_.parse(
        std::vector<std::string>{arguments.rbegin(), arguments.rend()});  // CLI11 takes them from the back
  } catch (const CLI::ParseError& error) {
    return usage(error, arguments);
  }
  context_.data = data_.empty() ? default_data_directory() : std::filesystem::path{data_};
  if (!format_.empty()) context_.format = format_named(format_);
  const std::string group = app_.get_subcommands().front()->get_name();
  if (!reseller_.empty() && model::kind_named(group) == model::Kind::None) {
    return report(context_, {Exit::NotAllowed,
                             {fmt::format("cannot narrow `{} {}` to a reseller", kProgram, group),
                              "it shows or does what concerns all of them", "leave --reseller out"}});
  }
  return action_();
}

CommandLine::CommandLine(const CliHooks& hooks, Context& context)
    : tree_{std::make_unique<Tree>(hooks, context)} {}
CommandLine::~CommandLine() = default;

int CommandLine::run(const std::vector<std::string>& arguments) {
  return tree_->run(arguments);
}
Command CommandLine::tree() const {
  return tree_->describe();
}

}  // namespace ringfence::app
