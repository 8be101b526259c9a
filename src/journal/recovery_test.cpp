// SPDX-License-Identifier: Apache-2.0
// What a start finds after a kill, a torn file and changed bytes.
#include "journal/recovery.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>

#include "base/random.h"
#include "journal/segment.h"
#include "journal/test_journal.h"

using namespace ringfence;
using namespace ringfence::journal;
using namespace ringfence::journal::testing;

TEST_CASE("killed at any moment, the journal holds every acknowledged record once (random, seeded)") {
  for (std::uint64_t seed = 1; seed <= 25; ++seed) {
    CAPTURE(seed);
    base::SeededRandom random{seed};
    const ScratchDirectory scratch;
    Options options = options_in(scratch.path() / "journal", 2);
    options.segment_bytes = 20'000;
    const auto journal = open_or_fail(options);
    ByRing written;
    for (unsigned step = 0; step < 300; ++step) {
      if (random.below(10) == 0) journal->copy();
      const auto ring = static_cast<unsigned>(random.below(2));
      const std::string text = numbered(step, random.below(3000));
      if (append(*journal, ring, text)) written[ring].push_back(text);
    }
    const fs::path crashed = scratch.path() / "crashed";
    copy_files(scratch.path() / "journal", crashed);
    Recovery found;
    CHECK(recover(crashed, &found, 2) == written);
    CHECK(found.damage_count == 0);
    CHECK(recover(crashed, &found, 2) == written);  // the start that rescued them may be killed too
  }
}

TEST_CASE("a file cut at any byte gives what stood before the cut, and says where it was torn") {
  const ScratchDirectory scratch;
  const fs::path whole = scratch.path() / "journal";
  Texts written;
  std::vector<std::uint64_t> ends;
  {
    const auto journal = open_or_fail(options_in(whole));
    std::uint64_t end = sizeof(SegmentHeader);
    for (unsigned i = 0; i < 6; ++i) {
      written.push_back(numbered(i, std::size_t{i} * 7));
      REQUIRE(append(*journal, 0, written.back()));
      ends.push_back(end += frame_bytes(written.back().size()));
    }
  }
  const fs::path segment = segment_path(whole, 1);
  const std::uint64_t size = fs::file_size(segment);
  REQUIRE(size == ends.back());
  for (std::uint64_t cut = 0; cut < size; ++cut) {
    CAPTURE(cut);
    const fs::path torn = scratch.path() / "torn";
    copy_files(whole, torn);
    fs::resize_file(segment_path(torn, 1), cut);
    Recovery found;
    ByRing records = recover(torn, &found);
    const auto kept = static_cast<std::size_t>(std::ranges::upper_bound(ends, cut) - ends.begin());
    CHECK(records[0] == Texts(written.begin(), written.begin() + static_cast<std::ptrdiff_t>(kept)));
    const bool at_an_end = cut == sizeof(SegmentHeader) || (kept > 0 && ends[kept - 1] == cut);
    REQUIRE(found.damage_count == (at_an_end ? 0U : 1U));
    if (!at_an_end) {
      CHECK(found.damages[0].kind == Damage::Kind::TornTail);
      CHECK(found.damages[0].file == segment_path(torn, 1).string());
    }
  }
}

