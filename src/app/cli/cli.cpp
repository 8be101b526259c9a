// SPDX-License-Identifier: Apache-2.0
// Streams of the process, and the last resort for exceptions of libraries.
#include "app/cli/cli.h"

#include <unistd.h>

#include <algorithm>
#include <exception>
#include <iostream>

#include "app/cli/command_line.h"

namespace ringfence::app {

int run_cli(int argc, char** argv, const CliHooks& hooks) {
  Context context{.data = {},
                  .format = std::nullopt,
                  .in = std::cin,
                  .out = std::cout,
                  .err = std::cerr,
                  .out_is_terminal = ::isatty(STDOUT_FILENO) != 0,
                  .err_is_terminal = ::isatty(STDERR_FILENO) != 0};
  try {
    const int code = CommandLine{hooks, context}.run({argv + std::min(argc, 1), argv + argc});
    std::cout.flush();
    if (std::cout.good() || code != 0) return code;
    return report(context, {Exit::Failed,
                            {"cannot write the output", "the other end of the pipe, or the disk, refused it",
                             "check where the output goes"}});
  } catch (const std::exception& error) {
    return report(context,
                  {Exit::Failed, {"the command was given up", error.what(), "report this as a defect"}});
  }
}

}  // namespace ringfence::app
