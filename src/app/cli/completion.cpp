// SPDX-License-Identifier: Apache-2.0
// Completion scripts and the manual page, from the tree of commands.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "app/cli/command.h"
#include "app/control/exit_code.h"

namespace ringfence::app {
namespace {

struct ExitText {
  Exit exit;
  std::string_view text;
};
constexpr std::array kExits{ExitText{Exit::Ok, "done"},
                            ExitText{Exit::Failed, "failed"},
                            ExitText{Exit::Usage, "the command or a value is wrong"},
                            ExitText{Exit::NotFound, "what was named is not there"},
                            ExitText{Exit::NotAllowed, "not allowed"},
                            ExitText{Exit::Unreachable, "the server cannot be reached"},
                            ExitText{Exit::Conflict, "in conflict with what is there"}};

/// A command with its way from the root: " subscriber add".
struct Place {
  std::string path;
  const Command* command;
};

void collect(const Command& command, const std::string& path, std::vector<Place>& out) {
  out.push_back({path, &command});
  for (const Command& inner : command.commands) collect(inner, path + " " + inner.name, out);
}

std::vector<Place> places_of(const Command& root) {
  std::vector<Place> places;
  collect(root, {}, places);
  return places;
}

/// What may be typed with a dash at a place: its own options and those of the root, which hold everywhere.
std::vector<CommandOption> options_at(const Place& place, const Command& root) {
  std::vector<CommandOption> options;
  const auto add = [&options](const Command& command) {
    for (const CommandOption& option : command.options) {
      const bool known = std::ranges::find(options, option.names, &CommandOption::names) != options.end();
      if (!option.is_positional && !known) options.push_back(option);
    }
  };
  add(*place.command);
  add(root);
  return options;
}

/// `text` with every character of `special` after `escape`.
std::string escaped(std::string_view text, std::string_view special, std::string_view escape) {
  std::string out;
  for (const char c : text) {
    if (special.find(c) != special.npos) out += escape;
    out += c;
  }
  return out;
}

/// Within '...' of a shell.
std::string quoted(std::string_view text) {
  std::string out;
  for (const char c : text) out += c == '\'' ? std::string{"'\\''"} : std::string{c};
  return out;
}

/// All ways but the root's, between quotes, with `separator` between them.
std::string all_paths(const std::vector<Place>& places, std::string_view separator) {
  std::string out;
  for (const Place& place : places) {
    if (place.path.empty()) continue;
    out += fmt::format("{}\"{}\"", out.empty() ? "" : separator, place.path);
  }
  return out;
}

std::string bash(const Command& root) {
  const auto places = places_of(root);
  std::string cases;
  for (const Place& place : places) {
    std::string words;
    for (const Command& inner : place.command->commands) words += " " + inner.name;
    for (const CommandOption& option : options_at(place, root)) {
      for (const auto& name : option.names) words += " " + name;
    }
    cases += fmt::format("    \"{}\") words='{}' ;;\n", place.path,
                         quoted(words.empty() ? words : words.substr(1)));
  }
  return fmt::format(
      R"(# bash completion for {0}; put it into /usr/share/bash-completion/completions/{0}
_{0}() {{
  local verb="" words="" i
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "$verb ${{COMP_WORDS[i]}}" in
      {1}) verb="$verb ${{COMP_WORDS[i]}}" ;;
    esac
  done
  case "$verb" in
{2}  esac
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "${{COMP_WORDS[COMP_CWORD]}}")
}}
complete -o default -F _{0} {0}
)",
      root.name, all_paths(places, " | "), cases);
}

std::string zsh(const Command& root) {
  const auto places = places_of(root);
  std::string cases;
  for (const Place& place : places) {
    std::string words;
    const auto add = [&words](std::string_view word, std::string_view help) {
      words += fmt::format(" '{}:{}'", quoted(escaped(word, ":", "\\")), quoted(help));
    };
    for (const Command& inner : place.command->commands) add(inner.name, inner.help);
    for (const CommandOption& option : options_at(place, root)) {
      for (const auto& name : option.names) add(name, option.help);
    }
    cases += fmt::format("    \"{}\") known=({}) ;;\n", place.path, words.empty() ? words : words.substr(1));
  }
  return fmt::format(
      R"(#compdef {0}
# zsh completion; put it as _{0} into a directory of $fpath
_{0}() {{
  local verb="" i
  local -a known
  for ((i = 2; i < CURRENT; i++)); do
    case "$verb ${{words[i]}}" in
      {1}) verb="$verb ${{words[i]}}" ;;
    esac
  done
  case "$verb" in
{2}  esac
  _describe '{0}' known
  _files
}}
_{0} "$@"
)",
      root.name, all_paths(places, " | "), cases);
}

