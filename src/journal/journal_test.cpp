// SPDX-License-Identifier: Apache-2.0
// The journal from one start to the next, and where its files lie.
#include "journal/journal.h"

#include <doctest/doctest.h>

#include <fstream>

#include "journal/ring_place.h"
#include "journal/segment.h"
#include "journal/test_journal.h"

using namespace ringfence;
using namespace ringfence::journal;
using namespace ringfence::journal::testing;

TEST_CASE("what was appended comes back in order, after an orderly end and after none") {
  const ScratchDirectory scratch;
  const fs::path crashed = scratch.path() / "crashed";
  Texts written;
  {
    const auto journal = open_or_fail(options_in(scratch.path() / "journal"));
    for (unsigned i = 0; i < 100; ++i) {
      written.push_back(numbered(i, i));
      REQUIRE(append(*journal, 0, written.back()));
      if (i == 50) journal->copy();
    }
    copy_files(scratch.path() / "journal", crashed);
  }
  CHECK(recover(scratch.path() / "journal")[0] == written);
  Recovery found;
  CHECK(recover(crashed, &found)[0] == written);
  CHECK(found.from_rings == 49);
  CHECK(found.damage_count == 0);
}

TEST_CASE("starting again and again neither loses nor doubles a record") {
  const ScratchDirectory scratch;
  Texts written;
  for (unsigned run = 0; run < 5; ++run) {
    ByRing records;
    const auto journal = open_or_fail(options_in(scratch.path(), 1 + run % 3), collect(records));
    Texts all;
    for (const auto& [ring, texts] : records) all.insert(all.end(), texts.begin(), texts.end());
    CHECK(all == written);
    written.push_back(numbered(run));
    REQUIRE(append(*journal, 0, written.back()));
  }
}

TEST_CASE("a full ring refuses and counts, and takes records again once they are copied") {
  const ScratchDirectory scratch;
  const auto journal = open_or_fail(options_in(scratch.path()));
  const std::string text(1000, 'x');
  std::size_t taken = 0;
  while (append(*journal, 0, text)) ++taken;
  CHECK(taken == Options::kMinRing / frame_bytes(text.size()));
  CHECK(journal->statistics().refused == 1);
  CHECK(journal->writer(0).append(Stream::Test, base::as_bytes(text)).error() == AppendError::Full);

  journal->copy();
  CHECK(append(*journal, 0, text));
  CHECK(journal->writer(0).append(Stream::Test, std::vector<std::byte>(kMaxPayload + 1)).error() ==
        AppendError::TooLong);
}

TEST_CASE("an orderly end leaves no rings behind, and rings have a place of their own in memory") {
  const ScratchDirectory scratch;
  Options options = options_in(scratch.path() / "journal");
  options.ring_directory = scratch.path() / "rings";
  {
    const auto journal = open_or_fail(options);
    REQUIRE(append(*journal, 0, "kept"));
  }
  CHECK_FALSE(fs::exists(options.ring_directory));
  CHECK(recover(options.directory)[0] == Texts{"kept"});

  const fs::path place = place_for_rings(fs::current_path(), Options::kMinRing);
  CHECK(fs::is_directory(place));
  CHECK(place == place_for_rings(fs::current_path(), Options::kMinRing));
  CHECK(place_for_rings(fs::current_path(), std::size_t{1} << 60) == fs::current_path());  // no such room
  if (place != fs::current_path()) fs::remove(place);
}

TEST_CASE("one process at a time") {
  const ScratchDirectory scratch;
  const auto journal = open_or_fail(options_in(scratch.path()));
  const auto second = Journal::open(options_in(scratch.path()), [](const Record&) {});
  REQUIRE_FALSE(second);
  CHECK(second.error().why == "another ringfence process uses it");
}

TEST_CASE("another version is refused, not guessed at") {
  const ScratchDirectory scratch;
  const fs::path directory = scratch.path() / "copy";
  {
    const auto journal = open_or_fail(options_in(scratch.path() / "journal"));
    copy_files(scratch.path() / "journal", directory);  // with its ring, as a crash leaves it
  }
  const auto set_version = [](const fs::path& file) {
    std::fstream out{file, std::ios::in | std::ios::out | std::ios::binary};
    out.seekp(8);
    out.put(9);
  };
  SUBCASE("of a segment") {
    set_version(segment_path(directory, 1));
  }
  SUBCASE("of a ring") {
    set_version(directory / "ring-0.ring");
  }
  const auto opened = Journal::open(options_in(directory), [](const Record&) {});
  REQUIRE_FALSE(opened);
  CHECK(opened.error().why == "it has version 9, this program reads version 1");
}

TEST_CASE("rings are found where they were, also when the option has changed or a shard is gone") {
  const ScratchDirectory scratch;
  const fs::path live = scratch.path() / "live";
  Options options = options_in(live, 3);
  options.ring_directory = scratch.path() / "old-rings";
  const auto journal = open_or_fail(options);
  REQUIRE(append(*journal, 2, "of the third shard"));

  // As a kill -9 leaves it: the first process keeps its locks, so the next one works on copies.
  copy_files(live, scratch.path() / "crashed");
  copy_files(options.ring_directory, scratch.path() / "copied-rings");
  std::ofstream{scratch.path() / "crashed" / "rings"} << (scratch.path() / "copied-rings").string() << "\n";
  Options next = options_in(scratch.path() / "crashed", 1);
  next.ring_directory = scratch.path() / "new-rings";
  ByRing records;
  const auto after = open_or_fail(next, collect(records));
  CHECK(records[2] == Texts{"of the third shard"});
  CHECK(fs::is_empty(scratch.path() / "copied-rings"));
}

TEST_CASE("a ring that outlived its wiped journal is not replayed into a new one, nor into another one") {
  const ScratchDirectory scratch;
  Options options = options_in(scratch.path() / "journal");
  options.ring_directory = scratch.path() / "rings";
  fs::path saved = scratch.path() / "saved.ring";
  {
    const auto journal = open_or_fail(options);
    REQUIRE(append(*journal, 0, "old life"));
    fs::copy(options.ring_directory / "ring-0.ring", saved);
  }
  const auto put_back = [&] {
    fs::create_directories(options.ring_directory);
    fs::copy(saved, options.ring_directory / "ring-0.ring", fs::copy_options::overwrite_existing);
  };
  put_back();
  fs::remove_all(options.directory);
  ByRing records;
  {
    const auto journal = open_or_fail(options, collect(records));
  }
  CHECK(records.empty());

  put_back();
  const auto opened = Journal::open(options, collect(records));
  REQUIRE_FALSE(opened);
  CHECK(opened.error().why == "it belongs to another journal");
}
