// SPDX-License-Identifier: Apache-2.0
// The tree of commands as data: what completion scripts and the manual page are made from.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ringfence::app {

struct CommandOption {
  std::vector<std::string> names;  ///< "--data", "-o"; for a positional its placeholder alone
  std::string placeholder;         ///< empty for a flag
  std::string help;
  bool is_positional = false;
  bool is_required = false;
};

struct Command {
  std::string name;
  std::string help;
  std::string footer;  ///< examples
  std::vector<CommandOption> options;
  std::vector<Command> commands;
};

/// Exit codes with their meaning, one a line.
[[nodiscard]] std::string exit_code_help();

/// A script for "bash", "zsh" or "fish", or the page for "man"; empty for any other name.
[[nodiscard]] std::string completion_for(std::string_view shell, const Command& root);

}  // namespace ringfence::app
