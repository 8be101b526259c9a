// SPDX-License-Identifier: Apache-2.0
// Recovery from any bytes: no crash, nothing handed on twice, and what is handed on was checked.
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/assert.h"
#include "journal/recovery.h"
#include "journal/segment.h"

using namespace ringfence;

namespace {

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
  std::uint64_t sequence = 0;
  for (std::size_t at = 0; at + 2 <= size;) {
    const std::size_t length = std::min<std::size_t>(data[at], size - at - 2);
    const std::size_t begin = file.size();
    file.resize(begin + journal::frame_bytes(length));
    sequence += data[at + 1] % 3;
    journal::write_frame(file.data() + begin, data[at + 1] % 2, journal::Stream::Test, sequence,
                         bytes.subspan(at + 2, length));
    if (data[at + 1] >= 200) file[begin + length % (file.size() - begin)] ^= std::byte{data[at + 1]};
    if (data[at + 1] == 199) file.resize(begin + journal::kFrameAlign);
    at += 2 + length;
  }
  recover(file);
  return 0;
}
