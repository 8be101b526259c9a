// SPDX-License-Identifier: Apache-2.0
// Keys on disk: created whole, read only when nobody else could have read them.
#include "crypto/key_file.h"

#include <fcntl.h>
#include <string.h>  // explicit_bzero
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string>
#include <system_error>
#include <utility>

namespace ringfence::crypto {
namespace {

using base::fail;
using KeyBytes = std::array<std::byte, 32>;

class File {
 public:
  File(const std::filesystem::path& path, int flags, mode_t mode = 0)
      : descriptor_{::open(path.c_str(), flags | O_CLOEXEC | O_NOFOLLOW, mode)} {}
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() {
    if (is_open()) ::close(descriptor_);
  }
  [[nodiscard]] bool is_open() const { return descriptor_ >= 0; }
  [[nodiscard]] int descriptor() const { return descriptor_; }

 private:
  int descriptor_;
};

std::string reason(int error) {
  return std::error_code{error, std::generic_category()}.message();
}

std::string reading(const std::filesystem::path& path) {
  return "cannot use key file " + path.string();
}
std::string writing(const std::filesystem::path& path) {
  return "cannot create key file " + path.string();
}

std::unexpected<base::Failure> cannot_read(const std::filesystem::path& path) {
  switch (errno) {
    case ENOENT:
      return fail(reading(path), "there is no such file", "restore it from a backup of the keys directory");
    case ELOOP:
      return fail(reading(path), "it is a symbolic link", "put the file itself in its place");
    default:
      return fail(reading(path), reason(errno), "check owner and mode of the file and of its directory");
  }
}

/// A key that others could read is no secret any more: say so instead of using it.
base::Result<void> check_protection(const std::filesystem::path& path, const struct stat& status) {
  if (!S_ISREG(status.st_mode))
    return fail(reading(path), "it is not a regular file", "put the key file in its place");
  if (status.st_uid != ::geteuid() && status.st_uid != 0) {
    return fail(reading(path), "it belongs to another user", "chown it to the user that runs ringfence");
  }
  if ((status.st_mode & 077U) != 0) {
    return fail(reading(path), "group or others may open it",
                "chmod 600 " + path.string() + ", and rotate the key");
  }
  if (status.st_size != static_cast<off_t>(sizeof(KeyBytes))) {
    return fail(reading(path), "it holds " + std::to_string(status.st_size) + " bytes where a key has 32",
                "restore it from a backup of the keys directory");
  }
  return {};
}

bool write_all(int descriptor, base::Bytes bytes) {
  while (!bytes.empty()) {
    const auto written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return ::fsync(descriptor) == 0;
}

/// Writes a file of its own beside `path` and gives it the name in one step, which fails when the name is
/// taken.
bool write_new(const std::filesystem::path& path, const std::filesystem::path& draft, base::Bytes bytes) {
  {
    const File file{draft, O_WRONLY | O_CREAT | O_EXCL, S_IRUSR | S_IWUSR};
    if (!file.is_open()) return false;
    if (!write_all(file.descriptor(), bytes)) {
      const int error = errno;
      ::unlink(draft.c_str());
      errno = error;
      return false;
    }
  }
  const bool named = ::link(draft.c_str(), path.c_str()) == 0;
  const int error = errno;
  ::unlink(draft.c_str());
  errno = error;
  if (!named) return false;
  const File directory{path.parent_path().empty() ? "." : path.parent_path(), O_RDONLY | O_DIRECTORY};
  return directory.is_open() && ::fsync(directory.descriptor()) == 0;
}

std::filesystem::path draft_of(const std::filesystem::path& path, base::Random& random) {
  return path.string() + ".new-" + std::to_string(random.next());
}

}  // namespace

base::Result<Key> read_key_file(const std::filesystem::path& path) {
  const File file{path, O_RDONLY | O_NONBLOCK};  // a FIFO put in its place must not hang the start
  if (!file.is_open()) return cannot_read(path);
  struct stat status{};
  if (::fstat(file.descriptor(), &status) != 0) return cannot_read(path);
  if (auto checked = check_protection(path, status); !checked)
    return std::unexpected(std::move(checked.error()));

  KeyBytes bytes{};
  const auto count = ::read(file.descriptor(), bytes.data(), bytes.size());
  if (count < 0) return cannot_read(path);
  if (count != static_cast<ssize_t>(bytes.size())) return fail(reading(path), "it changed while it was read");
  Key key{bytes};
  ::explicit_bzero(bytes.data(), bytes.size());
  return key;
}

base::Result<Key> create_key_file(const std::filesystem::path& path, base::Random& random) {
  KeyBytes bytes{};
  random.fill(bytes);
  const int error = write_new(path, draft_of(path, random), bytes) ? 0 : errno;
  Key key{bytes};
  ::explicit_bzero(bytes.data(), bytes.size());
  if (error == 0) return key;
  if (error == EEXIST)
    return fail(writing(path), "it exists already", "a key is never overwritten: rotate instead");
  return fail(writing(path), reason(error), "check that the directory exists, is writable and has room");
}

base::Result<Key> read_or_create_key_file(const std::filesystem::path& path, base::Random& random) {
  std::error_code ignored;
  if (std::filesystem::exists(std::filesystem::symlink_status(path, ignored))) return read_key_file(path);
  auto created = create_key_file(path, random);
  if (created || !std::filesystem::exists(path, ignored)) return created;
  return read_key_file(path);  // another process was faster
}

}  // namespace ringfence::crypto
