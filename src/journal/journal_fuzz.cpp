// SPDX-License-Identifier: Apache-2.0
// Recovery from any bytes: no crash, nothing handed on twice, and what is handed on was checked.
#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/assert.h"
#include "journal/recovery.h"
#include "journal/segment.h"

using namespace ringfence;

namespace {

/// What a reader must find, as far as nothing was damaged: payloads in order, without what was there before.
class Model {
 public:
  void add(std::uint16_t ring, std::uint64_t sequence, base::Bytes payload) {
    if (sequence <= last_[ring]) return;
    last_[ring] = sequence;
    payloads_.emplace_back(payload.begin(), payload.end());
  }
  void check(base::Bytes file) const {
    journal::Recovery recovery;
    journal::StreamSet streams;
    std::size_t at = 0;
    const journal::RecordHandler on_record = [&](const journal::Record& record) {
      RF_ASSERT(at < payloads_.size() && std::ranges::equal(record.payload, payloads_[at]));
      ++at;
    };
    journal::Recoverer{recovery, streams, on_record}.read(file, "model", 0);
    RF_ASSERT(at == payloads_.size() && recovery.damage_count == 0);
  }

 private:
  std::map<std::uint16_t, std::uint64_t> last_;
  std::vector<std::vector<std::byte>> payloads_;
};

/// Damage is told once for each place, in order, and places do not overlap: work and report are linear in the
/// file.
void check_damages(const journal::Recovery& recovery, std::uint64_t size) {
  RF_ASSERT(recovery.damage_count <= size / journal::kFrameAlign + 1);
  std::uint64_t end = 0;
  for (const journal::Damage& damage : recovery.damages) {
    RF_ASSERT(damage.offset >= end && damage.bytes > 0);
    end = damage.offset + damage.bytes;
  }
  RF_ASSERT(end <= size);
}

/// Reads `bytes` as frames and checks that each is really there, in rising order.
void recover(base::Bytes bytes) {
  journal::Recovery recovery;
  journal::StreamSet streams;
  std::map<std::uint16_t, std::uint64_t> last;
  const journal::RecordHandler on_record = [&](const journal::Record& record) {
    RF_ASSERT(record.payload.data() >= bytes.data() + sizeof(journal::FrameHeader));
    RF_ASSERT(record.payload.data() + record.payload.size() <= bytes.data() + bytes.size());
    RF_ASSERT(record.sequence > last[record.ring]);
    last[record.ring] = record.sequence;
  };
  journal::Recoverer recoverer{recovery, streams, on_record};
  std::vector<std::byte> rescued;
  recoverer.read_ring(bytes, "fuzz", 0, rescued);
  RF_ASSERT(rescued.size() <= bytes.size());
  RF_ASSERT(recovery.records == recovery.from_rings);
  check_damages(recovery, bytes.size());

  // What was rescued is whole, and reads back as the same records.
  const std::uint64_t records = recovery.records;
  journal::Recovery again;
  journal::StreamSet streams_again;
  std::uint64_t count = 0;
  const journal::RecordHandler on_again = [&](const journal::Record&) { ++count; };
  journal::Recoverer{again, streams_again, on_again}.read(rescued, "rescued", 0);
  RF_ASSERT(count == records && again.damage_count == 0);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const base::Bytes bytes{reinterpret_cast<const std::byte*>(data), size};
  journal::SegmentHeader header;
  (void)journal::read_segment_header(bytes, header);
  recover(bytes);

  // A fuzzer does not guess checksums: write the bytes as frames, cut and damaged where they say so.
  std::vector<std::byte> file;
  Model model;
  bool damaged = false;
  std::uint64_t sequence = 0;
  for (std::size_t at = 0; at + 2 <= size;) {
    const std::size_t length = std::min<std::size_t>(data[at], size - at - 2);
    const std::size_t begin = file.size();
    file.resize(begin + journal::frame_bytes(length));
    sequence += data[at + 1] % 3;
    journal::write_frame(file.data() + begin, data[at + 1] % 2, journal::Stream::Test, sequence,
                         bytes.subspan(at + 2, length));
    model.add(data[at + 1] % 2, sequence, bytes.subspan(at + 2, length));
    damaged = damaged || data[at + 1] >= 199;
    if (data[at + 1] >= 200) file[begin + length % (file.size() - begin)] ^= std::byte{data[at + 1]};
    if (data[at + 1] == 199) file.resize(begin + journal::kFrameAlign);
    at += 2 + length;
  }
  recover(file);
  if (!damaged) model.check(file);
  return 0;
}
