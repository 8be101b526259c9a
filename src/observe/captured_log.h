// SPDX-License-Identifier: Apache-2.0
// CapturedLog: the log of a test, kept in memory.
#pragma once

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "observe/log.h"

namespace ringfence::observe {

/// While it lives, lines of every level come here at once and without a rate; then the options are as before.
class CapturedLog final : public LogSink {
 public:
  CapturedLog() : CapturedLog(LogOptions{.level = Level::Debug, .rate = {.per_second = 0}}) {}
  /// With options of the test's choice; their sink is ignored.
  explicit CapturedLog(LogOptions options) : before_{Log::options()} {
    options.sink = this;
    Log::configure(options);
  }
  ~CapturedLog() override { Log::configure(before_); }
  CapturedLog(const CapturedLog&) = delete;
  CapturedLog& operator=(const CapturedLog&) = delete;

  void write(const LogLine& line) override {
    std::array<char, 2048> text;
    base::TextWriter out{text};
    line.append_to(out);
    lines_.emplace_back(out.view());
    bodies_.emplace_back(line.body);
  }

  /// Whole lines with time and level, or what follows those.
  [[nodiscard]] const std::vector<std::string>& lines() const { return lines_; }
  [[nodiscard]] const std::vector<std::string>& bodies() const { return bodies_; }
  [[nodiscard]] bool contains(std::string_view text) const {
    return std::any_of(lines_.begin(), lines_.end(),
                       [text](const std::string& line) { return line.find(text) != std::string::npos; });
  }

 private:
  LogOptions before_;
  std::vector<std::string> lines_;
  std::vector<std::string> bodies_;
};

}  // namespace ringfence::observe
