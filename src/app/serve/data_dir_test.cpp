// SPDX-License-Identifier: Apache-2.0
#include "app/serve/data_dir.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <fstream>
#include <optional>

#include "store/temporary_directory.h"

namespace ringfence::app {
namespace {

/// What stands in the lock file; its first word.
std::string holder_in(const DataPaths& paths) {
  std::string word;
  std::ifstream{paths.lock()} >> word;
  return word;
}

}  // namespace

TEST_CASE("whoever takes a data directory learns whether the one before was killed") {
  const store::TemporaryDirectory directory;
  const DataPaths paths{directory.path()};
  {
    const auto lock = DataLock::take(paths);
    REQUIRE(lock);
    CHECK(lock->killed_before() == 0);
    CHECK(holder_in(paths) == std::to_string(::getpid()));
  }
  CHECK(holder_in(paths) == "0");
  CHECK(DataLock::take(paths)->killed_before() == 0);

  constexpr pid_t kNobody = 4'194'305;  // above the highest process id that Linux gives
  std::ofstream{paths.lock()} << kNobody << '\n';
  CHECK(DataLock::take(paths)->killed_before() == kNobody);
  CHECK(DataLock::take(paths)->killed_before() == 0);
}

TEST_CASE("a lock file needs no more space when its holder changes") {
  const store::TemporaryDirectory directory;
  const DataPaths paths{directory.path()};
  std::optional<DataLock> lock{*DataLock::take(paths)};
  const auto size = std::filesystem::file_size(paths.lock());
  lock.reset();
  CHECK(std::filesystem::file_size(paths.lock()) == size);
}

}  // namespace ringfence::app
