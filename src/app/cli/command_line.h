// SPDX-License-Identifier: Apache-2.0
// CommandLine: the verbs of `ringfence` on CLI11's tree, made from the definitions of provisioning and a few
// tables.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "app/cli/cli.h"
#include "app/cli/command.h"
#include "app/cli/context.h"

namespace ringfence::app {

class CommandLine {
 public:
  /// @param hooks, context  outlive it; parsing fills in the context's directory and format
  CommandLine(const CliHooks& hooks, Context& context);
  ~CommandLine();

  /// @param arguments  without the program's name
  /// @return the exit code
  [[nodiscard]] int run(const std::vector<std::string>& arguments);

  [[nodiscard]] Command tree() const;

 private:
  class Tree;
  std::unique_ptr<Tree> tree_;
};

}  // namespace ringfence::app
