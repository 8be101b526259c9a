// SPDX-License-Identifier: Apache-2.0
// Context: what every verb knows about its call: where the data is, where output goes and in which format.
#pragma once

#include <filesystem>
#include <istream>
#include <ostream>
#include <string>

#include "app/cli/output.h"
#include "app/control/protocol.h"

namespace ringfence::app {

struct Context {
  std::filesystem::path data;
  std::optional<Format> format;  ///< nothing: a table on a terminal, TSV in a pipe
  std::istream& in;
  std::ostream& out;
  std::ostream& err;
  bool out_is_terminal = false;
  bool err_is_terminal = false;

  [[nodiscard]] Format chosen_format() const {
    return format.value_or(out_is_terminal ? Format::Table : Format::Tsv);
  }
};

/// $RINGFENCE_DATA, or /var/lib/ringfence for an installed program, or ./ringfence-data.
[[nodiscard]] std::filesystem::path default_data_directory();

/// What, why and what to type next.
/// @return the exit code
int report(const Context& context, const control::Problem& problem);

}  // namespace ringfence::app
