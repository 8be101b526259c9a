// SPDX-License-Identifier: Apache-2.0
// Making and locking the data directory.
#include "app/serve/data_dir.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <thread>

#include "config/documents.h"

namespace ringfence::app {
namespace {

namespace fs = std::filesystem;

base::Result<void> write_new_file(const fs::path& path, const std::string& text, mode_t mode) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
  if (file < 0) {
    return base::fail_file("cannot write " + path.string(), errno);
  }
  std::size_t written = 0;
  while (written < text.size()) {
    const auto count = ::write(file, text.data() + written, text.size() - written);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) {
      const int error = errno;
      ::close(file);
      ::unlink(path.c_str());  // half a file would be taken for a whole one
      return base::fail_file("cannot write " + path.string(), error);
    }
    written += static_cast<std::size_t>(count);
  }
  ::close(file);
  return {};
}

constexpr int kHolderDigits = 10;

/// The process id that stands in the lock file; 0 when there is none.
pid_t holder_of(int lock) {
  std::array<char, 32> text{};
  const auto count = ::pread(lock, text.data(), text.size() - 1, 0);
  return count > 0 ? static_cast<pid_t>(std::strtol(text.data(), nullptr, 10)) : 0;
}

/// Writes over what is there, which takes no space: also on a full disk there is a way to start, and to end.
/// @param pid  0: nobody; whoever finds another one takes over from a process that was killed
bool write_holder(int lock, pid_t pid) {
  const auto text = fmt::format("{:<{}}\n", pid, kHolderDigits);
  const auto written = ::pwrite(lock, text.data(), text.size(), 0);
  if (written >= 0 && written < static_cast<ssize_t>(text.size())) errno = ENOSPC;
  return written == static_cast<ssize_t>(text.size());
}

/// Locks the file. While the supervisor that took it is dead, its other processes are about to end: worth
/// waiting for.
bool lock_file(int file) {
  constexpr int kTries = 50;
  constexpr auto kPause = std::chrono::milliseconds{100};
  for (int i = 0; i < kTries; ++i) {
    if (::flock(file, LOCK_EX | LOCK_NB) == 0) return true;
    const pid_t holder = holder_of(file);
    if (holder > 0 && (::kill(holder, 0) == 0 || errno != ESRCH)) return false;
    std::this_thread::sleep_for(kPause);
  }
  return false;
}

}  // namespace

base::Result<bool> init_data_dir(const DataPaths& paths) {
  std::error_code error;
  const bool fresh = !fs::exists(paths.root, error) || fs::is_empty(paths.root, error);
  if (!fs::exists(paths.root, error)) {
    fs::create_directories(paths.root.has_parent_path() ? paths.root.parent_path() : fs::path{"."}, error);
    if (::mkdir(paths.root.c_str(), 0700) != 0 && errno != EEXIST) {
      return base::fail_file("cannot make the data directory " + paths.root.string(), errno);
    }
  }
  if (!fs::is_directory(paths.root, error)) {
    return base::fail(paths.root.string() + " is not a directory", {}, "choose another with --data DIR");
  }
  if (::mkdir(paths.keys().c_str(), 0700) != 0 && errno != EEXIST) {
    return base::fail_file("cannot make the key directory " + paths.keys().string(), errno);
  }
  if (!fs::exists(paths.config(), error)) {
    if (auto written = write_new_file(paths.config(), config::sample_file(), 0600); !written) {
      return std::unexpected(written.error());
    }
  }
  return fresh;
}

base::Result<DataLock> DataLock::take(const DataPaths& paths) {
  const int file = ::open(paths.lock().c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) {
    return base::fail_file("cannot write in the data directory " + paths.root.string(), errno);
  }
  DataLock lock{file};
  if (!lock_file(file)) {
    return base::fail("another ringfence runs on " + paths.root.string(),
                      "its process id is " + std::to_string(holder_of(file)),
                      "stop it, or choose another directory with --data DIR");
  }
  lock.killed_before_ = holder_of(file);
  if (!write_holder(file, ::getpid())) return base::fail_file("cannot write " + paths.lock().string(), errno);
  lock.ours_ = true;
  return lock;
}

DataLock::~DataLock() {
  if (descriptor_ < 0) return;
  if (ours_) static_cast<void>(write_holder(descriptor_, 0));
  ::close(descriptor_);
}

}  // namespace ringfence::app
