// SPDX-License-Identifier: Apache-2.0
// The journal on a disk that is full, or cannot be written.
#include <doctest/doctest.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <unistd.h>

#include <fstream>

#include "journal/test_journal.h"

using namespace ringfence;
using namespace ringfence::journal;
using namespace ringfence::journal::testing;

namespace {

/// A small file system of its own where we may mount one.
class SmallDisk {
 public:
  explicit SmallDisk(const fs::path& at, const char* size, unsigned long flags = 0) : at_{at} {
    fs::create_directories(at);
    mounted_ = ::mount("none", at.c_str(), "tmpfs", flags, size) == 0;
  }
  ~SmallDisk() {
    if (mounted_) ::umount2(at_.c_str(), MNT_DETACH);
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;
  [[nodiscard]] bool mounted() const { return mounted_; }

 private:
  fs::path at_;
  bool mounted_ = false;
};

/// Lets files grow to `bytes` only, as a full disk would, where nothing can be mounted.
class FileSizeLimit {
 public:
  FileSizeLimit() {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    (void)::signal(SIGXFSZ, SIG_IGN);
  }
  ~FileSizeLimit() { lift(); }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;
  void set(rlim_t bytes) {
    const rlimit limit{bytes, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  void lift() { ::setrlimit(RLIMIT_FSIZE, &before_); }

 private:
  rlimit before_{};
};

/// Fills the journal's disk, makes room with `free_space`, and checks that nothing acknowledged was lost.
template <class FreeSpace>
void survives_full_disk(const Options& options, FreeSpace&& free_space) {
  Texts written;
  {
    const auto journal = open_or_fail(options);
    for (unsigned i = 0; !journal->statistics().failing; ++i) {
      REQUIRE(i < 100'000);
      written.push_back(numbered(i, 1000));
      REQUIRE(append(*journal, 0, written.back()));
      if (i % 50 == 0) journal->copy();
    }
    const auto flushed = journal->flush();
    REQUIRE_FALSE(flushed);
    CHECK_FALSE(flushed.error().next.empty());
    while (append(*journal, 0, numbered(written.size(), 1000)))
      written.push_back(numbered(written.size(), 1000));
    CHECK(journal->statistics().write_errors >= 2);
    CHECK(journal->statistics().refused == 1);

    free_space();
    CHECK(journal->flush());
    CHECK_FALSE(journal->statistics().failing);
    CHECK(journal->statistics().waiting_bytes == 0);
    CHECK(append(*journal, 0, numbered(written.size())));
    written.push_back(numbered(written.size()));
  }
  ByRing records;
  const auto journal = open_or_fail(options, collect(records));
  CHECK(records[0] == written);
  CHECK(journal->recovery().damage_count == 0);
}

}  // namespace

TEST_CASE("a full disk fills the ring, refuses, loses nothing, and is forgotten once there is room") {
  const ScratchDirectory scratch;
  Options options = options_in(scratch.path() / "disk" / "journal");
  options.ring_directory = scratch.path() / "rings";

  SUBCASE("a file system without space") {
    const SmallDisk disk{scratch.path() / "disk", "size=4m"};
    if (!disk.mounted()) {
      MESSAGE("not allowed to mount: only the file size limit is tested");
      return;
    }
    const fs::path filler = scratch.path() / "disk" / "filler";
    std::ofstream{filler} << std::string(2 << 20, 'f');
    survives_full_disk(options, [&] { fs::remove(filler); });
  }
  SUBCASE("a limit on the size of files") {
    FileSizeLimit limit;
    limit.set(rlim_t{1536} * 1024);
    survives_full_disk(options, [&] { limit.lift(); });
  }
}

TEST_CASE("no space for the rings is told at start") {
  const ScratchDirectory scratch;
  FileSizeLimit limit;
  limit.set(rlim_t{512} * 1024);
  const auto opened = Journal::open(options_in(scratch.path()), [](const Record&) {});
  limit.lift();
  REQUIRE_FALSE(opened);
  CHECK(opened.error().what.find("ring-0") != std::string::npos);
  CHECK_FALSE(opened.error().next.empty());
}

TEST_CASE("a directory that cannot be written is told at start, with what to do") {
  const ScratchDirectory scratch;
  const auto expect_failure = [](const fs::path& directory) {
    const auto opened = Journal::open(options_in(directory), [](const Record&) {});
    REQUIRE_FALSE(opened);
    CHECK(opened.error().what.find(directory.string()) != std::string::npos);
    CHECK_FALSE(opened.error().why.empty());
  };
  SUBCASE("a read-only file system") {
    const SmallDisk disk{scratch.path() / "disk", "size=1m", MS_RDONLY};
    if (disk.mounted()) expect_failure(scratch.path() / "disk" / "journal");
    if (disk.mounted()) expect_failure(scratch.path() / "disk");
  }
  SUBCASE("no permission") {
    fs::permissions(scratch.path(), fs::perms::owner_read | fs::perms::owner_exec);
    if (::geteuid() != 0) expect_failure(scratch.path());
    fs::permissions(scratch.path(), fs::perms::owner_all);
  }
  SUBCASE("a file in its place") {
    std::ofstream{scratch.path() / "file"} << "x";
    expect_failure(scratch.path() / "file");
  }
}
