// SPDX-License-Identifier: Apache-2.0
// `config check` and `config get`: read the file as `serve` would, without a server.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "app/cli/context.h"

namespace ringfence::app {

struct ConfigArguments {
  std::optional<std::filesystem::path> file;  ///< DIR/ringfence.yml when absent
  std::vector<std::string> sets;
  std::string path;  ///< of an option or a group; empty: all
};

[[nodiscard]] int run_config_check(const Context& context, const ConfigArguments& arguments);
/// Values with where each comes from.
[[nodiscard]] int run_config_get(const Context& context, const ConfigArguments& arguments);

}  // namespace ringfence::app
