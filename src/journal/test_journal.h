// SPDX-License-Identifier: Apache-2.0
// Journals for tests: opened in a scratch directory, filled with texts, copied as a crash would leave them.
#pragma once

#include <doctest/doctest.h>

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "journal/journal.h"
#include "journal/scratch_directory.h"
#include "observe/log.h"

namespace ringfence::journal::testing {

namespace fs = std::filesystem;

/// Payloads are texts; what a test appended to one ring, in order.
using Texts = std::vector<std::string>;
using ByRing = std::map<unsigned, Texts>;

/// Damage is what these tests are about: nobody needs to read of it on a terminal.
inline void be_quiet() {
  class Nowhere final : public observe::LogSink {
    void write(const observe::LogLine&) override {}
  };
  static Nowhere nowhere;
  observe::LogOptions options;
  options.sink = &nowhere;
  observe::Log::configure(options);
}

inline Options options_in(const fs::path& directory, unsigned rings = 1) {
  be_quiet();
  return {.directory = directory, .rings = rings, .ring_bytes = Options::kMinRing, .copier_thread = false};
}

inline RecordHandler collect(ByRing& into) {
  return [&into](const Record& record) { into[record.ring].emplace_back(base::as_text(record.payload)); };
}

inline std::unique_ptr<Journal> open_or_fail(
    const Options& options, const RecordHandler& on_record = [](const Record&) {}) {
  auto opened = Journal::open(options, on_record);
  if (!opened) FAIL(opened.error().what << ": " << opened.error().why);
  return std::move(*opened);
}

inline bool append(Journal& journal, unsigned ring, std::string_view text) {
  return journal.writer(ring).append(Stream::Test, base::as_bytes(text)).has_value();
}

/// What a process that starts now would find.
inline ByRing recover(const fs::path& directory, Recovery* found = nullptr, unsigned rings = 1) {
  ByRing records;
  const auto journal = open_or_fail(options_in(directory, rings), collect(records));
  if (found != nullptr) *found = journal->recovery();
  return records;
}

/// The files as a kill -9 would leave them at this moment.
inline void copy_files(const fs::path& from, const fs::path& to) {
  fs::remove_all(to);
  fs::create_directories(to);
  for (const auto& entry : fs::directory_iterator{from}) fs::copy(entry.path(), to / entry.path().filename());
}

inline std::string numbered(std::uint64_t number, std::size_t extra = 0) {
  return std::to_string(number) + ":" + std::string(extra, 'x');
}

}  // namespace ringfence::journal::testing
