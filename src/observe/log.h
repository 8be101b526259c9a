// SPDX-License-Identifier: Apache-2.0
// The log front end: one call for every room, fit for a shard.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string_view>

#include "base/time.h"
#include "observe/field.h"
#include "observe/log_sink.h"
#include "observe/personal.h"
#include "observe/rate_limit.h"

namespace ringfence::observe {

struct LogOptions {
  Level level = Level::Info;
  LogFormat format = LogFormat::Text;
  PrivacyPolicy privacy{};
  LogRate rate{};
  LogSink* sink = nullptr;             ///< outlives its use; nullptr: stderr
  const base::Clock* clock = nullptr;  ///< outlives its use; nullptr: the machine's clocks
};

/// What became of lines since the process began.
struct LogCounts {
  std::uint64_t dropped = 0;     ///< the thread's ring was full
  std::uint64_t suppressed = 0;  ///< over the rate of their event
};

/// Writes one line.
///
/// While the log runs, this formats into a ring of the calling thread and returns: no lock, no system call,
/// and no allocation once the thread is attached. A full ring drops the line and counts it. Otherwise (before
/// start(), in tests and verbs) the line goes to the sink before this returns.
///
/// Every text is escaped, whoever gave it. A field that does not fit the line is left out and `cut=true` says
/// so.
/// @param event  a literal like "reg.saved": rates are counted by it; after a pause, `suppressed=N` tells
/// what was lost
void log(Level level, std::string_view event, std::initializer_list<Field> fields = {});

/// True when a line of this level would be looked at: for work that only a log line needs.
[[nodiscard]] bool log_enabled(Level level);

/// The one log of the process.
class Log {
 public:
  /// Starts the writer thread. Call it once before the threads that log; calling it while it runs does
  /// nothing.
  static void start(const LogOptions& options);
  /// Writes what the rings hold and ends the writer thread; lines are written directly from then on.
  static void stop();
  /// Sets the options without a writer thread. Not while other threads log.
  static void configure(const LogOptions& options);
  [[nodiscard]] static LogOptions options();
  /// Any thread, at any time.
  static void set_level(Level level);

  /// Makes this thread's ring now, so that its first line does not allocate. Call it where the thread begins.
  static void attach_thread();
  /// Returns when every line logged by this thread before has reached the sink.
  static void flush();
  [[nodiscard]] static LogCounts counts();
};

}  // namespace ringfence::observe
