// SPDX-License-Identifier: Apache-2.0
// Drawing the bar.
#include "app/cli/progress_bar.h"

#include <fmt/format.h>

#include <algorithm>

namespace ringfence::app {
namespace {

constexpr std::uint64_t kWidth = 30;

std::string draw(std::string_view what, std::uint64_t done, std::uint64_t of) {
  if (of == 0) return fmt::format("{}  {} KiB", what, done / 1024);
  const std::uint64_t filled = std::min(done, of) * kWidth / of;
  return fmt::format("{}  [{:#<{}}{:.<{}}] {:3} %", what, "", filled, "", kWidth - filled,
                     std::min(done, of) * 100 / of);
}

}  // namespace

void ProgressBar::show(std::string_view what, std::uint64_t done, std::uint64_t of) {
  if (!shown_) return;
  std::string line = draw(what, done, of);
  if (line == last_) return;
  out_ << '\r' << line << "\x1b[K" << std::flush;
  last_ = std::move(line);
}

void ProgressBar::clear() {
  if (last_.empty()) return;
  out_ << "\r\x1b[K" << std::flush;
  last_.clear();
}

}  // namespace ringfence::app
