// SPDX-License-Identifier: Apache-2.0
// ScratchDirectory: a directory of its own for one test, gone with it.
#pragma once

#include <stdlib.h>  // mkdtemp
#include <unistd.h>

#include <filesystem>
#include <string>
#include <system_error>

#include "base/assert.h"

namespace ringfence::journal {

class ScratchDirectory {
 public:
  ScratchDirectory() {
    // In memory where we can: tests sync hundreds of times, and a disk that others use too takes its time for
    // each.
    const std::filesystem::path memory = "/dev/shm";
    const bool usable = ::access(memory.c_str(), W_OK | X_OK) == 0;
    std::string name =
        ((usable ? memory : std::filesystem::temp_directory_path()) / "ringfence-test-XXXXXX").string();
    RF_ASSERT(::mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  ~ScratchDirectory() {
    std::error_code error;
    std::filesystem::remove_all(path_, error);
  }
  ScratchDirectory(const ScratchDirectory&) = delete;
  ScratchDirectory& operator=(const ScratchDirectory&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace ringfence::journal
