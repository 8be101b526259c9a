// SPDX-License-Identifier: Apache-2.0
// Verbs that a running server does: ask, print what comes.
#pragma once

#include <filesystem>

#include "app/cli/cli.h"
#include "app/cli/context.h"
#include "app/cli/export_writer.h"

namespace ringfence::app {

/// Asks the server of the data directory and prints its answer. Notes go to stderr.
/// @return the exit code
[[nodiscard]] int run_remote(const Context& context, const control::Request& request);

/// `KIND import`: sends the file ("-": standard input), with a bar on a terminal.
[[nodiscard]] int run_import(const Context& context, const control::Request& request,
                             const std::string& file);

/// `KIND export`: writes what the request lists into a file that import takes, with a bar on a terminal; an
/// empty name is standard output. A file gets its name when it is whole, and is its owner's alone.
[[nodiscard]] int run_export(const Context& context, const control::Request& request, const std::string& file,
                             ExportFormat format);

/// `status`: Ok only when the server is ready.
[[nodiscard]] int run_status(const Context& context);

/// `doctor`: the findings of this machine and, when it runs, of the server.
[[nodiscard]] int run_doctor(const Context& context, std::vector<Finding> findings);

}  // namespace ringfence::app
