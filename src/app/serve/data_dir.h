// SPDX-License-Identifier: Apache-2.0
// DataDir: the one directory of a node: configuration, keys, database, journal, control socket.
#pragma once

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
  DataLock(DataLock&& other) noexcept : descriptor_{std::exchange(other.descriptor_, -1)} {}
  DataLock& operator=(DataLock&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
  }
  ~DataLock();

  /// For the processes we start: they hold it too, so that it is free when the last of us has ended.
  [[nodiscard]] int descriptor() const { return descriptor_; }

 private:
  explicit DataLock(int descriptor) : descriptor_{descriptor} {}
  int descriptor_ = -1;
};

}  // namespace ringfence::app
