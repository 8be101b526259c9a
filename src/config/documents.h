// SPDX-License-Identifier: Apache-2.0
// What people read about the options: the commented sample file and docs/config.md, both made from the table.
#pragma once

#include <string>

namespace ringfence::config {

/// ringfence.yml as `init` writes it: every option commented out, with its default and help.
[[nodiscard]] std::string sample_file();

/// docs/config.md. A test holds the committed file against it; `RF_WRITE_DOCS=1 rf_config_test` writes it.
[[nodiscard]] std::string docs_markdown();

}  // namespace ringfence::config
