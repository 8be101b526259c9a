// SPDX-License-Identifier: Apache-2.0
// A bar on a terminal; silence elsewhere.
#pragma once

#include <cstdint>
#include <ostream>
#include <string>
#include <string_view>

namespace ringfence::app {

class ProgressBar {
 public:
  ProgressBar(std::ostream& out, bool is_terminal) : out_{out}, shown_{is_terminal} {}
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;
  ~ProgressBar() { clear(); }

  /// Draws again only when something would differ. An unknown total (0) is drawn as an amount.
  void show(std::string_view what, std::uint64_t done, std::uint64_t of);
  /// Leaves an empty line for what is printed next.
  void clear();

 private:
  std::ostream& out_;
  bool shown_;
  std::string last_;
};

}  // namespace ringfence::app
