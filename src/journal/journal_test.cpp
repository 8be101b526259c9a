// SPDX-License-Identifier: Apache-2.0
// The journal through crashes, damage and full disks.
#include "journal/journal.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <charconv>
#include <fstream>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/random.h"
#include "journal/ring_place.h"
#include "journal/scratch_directory.h"
#include "journal/segment.h"
#include "observe/log.h"

namespace ringfence::journal {
namespace {

namespace fs = std::filesystem;

/// Payloads are texts; what a test appended to one ring, in order.
using Texts = std::vector<std::string>;
using ByRing = std::map<unsigned, Texts>;

/// Damage is what these tests are about: nobody needs to read of it on a terminal.
void be_quiet() {
  class Nowhere final : public observe::LogSink {
    void write(const observe::LogLine&) override {}
  };
  static Nowhere nowhere;
  observe::LogOptions options;
  options.sink = &nowhere;
  observe::Log::configure(options);
}

Options options_in(const fs::path& directory, unsigned rings = 1) {
  be_quiet();
  return {.directory = directory, .rings = rings, .ring_bytes = Options::kMinRing, .copier_thread = false};
}

RecordHandler collect(ByRing& into) {
  return [&into](const Record& record) { into[record.ring].emplace_back(base::as_text(record.payload)); };
}

std::unique_ptr<Journal> open_or_fail(
    const Options& options, const RecordHandler& on_record = [](const Record&) {}) {
  auto opened = Journal::open(options, on_record);
  if (!opened) FAIL(opened.error().what << ": " << opened.error().why);
  return std::move(*opened);
}

bool append(Journal& journal, unsigned ring, std::string_view text) {
  return journal.writer(ring).append(Stream::Test, base::as_bytes(text)).has_value();
}

/// What a process that starts now would find.
ByRing recover(const fs::path& directory, Recovery* found = nullptr, unsigned rings = 1) {
  ByRing records;
  const auto journal = open_or_fail(options_in(directory, rings), collect(records));
  if (found != nullptr) *found = journal->recovery();
  return records;
}

/// The files as a kill -9 would leave them at this moment.
void copy_files(const fs::path& from, const fs::path& to) {
  fs::remove_all(to);
  fs::create_directories(to);
  for (const auto& entry : fs::directory_iterator{from}) fs::copy(entry.path(), to / entry.path().filename());
}

std::string numbered(std::uint64_t number, std::size_t extra = 0) {
  return std::to_string(number) + ":" + std::string(extra, 'x');
}

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
      written.push_back(numbered(i, i * 7));
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
    ::signal(SIGXFSZ, SIG_IGN);
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
  limit.set(512 * 1024);
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

/// A little state: the last text of each key, "key=text".
class Keys final : public SnapshotSource {
 public:
  /// False when the ring is full: the state has changed, the journal does not know.
  bool set(Writer& writer, const std::string& key, const std::string& text) {
    texts_[key] = text;
    return write(writer, key);
  }
  void load(const Record& record) {
    const std::string_view text = base::as_text(record.payload);
    const auto equals = text.find('=');
    texts_[std::string{text.substr(0, equals)}] = text.substr(equals + 1);
  }
  [[nodiscard]] const std::map<std::string, std::string>& texts() const { return texts_; }

  [[nodiscard]] Stream stream() const override { return Stream::Test; }
  void begin_snapshot() override { next_.clear(); }
  bool emit_snapshot(Writer& writer) override {
    auto at = texts_.upper_bound(next_);
    if (at == texts_.end()) return true;
    if (write(writer, at->first)) next_ = at->first;
    return false;
  }

