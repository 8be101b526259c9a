// SPDX-License-Identifier: Apache-2.0
// The command line: `ringfence VERB ...`, from arguments to an exit code.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "base/failure.h"

namespace ringfence::app {

struct ServeOptions;

/// One finding of `doctor`.
struct Finding {
  enum class Verdict : std::uint8_t { Ok, Warning, Failed };
  Verdict verdict = Verdict::Ok;
  std::string check;   ///< what was looked at: "database"
  std::string detail;  ///< what was seen
  std::string fix;     ///< what to do; empty when all is well
};

/// What verbs do on this machine, without a running server.
struct CliHooks {
  /// `serve`: runs until it is told to stop; returns the exit code.
  std::function<int(const ServeOptions&)> serve;
  /// `init`: makes what is missing in the directory; tells what it made.
  std::function<base::Result<std::string>(const std::filesystem::path& data)> init;
  /// `doctor`: looks at the directory and the machine. What a running server knows is added to it.
  std::function<std::vector<Finding>(const std::filesystem::path& data)> doctor;
  std::string version;
};

/// Parses the arguments and runs one verb.
/// @return the exit code (app/control/exit_code.h)
[[nodiscard]] int run_cli(int argc, char** argv, const CliHooks& hooks);

}  // namespace ringfence::app
