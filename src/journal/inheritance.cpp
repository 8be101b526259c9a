// SPDX-License-Identifier: Apache-2.0
// Taking over what an earlier process left.
#include "journal/inheritance.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <set>
#include <string>
#include <system_error>
#include <utility>

#include "base/random.h"
#include "journal/file.h"

namespace ringfence::journal {
namespace {

namespace fs = std::filesystem;

/// A small file that remembers where the rings were: after a change of the option what they hold is still
/// found.
fs::path place_file(const Options& options) {
  return options.directory / "rings";
}

fs::path remembered_place(const Options& options) {
  std::ifstream in{place_file(options)};
  std::string line;
  std::getline(in, line);
  // Rings beside the segments are remembered as such, so that a directory that was moved or restored works.
  return line.empty() || line == "." ? options.directory : fs::path{line};
}

base::Result<void> remember_place(const Options& options) {
  const fs::path file = place_file(options);
  const fs::path fresh = file.string() + ".new";
  const bool beside = options.ring_directory == options.directory;
  const std::string line = (beside ? "." : options.ring_directory.string()) + "\n";
  const File out{::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600)};
  errno = out ? 0 : errno;
  if (!out || ::write(out.fd(), line.data(), line.size()) != static_cast<ssize_t>(line.size()) ||
      ::fsync(out.fd()) != 0 || ::rename(fresh.c_str(), file.c_str()) != 0) {
    return base::fail_file("cannot write " + file.string(), errno != 0 ? errno : ENOSPC);
  }
  return {};
}

}  // namespace

base::Result<void> Inheritance::read(const RecordHandler& on_record) {
  Recoverer recoverer{recovery_, streams_, on_record};
  for (const SegmentName& name : list_segments(options_.directory)) {
    if (auto done = read_segment(name, recoverer); !done) return done;
  }

  for (const fs::path& place : std::set<fs::path>{options_.ring_directory, remembered_place(options_)}) {
    if (auto done = read_rings(place, recoverer); !done) return done;
  }
  highest_ = recoverer.highest();
  if (journal_ == 0) journal_ = base::SystemRandom{}.next() | 1;
  return {};
}

base::Result<void> Inheritance::read_segment(const SegmentName& name, Recoverer& recoverer) {
  const std::string file = name.path.string();
  const std::string what = "cannot read journal segment " + file;
  auto mapped = MappedFile::open(name.path);
  if (!mapped) return std::unexpected(std::move(mapped.error()));

  const base::Bytes bytes = mapped->bytes();
  SegmentHeader header;
  switch (read_segment_header(bytes, header)) {
    case SegmentHead::Good:
      if (journal_ != 0 && header.journal != journal_) {
        return base::fail(what, "it belongs to another journal",
                          "move it out of " + options_.directory.string());
      }
      journal_ = header.journal;
      recoverer.raise_highest(header.floor);
      break;
    case SegmentHead::OtherVersion:
      return fail_version(what, header.version, SegmentHeader::kVersion);
    case SegmentHead::Short:
      recoverer.report(Damage::Kind::TornTail, file, 0, bytes.size());
      break;
    case SegmentHead::Corrupt:
      recoverer.report(Damage::Kind::CorruptHeader, file, 0, sizeof header);
      break;
  }
  if (bytes.size() > sizeof header) recoverer.read(bytes.subspan(sizeof header), file, sizeof header);
  ++recovery_.segments;
  segments_.push_back(name.number);
  bytes_on_disk_ += bytes.size();
  return {};
}

base::Result<void> Inheritance::read_rings(const fs::path& directory, Recoverer& recoverer) {
  for (const fs::path& path : list_rings(directory)) {
    if (auto done = read_ring(path, recoverer); !done) return done;
    left_paths_.push_back(path);
  }
  return {};
}

base::Result<void> Inheritance::read_ring(const fs::path& path, Recoverer& recoverer) {
  auto opened = Ring::open_left(path);
  if (!opened) return std::unexpected(std::move(opened.error()));
  if (!*opened) {
    recoverer.report(Damage::Kind::CorruptHeader, path.string(), 0, RingHeader::kBytes);
    return {};
  }
  left_.push_back(std::move(**opened));
  const RingHeader& header = left_.back().header();

  // A ring on tmpfs outlives a data directory that was wiped; it must not come back to life in the next one.
  if (segments_.empty()) return {};
  if (journal_ == 0) journal_ = header.journal;
  if (header.journal != journal_) {
    return base::fail("cannot use journal ring " + path.string(), "it belongs to another journal",
                      "remove it, if no other ringfence runs on this machine");
  }
  const std::uint64_t tail = header.tail.load(std::memory_order_acquire);
  const std::uint64_t head = header.head.load(std::memory_order_acquire);
  recoverer.read_ring(left_.back().between(tail, head), path.string(),
                      RingHeader::kBytes + tail % left_.back().size(), rescued_);
  return {};
}

base::Result<SegmentWriter> Inheritance::rescue() {
  const std::uint64_t number = segments_.empty() ? 1 : segments_.back() + 1;
  SegmentWriter segment;
  int error = segment.create(options_.directory, journal_, number, highest_);
  if (error == 0) error = segment.append(rescued_);
  if (error == 0) error = segment.sync();
  if (error != 0)
    return base::fail_file("cannot write to journal directory " + options_.directory.string(), error);
  rescued_ = {};
  return segment;
}

base::Result<std::vector<Ring>> Inheritance::replace_rings() {
  if (auto done = remember_place(options_); !done) return std::unexpected(std::move(done.error()));
  for (const fs::path& path : left_paths_) ::unlink(path.c_str());
  left_.clear();

  std::vector<Ring> rings;
  for (unsigned index = 0; index < options_.rings; ++index) {
    auto ring = Ring::create(ring_path(options_.ring_directory, index), journal_, index, options_.ring_bytes);
    if (!ring) return std::unexpected(std::move(ring.error()));
    rings.push_back(std::move(*ring));
  }
  return rings;
}

}  // namespace ringfence::journal