TEST_CASE("a changed byte costs the record it is in, and is reported with its place") {
  const ScratchDirectory scratch;
  const fs::path whole = scratch.path() / "journal";
  Texts written;
  {
    const auto journal = open_or_fail(options_in(whole));
    for (unsigned i = 0; i < 8; ++i) {
      written.push_back(numbered(i, 40));
      REQUIRE(append(*journal, 0, written.back()));
    }
  }
  const std::size_t frame = frame_bytes(written[0].size());
  base::SeededRandom random{3};
  for (unsigned round = 0; round < 50; ++round) {
    const std::size_t victim = random.below(7);  // the last one would be a torn tail
    const std::size_t at = sizeof(SegmentHeader) + victim * frame + random.below(sizeof(FrameHeader) + 42);
    CAPTURE(at);
    const fs::path damaged = scratch.path() / "damaged";
    copy_files(whole, damaged);
    {
      std::fstream file{segment_path(damaged, 1), std::ios::in | std::ios::out | std::ios::binary};
      file.seekg(static_cast<std::streamoff>(at));
      const auto before = static_cast<char>(file.get());
      file.seekp(static_cast<std::streamoff>(at));
      file.put(static_cast<char>(before ^ 0x40));
    }
    Recovery found;
    ByRing records = recover(damaged, &found);
    Texts expected = written;
    expected.erase(expected.begin() + static_cast<std::ptrdiff_t>(victim));
    CHECK(records[0] == expected);
    REQUIRE(found.damages.size() == 1);
    CHECK(found.damages[0].kind == Damage::Kind::CorruptMiddle);
    CHECK(found.damages[0].offset == sizeof(SegmentHeader) + victim * frame);
    CHECK(found.damages[0].bytes == frame);
  }
}

TEST_CASE("records behind a corrupt segment header are read all the same") {
  const ScratchDirectory scratch;
  {
    const auto journal = open_or_fail(options_in(scratch.path()));
    REQUIRE(append(*journal, 0, "kept"));
  }
  {
    std::fstream file{segment_path(scratch.path(), 1), std::ios::in | std::ios::out | std::ios::binary};
    file.seekp(20);
    file.put('!');
  }
  Recovery found;
  CHECK(recover(scratch.path(), &found)[0] == Texts{"kept"});
  REQUIRE(found.damages.size() == 1);
  CHECK(found.damages[0].kind == Damage::Kind::CorruptHeader);
}

/// Appends numbers to both rings until it is killed; tells each number that was acknowledged through the
/// pipe.
[[noreturn]] void write_until_killed(const fs::path& directory, std::uint64_t first, int acknowledged) {
  Options options = options_in(directory, 2);
  options.segment_bytes = 100'000;
  options.interval = std::chrono::milliseconds{1};
  options.copier_thread = true;
  auto journal = Journal::open(options, [](const Record&) {});
  if (!journal) ::_exit(1);
  for (std::uint64_t number = first;; ++number) {
    const std::string text = numbered(number, number % 500);
    while (!append(**journal, number % 2, text)) {  // full: the copier is behind
    }
    if (::write(acknowledged, &number, sizeof number) != sizeof number) ::_exit(2);
  }
}

TEST_CASE("kill -9 of a writing process loses no acknowledged record") {
  const ScratchDirectory scratch;
  base::SeededRandom random{4};
  std::uint64_t next = 0;
  for (unsigned round = 0; round < 20; ++round) {
    CAPTURE(round);
    int pipe[2];
    REQUIRE(::pipe2(pipe, O_CLOEXEC) == 0);
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) write_until_killed(scratch.path(), next, pipe[1]);
    ::close(pipe[1]);

    const std::uint64_t enough = next + random.below(3000);
    std::uint64_t last = 0;
    bool any = false;
    for (std::uint64_t number = 0; ::read(pipe[0], &number, sizeof number) == sizeof number;) {
      last = number;
      any = true;
      if (number == enough) ::kill(child, SIGKILL);  // what is still in the pipe was acknowledged as well
    }
    ::close(pipe[0]);
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    REQUIRE(WIFSIGNALED(status));
    REQUIRE(any);

    ByRing records = recover(scratch.path(), nullptr, 2);
    // One more than was told may be there: it was appended, and the kill came before the telling.
    const std::uint64_t there = records[0].size() + records[1].size();
    CHECK(there >= last + 1);
    CHECK(there <= last + 2);
    bool in_order = true;
    for (std::uint64_t number = 0; number < there; ++number) {
      in_order = in_order && records[number % 2][number / 2] == numbered(number, number % 500);
    }
    CHECK(in_order);
    next = there;
  }
}
