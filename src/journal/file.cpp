// SPDX-License-Identifier: Apache-2.0
// Files of the journal.
#include "journal/file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace ringfence::journal {
std::unexpected<base::Failure> fail_version(std::string what, std::uint32_t found, std::uint32_t ours) {
  return base::fail(
      std::move(what),
      "it has version " + std::to_string(found) + ", this program reads version " + std::to_string(ours),
      "start the version of ringfence that wrote it once more and stop it in order");
}

File::~File() {
  if (fd_ >= 0) ::close(fd_);
}

base::Result<MappedFile> MappedFile::open(const std::filesystem::path& path) {
  const std::string what = "cannot read " + path.string();
  const File file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  if (!file) return base::fail_file(what, errno);
  struct stat info{};
  if (::fstat(file.fd(), &info) != 0) return base::fail_file(what, errno);

  MappedFile mapped;
  const auto size = static_cast<std::size_t>(info.st_size);
  if (size == 0) return mapped;  // nothing can be mapped, and nothing is there to read
  void* const at = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file.fd(), 0);
  if (at == MAP_FAILED) return base::fail_file(what, errno);
  ::madvise(at, size, MADV_SEQUENTIAL);
  mapped.bytes_ = {static_cast<const std::byte*>(at), size};
  return mapped;
}

MappedFile::~MappedFile() {
  if (!bytes_.empty()) ::munmap(const_cast<std::byte*>(bytes_.data()), bytes_.size());
}

bool sync_directory(const std::filesystem::path& directory) {
  const File file{::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  return file && ::fsync(file.fd()) == 0;
}

}  // namespace ringfence::journal
