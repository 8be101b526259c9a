// SPDX-License-Identifier: Apache-2.0
// From `log.*` settings to the options of the log.
#pragma once

#include "app/serve/data_dir.h"
#include "config/settings.h"
#include "observe/log.h"

namespace ringfence::app {

/// With `log.privacy: hashed` the seed comes from a key in DIR/keys, so that one person has one name in all
/// our processes and across restarts.
[[nodiscard]] base::Result<observe::LogOptions> log_options(const config::LogSettings& settings,
                                                            const DataPaths& paths);

}  // namespace ringfence::app
