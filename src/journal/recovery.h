// SPDX-License-Identifier: Apache-2.0
// Recovery: reading segments and what was left in rings, whatever state a crash left them in.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/bytes.h"
#include "journal/frame.h"
#include "journal/stream_set.h"

namespace ringfence::journal {

/// One record, as it comes back.
struct Record {
  Stream stream{};
  std::uint16_t ring = 0;
  std::uint64_t sequence = 0;
  base::Bytes payload;  ///< valid during the call only
};
using RecordHandler = std::function<void(const Record&)>;

/// A place that could not be read.
struct Damage {
  enum class Kind : std::uint8_t {
    TornTail,       ///< the end of a file was being written: expected after a crash
    CorruptMiddle,  ///< good records follow: something changed the file
    CorruptHeader,  ///< the head of a file is not what we wrote; its records are read all the same
  };
  Kind kind{};
  std::string file;
  std::uint64_t offset = 0;
  std::uint64_t bytes = 0;  ///< skipped
};
/// "corrupt records skipped", and so on.
[[nodiscard]] std::string_view text_of(Damage::Kind kind);

/// What was found at start.
struct Recovery {
  static constexpr std::size_t kMaxDamages = 100;  ///< further ones are only counted

  std::uint64_t segments = 0;
  std::uint64_t records = 0;     ///< handed on
  std::uint64_t duplicates = 0;  ///< left out: in a segment and still in a ring, or copied twice
  std::uint64_t from_rings = 0;  ///< of `records`: not yet copied when the process died
  std::uint64_t damage_count = 0;
  std::vector<Damage> damages;
};

/// Reads files one after the other and hands on each record once.
class Recoverer {
 public:
  /// @param seen  gets every stream of which there is a record
  Recoverer(Recovery& recovery, StreamSet& seen, const RecordHandler& on_record)
      : recovery_{recovery}, seen_{seen}, on_record_{on_record} {}

  /// Reads frames to the end of `bytes`, which stand at `offset` of `file`.
  void read(base::Bytes bytes, const std::string& file, std::uint64_t offset);
  /// The same for a ring's remainder; the frames that were handed on are appended to `rescued`.
  void read_ring(base::Bytes bytes, const std::string& file, std::uint64_t offset,
                 std::vector<std::byte>& rescued);
  void report(Damage::Kind kind, const std::string& file, std::uint64_t offset, std::uint64_t bytes);

  /// The highest sequence seen in any ring.
  [[nodiscard]] std::uint64_t highest() const { return highest_; }
  void raise_highest(std::uint64_t sequence) { highest_ = std::max(highest_, sequence); }

 private:
  template <class OnFrame>
  void scan(base::Bytes bytes, const std::string& file, std::uint64_t offset, OnFrame&& on_frame);
  bool hand_on(const Frame& frame);

  Recovery& recovery_;
  StreamSet& seen_;
  const RecordHandler& on_record_;
  std::unordered_map<std::uint16_t, std::uint64_t> last_;  ///< of each ring
  std::uint64_t highest_ = 0;
};

}  // namespace ringfence::journal