 private:
  bool write(Writer& writer, const std::string& key) {
    const std::string text = key + "=" + texts_[key];
    return writer.append(Stream::Test, base::as_bytes(text)).has_value();
  }
  std::map<std::string, std::string> texts_;
  std::string next_;  // keys up to this one are written
};

std::map<std::string, std::string> recovered_keys(const fs::path& directory) {
  Keys keys;
  const auto journal = open_or_fail(options_in(directory), [&](const Record& record) { keys.load(record); });
  return keys.texts();
}

TEST_CASE("a snapshot replaces old segments while updates go on, and a kill at any step keeps the state") {
  const ScratchDirectory scratch;
  Options options = options_in(scratch.path() / "journal");
  options.segment_bytes = 4000;
  const auto journal = open_or_fail(options);
  Writer& writer = journal->writer(0);
  Keys keys;
  writer.plug(keys);
  base::SeededRandom random{5};
  const auto update = [&] {
    (void)keys.set(writer, "key" + std::to_string(random.below(20)),
                   numbered(random.below(1000), random.below(100)));
  };
  for (unsigned i = 0; i < 300; ++i) {
    update();
    if (i % 10 == 0) journal->copy();
  }
  const std::size_t before = list_segments(options.directory).size();
  REQUIRE(before > 3);

  journal->request_snapshot();
  while (journal->statistics().compactions == 0) {
    journal->copy();
    if (random.below(2) == 0) update();
    writer.work();
    copy_files(options.directory, scratch.path() / "crashed");
    CHECK(recovered_keys(scratch.path() / "crashed") == keys.texts());
  }
  CHECK(list_segments(options.directory).size() < before);
  CHECK(journal->statistics().bytes_on_disk < 20 * 200 + 4000 + 2000);
  copy_files(options.directory, scratch.path() / "crashed");
  CHECK(recovered_keys(scratch.path() / "crashed") == keys.texts());
}

TEST_CASE("nothing is dropped while a stream of the journal has no source that could write it again") {
  const ScratchDirectory scratch;
  {
    const auto journal = open_or_fail(options_in(scratch.path()));
    REQUIRE(journal->writer(0).append(Stream::Bindings, base::as_bytes("of a room that is not here")));
  }
  const auto journal = open_or_fail(options_in(scratch.path()));
  Keys keys;
  journal->writer(0).plug(keys);
  journal->request_snapshot();
  for (unsigned i = 0; i < 10; ++i) {
    journal->copy();
    journal->writer(0).work();
  }
  CHECK(journal->statistics().compactions == 0);
  CHECK(fs::exists(segment_path(scratch.path(), 1)));
}

TEST_CASE("what a full ring refused is written down by the snapshot that follows") {
  const ScratchDirectory scratch;
  const auto journal = open_or_fail(options_in(scratch.path() / "journal"));
  Writer& writer = journal->writer(0);
  Keys keys;
  writer.plug(keys);
  for (unsigned i = 0; i < 1100; ++i)
    (void)keys.set(writer, "key" + std::to_string(i % 7), numbered(i, 1000));
  REQUIRE(journal->statistics().refused > 0);
  while (journal->statistics().compactions == 0) {
    journal->copy();
    writer.work();
  }
  copy_files(scratch.path() / "journal", scratch.path() / "crashed");
  CHECK(recovered_keys(scratch.path() / "crashed") == keys.texts());
}

TEST_CASE("shards write while the copier thread copies, rotates and compacts") {
  const ScratchDirectory scratch;
  constexpr unsigned kShards = 2;
  Options options = options_in(scratch.path(), kShards);
  options.segment_bytes = 100'000;
  options.compact_bytes = 300'000;
  options.interval = std::chrono::milliseconds{1};
  options.copier_thread = true;
  std::array<Keys, kShards> keys;
  {
    const auto journal = open_or_fail(options);
    std::vector<std::thread> shards;
    for (unsigned shard = 0; shard < kShards; ++shard) {
      journal->writer(shard).plug(keys[shard]);
      shards.emplace_back([&, shard] {
        base::SeededRandom random{shard};
        const std::string prefix = std::to_string(shard) + "-";
        for (unsigned i = 0; i < 20'000; ++i) {
          const std::string key = prefix + std::to_string(random.below(100));
          while (!keys[shard].set(journal->writer(shard), key, numbered(i, 50))) std::this_thread::yield();
          (void)journal->writer(shard).work();
        }
        while (journal->statistics().compactions == 0) {
          (void)journal->writer(shard).work();
          std::this_thread::yield();
        }
      });
    }
    for (std::thread& shard : shards) shard.join();
    CHECK(journal->flush());
    CHECK(journal->statistics().records >= 40'000);
  }
  Keys recovered;
  const auto journal = open_or_fail(options, [&](const Record& record) { recovered.load(record); });
  std::map<std::string, std::string> expected = keys[0].texts();
  expected.insert(keys[1].texts().begin(), keys[1].texts().end());
  CHECK(recovered.texts() == expected);
}

}  // namespace
}  // namespace ringfence::journal
