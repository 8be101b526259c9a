// SPDX-License-Identifier: Apache-2.0
// Where log lines go, and what a line looks like when it gets there.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/text_writer.h"
#include "base/time.h"
#include "observe/field.h"

namespace ringfence::observe {

enum class Level : std::uint8_t { Debug, Info, Notice, Warning, Error };

/// "debug" to "error".
[[nodiscard]] std::string_view name_of(Level level);

/// A line on its way: its event and fields are formatted and escaped already.
struct LogLine {
  base::WallTime time;
  Level level = Level::Info;
  LogFormat format = LogFormat::Text;
  std::string_view body;  ///< text: `event key=value`; JSON: `"event":"...","key":value`

  /// `2026-11-20T10:00:00.123Z INFO    body`, or the JSON object; without line end.
  void append_to(base::TextWriter& out) const;
  static constexpr std::size_t kMaxHead = 64;  ///< what append_to() adds to the body at most
};

/// Takes finished lines. Called by one thread at a time; may block.
class LogSink {
 public:
  virtual ~LogSink() = default;
  virtual void write(const LogLine& line) = 0;
  virtual void flush() {}  ///< after each batch
};

}  // namespace ringfence::observe
