// SPDX-License-Identifier: Apache-2.0
// Doctor: looks at a data directory and this machine, and says what to do about what is wrong.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "app/cli/cli.h"

namespace ringfence::app {

/// Works whether or not a platform runs; changes nothing.
[[nodiscard]] std::vector<Finding> examine(const std::filesystem::path& data);

/// `ringfence init`: makes what is missing in DIR.
/// @return what was done, in a sentence
[[nodiscard]] base::Result<std::string> init(const std::filesystem::path& data);

}  // namespace ringfence::app
