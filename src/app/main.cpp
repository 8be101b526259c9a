// SPDX-License-Identifier: Apache-2.0
// The one executable: the command line, or one of the processes that `serve` starts.
#include <cstdlib>
#include <string_view>

#include "app/cli/cli.h"
#include "app/serve/doctor.h"
#include "app/serve/supervisor.h"

int main(int argc, char** argv) {
  using namespace ringfence;
  if (argc == 4 && argv[1] == app::kChildArgument) {
    return app::run_child(argv[2], std::strtoul(argv[3], nullptr, 10));
  }
  return app::run_cli(
      argc, argv,
      {.serve = app::serve, .init = app::init, .doctor = app::examine, .version = RINGFENCE_VERSION});
}
