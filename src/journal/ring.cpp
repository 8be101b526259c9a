// SPDX-License-Identifier: Apache-2.0
// Making, mapping and opening ring files.
#include "journal/ring.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <new>
#include <set>
#include <system_error>
#include <utility>

#include "journal/file.h"
#include "journal/frame.h"

namespace ringfence::journal {
namespace {

constexpr std::size_t kHead = RingHeader::kBytes;
constexpr std::string_view kRingPrefix = "ring-";
constexpr std::string_view kRingSuffix = ".ring";

/// The positions make sense: a crash cannot have left others, a broken disk can.
bool plausible(const RingHeader& header, std::uint64_t file_bytes) {
  const std::uint64_t head = header.head.load(std::memory_order_acquire);
  const std::uint64_t tail = header.tail.load(std::memory_order_acquire);
  return header.size > 0 && header.size % kHead == 0 && header.size == file_bytes - kHead && tail <= head &&
         head - tail <= header.size && head % kFrameAlign == 0 && tail % kFrameAlign == 0;
}

}  // namespace

std::filesystem::path ring_path(const std::filesystem::path& directory, std::size_t index) {
  return directory / fmt::format("{}{}{}", kRingPrefix, index, kRingSuffix);
}

std::vector<std::filesystem::path> list_rings(const std::filesystem::path& directory) {
  std::set<std::pair<unsigned, std::filesystem::path>> found;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator{directory, error}) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with(kRingPrefix) || !name.ends_with(kRingSuffix)) continue;
    unsigned index = 0;
    std::from_chars(name.data() + kRingPrefix.size(), name.data() + name.size(), index);
    found.emplace(index, entry.path());
  }
  std::vector<std::filesystem::path> paths;
  paths.reserve(found.size());
  for (const auto& [index, path] : found) paths.push_back(path);
  return paths;
}

Ring::~Ring() {
  if (header_ != nullptr) ::munmap(header_, kHead + 2 * size_);
  if (fd_ >= 0) ::close(fd_);
}

void Ring::swap(Ring& other) noexcept {
  std::swap(fd_, other.fd_);
  std::swap(header_, other.header_);
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
}

bool Ring::map(std::size_t data_bytes) {
  void* const whole = ::mmap(nullptr, kHead + 2 * data_bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (whole == MAP_FAILED) return false;
  header_ = static_cast<RingHeader*>(whole);
  data_ = static_cast<std::byte*>(whole) + kHead;
  size_ = data_bytes;

  constexpr int kProtection = PROT_READ | PROT_WRITE;
  constexpr int kFlags = MAP_SHARED | MAP_FIXED | MAP_POPULATE;
  const auto data_at = static_cast<off_t>(kHead);
  return ::mmap(whole, kHead + data_bytes, kProtection, kFlags, fd_, 0) != MAP_FAILED &&
         ::mmap(data_ + data_bytes, data_bytes, kProtection, kFlags, fd_, data_at) != MAP_FAILED;
}

base::Result<Ring> Ring::create(const std::filesystem::path& file, std::uint64_t journal, std::uint32_t index,
                                std::size_t data_bytes) {
  const std::string what = "cannot make journal ring " + file.string();
  data_bytes = (data_bytes + kHead - 1) / kHead * kHead;

  // Under its own name only when it is whole: a crash in between leaves nothing that looks like a ring.
  const std::filesystem::path fresh = file.string() + ".new";
  Ring ring;
  ring.fd_ = ::open(fresh.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (ring.fd_ < 0) return base::fail_file(what, errno);
  if (::flock(ring.fd_, LOCK_EX | LOCK_NB) != 0) return base::fail_file(what, errno);
  if (const int error = ::posix_fallocate(ring.fd_, 0, static_cast<off_t>(kHead + data_bytes)); error != 0) {
    ::unlink(fresh.c_str());
    return base::fail_file(what, error);
  }
  if (!ring.map(data_bytes)) return base::fail_file(what, errno);

  auto* const header = new (ring.header_) RingHeader{};
  header->index = index;
  header->journal = journal;
  header->size = data_bytes;
  if (::rename(fresh.c_str(), file.c_str()) != 0) return base::fail_file(what, errno);
  return ring;
}

base::Result<std::optional<Ring>> Ring::open_left(const std::filesystem::path& file) {
  const std::string what = "cannot read journal ring " + file.string();
  Ring ring;
  ring.fd_ = ::open(file.c_str(), O_RDWR | O_CLOEXEC);
  if (ring.fd_ < 0) return base::fail_file(what, errno);
  if (::flock(ring.fd_, LOCK_EX | LOCK_NB) != 0) {
    return base::fail(what, "another process uses it",
                      "stop that process, or give this one its own --data directory");
  }

  struct stat info{};
  if (::fstat(ring.fd_, &info) != 0) return base::fail_file(what, errno);
  const auto bytes = static_cast<std::uint64_t>(info.st_size);
  if (bytes <= kHead || (bytes - kHead) % kHead != 0) return std::nullopt;
  if (!ring.map(static_cast<std::size_t>(bytes - kHead))) return base::fail_file(what, errno);

  if (ring.header().magic != RingHeader::kMagic) return std::nullopt;
  if (ring.header().version != RingHeader::kVersion)
    return fail_version(what, ring.header().version, RingHeader::kVersion);
  if (!plausible(ring.header(), bytes)) return std::nullopt;
  return ring;
}

}  // namespace ringfence::journal
