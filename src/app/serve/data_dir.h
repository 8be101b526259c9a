// SPDX-License-Identifier: Apache-2.0
// DataDir: the one directory of a node: configuration, keys, database, journal, control socket.
#pragma once

#include <sys/types.h>  // pid_t

#include <filesystem>
#include <string>
#include <utility>

#include "base/failure.h"

namespace ringfence::app {

/// Where everything stands below DIR.
struct DataPaths {
  std::filesystem::path root;

  [[nodiscard]] std::filesystem::path config() const { return root / "ringfence.yml"; }
  [[nodiscard]] std::filesystem::path keys() const { return root / "keys"; }
  [[nodiscard]] std::filesystem::path database() const { return root / "ringfence.db"; }
  [[nodiscard]] std::filesystem::path journal() const { return root / "journal"; }
  [[nodiscard]] std::filesystem::path control_socket() const { return root / "ctl.sock"; }
  [[nodiscard]] std::filesystem::path lock() const { return root / "lock"; }
};

/// Makes what is missing: the directory and its keys/ (mode 0700), and a commented ringfence.yml. Keys and
/// database are made by their rooms when they are first opened. Existing files are left as they are.
/// @return true when the directory was empty before
[[nodiscard]] base::Result<bool> init_data_dir(const DataPaths& paths);

/// Holds DIR for one running platform; released with the object, also when the process is killed.
class DataLock {
 public:
  /// Waits a few seconds for the processes of a platform whose supervisor was killed; they end by themselves.
  /// @error another platform runs on this directory (its process id is named), or the directory cannot be
  /// written
  [[nodiscard]] static base::Result<DataLock> take(const DataPaths& paths);
  DataLock(DataLock&& other) noexcept { swap(other); }
  DataLock& operator=(DataLock&& other) noexcept {
    swap(other);
    return *this;
  }
  ~DataLock();

  /// For the processes we start: they hold it too, so that it is free when the last of us has ended.
  [[nodiscard]] int descriptor() const { return descriptor_; }
  /// The process that had the directory before us and did not give it back: it was killed, or the machine
  /// stopped. 0 after an orderly end.
  [[nodiscard]] pid_t killed_before() const { return killed_before_; }

 private:
  explicit DataLock(int descriptor) : descriptor_{descriptor} {}
  void swap(DataLock& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    std::swap(ours_, other.ours_);
    std::swap(killed_before_, other.killed_before_);
  }

  int descriptor_ = -1;
  bool ours_ = false;  // our process id stands in the file
  pid_t killed_before_ = 0;
};

}  // namespace ringfence::app