std::string fish(const Command& root) {
  const auto places = places_of(root);
  std::string lines;
  for (const Place& place : places) {
    const std::string at = fmt::format("complete -c {0} -n '__{0}_at \"{1}\"'", root.name, place.path);
    for (const Command& inner : place.command->commands) {
      lines += fmt::format("{} -f -a {} -d '{}'\n", at, inner.name, escaped(inner.help, "'\\", "\\"));
    }
    for (const CommandOption& option : options_at(place, root)) {
      lines += at;
      for (const auto& name : option.names) {
        lines += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
      }
      lines += fmt::format("{} -d '{}'\n", option.placeholder.empty() ? "" : " -r",
                           escaped(option.help, "'\\", "\\"));
    }
  }
  return fmt::format(
      R"(# fish completion for {0}; put it into ~/.config/fish/completions/{0}.fish
function __{0}_at
  set -l verb ""
  for word in (commandline -opc)[2..]
    switch "$verb $word"
      case {1}
        set verb "$verb $word"
    end
  end
  test "$verb" = "$argv[1]"
end
{2})",
      root.name, all_paths(places, " "), lines);
}

/// Text of a manual page: no character of it is a request to the formatter.
std::string roff(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";
    } else {
      if ((c == '.' || c == '\'') && (out.empty() || out.back() == '\n')) out += "\\&";
      out += c;
    }
  }
  return out;
}

std::string man_options(const Command& command) {
  std::string out;
  for (const CommandOption& option : command.options) {
    if (option.names == std::vector<std::string>{"-h", "--help"}) continue;
    std::string names;
    for (const auto& name : option.names) names += (names.empty() ? "" : ", ") + name;
    if (!option.is_positional && !option.placeholder.empty()) names += " " + option.placeholder;
    out += fmt::format(".TP\n.B {}\n{}\n", roff(names), roff(option.help));
  }
  return out;
}

std::string man_usage(const Place& place, const Command& root) {
  std::string usage = root.name + place.path;
  for (const CommandOption& option : place.command->options) {
    if (option.is_positional)
      usage += option.is_required ? " " + option.placeholder : " [" + option.placeholder + "]";
  }
  return usage;
}

std::string man(const Command& root) {
  std::string commands;
  for (const Place& place : places_of(root)) {
    if (place.path.empty() || !place.command->commands.empty()) continue;
    commands += fmt::format(".SS {}\n{}.\n{}", roff(man_usage(place, root)), roff(place.command->help),
                            man_options(*place.command));
    if (!place.command->footer.empty())
      commands += fmt::format(".PP\n.nf\n{}\n.fi\n", roff(place.command->footer));
  }
  std::string exits;
  for (const auto& [exit, text] : kExits)
    exits += fmt::format(".TP\n.B {}\n{}\n", static_cast<int>(exit), roff(text));
  return fmt::format(
      ".TH RINGFENCE 1\n.SH NAME\n{0} \\- {1}\n.SH SYNOPSIS\n.B {0}\n[OPTIONS] COMMAND ...\n.SH OPTIONS\n{2}"
      ".SH COMMANDS\n{3}.SH EXIT STATUS\n{4}"
      ".SH ENVIRONMENT\n.TP\n.B RINGFENCE_DATA\nthe data directory, when \\-\\-data is not given\n",
      root.name, roff(root.help), man_options(root), commands, exits);
}

struct Writer {
  std::string_view name;
  std::string (*write)(const Command&);
};
constexpr std::array kWriters{Writer{"bash", bash}, Writer{"zsh", zsh}, Writer{"fish", fish},
                              Writer{"man", man}};

}  // namespace

std::string exit_code_help() {
  std::string text;
  for (const auto& [exit, meaning] : kExits)
    text += fmt::format("  {}  {}\n", static_cast<int>(exit), meaning);
  return text;
}

std::string completion_for(std::string_view shell, const Command& root) {
  for (const Writer& writer : kWriters) {
    if (writer.name == shell) return writer.write(root);
  }
  return {};
}

}  // namespace ringfence::app
