// SPDX-License-Identifier: Apache-2.0
// Where data is by default, and how a failure reads.
#include "app/cli/context.h"

#include <cstdlib>
#include <system_error>

namespace ringfence::app {

std::filesystem::path default_data_directory() {
  if (const char* named = std::getenv("RINGFENCE_DATA"); named != nullptr && *named != '\0') return named;
  std::error_code unknown;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", unknown);
  const bool installed = !unknown && program.native().starts_with("/usr/");
  return installed ? "/var/lib/ringfence" : "./ringfence-data";
}

int report(const Context& context, const control::Problem& problem) {
  const base::Failure& failure = problem.failure;
  context.err << "ringfence: " << failure.what << '\n';
  if (!failure.why.empty()) context.err << "  why:  " << failure.why << '\n';
  if (!failure.next.empty()) context.err << "  next: " << failure.next << '\n';
  return static_cast<int>(problem.exit);
}

}  // namespace ringfence::app
