// SPDX-License-Identifier: Apache-2.0
// Snapshots and compaction, from one thread and from many.
#include <doctest/doctest.h>

#include <array>
#include <thread>

#include "base/random.h"
#include "journal/segment.h"
#include "journal/test_journal.h"

using namespace ringfence;
using namespace ringfence::journal;
using namespace ringfence::journal::testing;

namespace {

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

}  // namespace

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
