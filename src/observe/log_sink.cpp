// SPDX-License-Identifier: Apache-2.0
// The head of a log line.
#include "observe/log_sink.h"

#include <array>
#include <chrono>

namespace ringfence::observe {
namespace {

struct LevelInfo {
  Level level;
  std::string_view name;
  std::string_view column;  // in text, all of one width
};
constexpr auto kLevels = std::to_array<LevelInfo>({
    {Level::Debug, "debug", "DEBUG  "},
    {Level::Info, "info", "INFO   "},
    {Level::Notice, "notice", "NOTICE "},
    {Level::Warning, "warning", "WARNING"},
    {Level::Error, "error", "ERROR  "},
});

const LevelInfo& info_of(Level level) {
  return kLevels[static_cast<std::size_t>(level)];
}

/// RFC 3339 in UTC with milliseconds.
void append_time(base::TextWriter& out, base::WallTime time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{time - day};
  const auto padded = [&out](auto value, unsigned digits, char before) {
    if (before != '\0') out.append(before);
    out.append_padded(static_cast<std::uint64_t>(value), digits);
  };
  padded(static_cast<int>(date.year()), 4, '\0');
  padded(static_cast<unsigned>(date.month()), 2, '-');
  padded(static_cast<unsigned>(date.day()), 2, '-');
  padded(clock.hours().count(), 2, 'T');
  padded(clock.minutes().count(), 2, ':');
  padded(clock.seconds().count(), 2, ':');
  padded(clock.subseconds().count(), 3, '.');
  out.append('Z');
}

}  // namespace

std::string_view name_of(Level level) {
  return info_of(level).name;
}

void LogLine::append_to(base::TextWriter& out) const {
  if (format == LogFormat::Json) {
    out.append("{\"time\":\"");
    append_time(out, time);
    out.append("\",\"level\":\"").append(name_of(level)).append("\",").append(body).append('}');
    return;
  }
  append_time(out, time);
  out.append(' ').append(info_of(level).column).append(' ').append(body);
}

}  // namespace ringfence::observe
