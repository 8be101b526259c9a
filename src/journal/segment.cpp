// SPDX-License-Identifier: Apache-2.0
// Segments: naming, listing, writing.
#include "journal/segment.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <system_error>

#include "journal/crc32c.h"

namespace ringfence::journal {
namespace {

constexpr std::string_view kPrefix = "segment-";
constexpr std::string_view kSuffix = ".journal";

std::uint32_t check_of(const SegmentHeader& header) {
  constexpr std::size_t kCovered = offsetof(SegmentHeader, journal);
  return crc32c(
      base::Bytes{reinterpret_cast<const std::byte*>(&header) + kCovered, sizeof header - kCovered});
}

}  // namespace

std::filesystem::path segment_path(const std::filesystem::path& directory, std::uint64_t number) {
  return directory / fmt::format("{}{:012}{}", kPrefix, number, kSuffix);
}

std::vector<SegmentName> list_segments(const std::filesystem::path& directory) {
  std::vector<SegmentName> names;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator{directory, error}) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with(kPrefix) || !name.ends_with(kSuffix)) continue;
    const char* const first = name.data() + kPrefix.size();
    const char* const last = name.data() + name.size() - kSuffix.size();
    std::uint64_t number = 0;
    if (const auto [end, ec] = std::from_chars(first, last, number); ec == std::errc{} && end == last) {
      names.push_back({number, entry.path()});
    }
  }
  std::ranges::sort(names, {}, &SegmentName::number);
  return names;
}

SegmentHead read_segment_header(base::Bytes file, SegmentHeader& out) {
  if (file.size() < sizeof out) return SegmentHead::Short;
  SegmentHeader header;
  std::memcpy(&header, file.data(), sizeof header);
  if (header.magic != SegmentHeader::kMagic) return SegmentHead::Corrupt;
  out = header;
  if (header.version != SegmentHeader::kVersion) return SegmentHead::OtherVersion;
  return header.check == check_of(header) ? SegmentHead::Good : SegmentHead::Corrupt;
}

int SegmentWriter::create(const std::filesystem::path& directory, std::uint64_t journal, std::uint64_t number,
                          std::uint64_t floor) {
  const std::filesystem::path path = segment_path(directory, number);
  SegmentWriter fresh;
  fresh.file_ = File{::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)};
  if (!fresh.file_) return errno;
  fresh.number_ = number;

  SegmentHeader header{.journal = journal, .number = number, .floor = floor};
  header.check = check_of(header);
  int error = fresh.append(std::as_bytes(std::span{&header, 1}));
  if (error == 0) error = fresh.sync();
  if (error == 0 && !sync_directory(directory)) error = errno;
  if (error != 0) {
    ::unlink(path.c_str());
    return error;
  }
  std::swap(*this, fresh);
  return 0;
}

int SegmentWriter::append(base::Bytes bytes) {
  std::uint64_t at = size_;
  while (!bytes.empty()) {
    const ssize_t written = ::pwrite(file_.fd(), bytes.data(), bytes.size(), static_cast<off_t>(at));
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) {
      const int error = errno;
      // What did fit must not stay behind our end: the next append may be shorter.
      if (::ftruncate(file_.fd(), static_cast<off_t>(size_)) != 0) return error;
      return error;
    }
    at += static_cast<std::uint64_t>(written);
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  size_ = at;
  return 0;
}

int SegmentWriter::sync() {
  return ::fdatasync(file_.fd()) == 0 ? 0 : errno;
}

}  // namespace ringfence::journal
