// SPDX-License-Identifier: Apache-2.0
// Finding tmpfs.
#include "journal/ring_place.h"

#include <fmt/format.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <cstdint>
#include <system_error>

#include "base/bytes.h"
#include "base/hash.h"

namespace ringfence::journal {
namespace {

namespace fs = std::filesystem;

/// Free bytes when the path lies on tmpfs, else 0.
std::uint64_t tmpfs_room(const fs::path& path) {
  struct statfs info{};
  if (::statfs(path.c_str(), &info) != 0 || info.f_type != TMPFS_MAGIC) return 0;
  return static_cast<std::uint64_t>(info.f_bavail) * static_cast<std::uint64_t>(info.f_bsize);
}

/// /dev/shm is open to everybody: a directory there is ours only if we own it and nobody else may enter.
bool is_private(const fs::path& path) {
  struct stat info{};
  return ::lstat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode) && info.st_uid == ::geteuid() &&
         (info.st_mode & (S_IRWXG | S_IRWXO)) == 0;
}

}  // namespace

fs::path place_for_rings(const fs::path& directory, std::size_t bytes) {
  const fs::path memory = "/dev/shm";
  if (tmpfs_room(directory) > 0 || tmpfs_room(memory) < 2 * std::uint64_t{bytes}) return directory;

  std::error_code error;
  const fs::path known = fs::weakly_canonical(directory, error);
  if (error) return directory;
  // The same directory must find the same place again, also after a crash: no random name, no seed.
  const std::uint64_t name = base::hash_text({}, known.string());
  const fs::path place = memory / fmt::format("ringfence-{}-{:016x}", ::geteuid(), name);
  ::mkdir(place.c_str(), S_IRWXU);  // whether it was there before or not: what counts is what it is now
  return is_private(place) ? place : directory;
}

}  // namespace ringfence::journal
