// SPDX-License-Identifier: Apache-2.0
// Names threads, so that top, perf and a debugger tell shards from journal and log.
#pragma once

#include <string_view>

namespace ringfence::base {

/// Names the calling thread; what passes 15 characters is cut. In the first thread it names the process.
void name_this_thread(std::string_view name);
/// "NAME-NUMBER"
void name_this_thread(std::string_view name, unsigned number);

}  // namespace ringfence::base
