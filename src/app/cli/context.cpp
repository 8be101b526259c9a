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

namespace {

/// Text of several lines, of which none can do more to a terminal than stand there: it repeats what was
/// typed, or what stands in a file of somebody else.
std::string printable_lines(std::string_view text) {
  std::string lines;
  while (true) {
    const auto end = text.find('\n');
    lines += printable(text.substr(0, end));
    if (end == text.npos) return lines;
    lines += '\n';
    text.remove_prefix(end + 1);
  }
}

}  // namespace

int report(const Context& context, const control::Problem& problem) {
  const base::Failure& failure = problem.failure;
  context.err << "ringfence: " << printable_lines(failure.what) << '\n';
  if (!failure.why.empty()) context.err << "  why:  " << printable_lines(failure.why) << '\n';
  if (!failure.next.empty()) context.err << "  next: " << printable_lines(failure.next) << '\n';
  return static_cast<int>(problem.exit);
}

}  // namespace ringfence::app
