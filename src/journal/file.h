// SPDX-License-Identifier: Apache-2.0
// What the journal's files share: owned descriptors, read-only mappings, and errors told to an operator.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>

#include "base/bytes.h"
#include "base/failure.h"

namespace ringfence::journal {

/// A file of another version of us.
[[nodiscard]] std::unexpected<base::Failure> fail_version(std::string what, std::uint32_t found,
                                                          std::uint32_t ours);

/// An open file, closed with its owner.
class File {
 public:
  File() = default;
  explicit File(int fd) : fd_{fd} {}
  File(File&& other) noexcept : fd_{std::exchange(other.fd_, -1)} {}
  File& operator=(File&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~File();

  [[nodiscard]] int fd() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }

 private:
  int fd_ = -1;
};

/// A whole file, mapped for reading from front to back.
class MappedFile {
 public:
  [[nodiscard]] static base::Result<MappedFile> open(const std::filesystem::path& path);
  MappedFile(MappedFile&& other) noexcept : bytes_{std::exchange(other.bytes_, {})} {}
  MappedFile& operator=(MappedFile&& other) noexcept {
    std::swap(bytes_, other.bytes_);
    return *this;
  }
  ~MappedFile();

  [[nodiscard]] base::Bytes bytes() const { return bytes_; }

 private:
  MappedFile() = default;
  base::Bytes bytes_;
};

/// Makes the names in a directory survive a loss of power. False with errno set.
[[nodiscard]] bool sync_directory(const std::filesystem::path& directory);

}  // namespace ringfence::journal
