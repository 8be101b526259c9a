// SPDX-License-Identifier: Apache-2.0
// Reading what a crash left.
#include "journal/recovery.h"

#include <algorithm>
#include <array>

namespace ringfence::journal {

std::string_view text_of(Damage::Kind kind) {
  static constexpr auto kTexts = std::to_array<std::string_view>(
      {"unfinished end of file", "corrupt bytes skipped", "corrupt file header"});
  return kTexts[static_cast<std::size_t>(kind)];
}

void Recoverer::report(Damage::Kind kind, const std::string& file, std::uint64_t offset,
                       std::uint64_t bytes) {
  ++recovery_.damage_count;
  if (recovery_.damages.size() < Recovery::kMaxDamages)
    recovery_.damages.push_back({kind, file, offset, bytes});
}

bool Recoverer::hand_on(const Frame& frame) {
  std::uint64_t& last = last_[frame.ring];
  if (frame.sequence <= last) {
    ++recovery_.duplicates;
    return false;
  }
  last = frame.sequence;
  raise_highest(frame.sequence);
  seen_.add(frame.stream);
  ++recovery_.records;
  on_record_({frame.stream, frame.ring, frame.sequence, frame.payload});
  return true;
}

template <class OnFrame>
void Recoverer::scan(base::Bytes bytes, const std::string& file, std::uint64_t offset, OnFrame&& on_frame) {
  std::size_t at = 0;
  std::size_t budget = 4 * bytes.size() + kMaxPayload;
  while (at < bytes.size()) {
    if (const auto frame = read_frame(bytes.subspan(at))) {
      on_frame(*frame);
      at += frame->whole.size();
      continue;
    }
    const auto next = find_frame(bytes, at + kFrameAlign, budget);
    if (!next) {
      report(Damage::Kind::TornTail, file, offset + at, bytes.size() - at);
      return;
    }
    report(Damage::Kind::CorruptMiddle, file, offset + at, *next - at);
    at = *next;
  }
}

void Recoverer::read(base::Bytes bytes, const std::string& file, std::uint64_t offset) {
  scan(bytes, file, offset, [this](const Frame& frame) { hand_on(frame); });
}

void Recoverer::read_ring(base::Bytes bytes, const std::string& file, std::uint64_t offset,
                          std::vector<std::byte>& rescued) {
  scan(bytes, file, offset, [&](const Frame& frame) {
    if (!hand_on(frame)) return;
    ++recovery_.from_rings;
    rescued.insert(rescued.end(), frame.whole.begin(), frame.whole.end());
  });
}

}  // namespace ringfence::journal
