// SPDX-License-Identifier: Apache-2.0
// Property: whatever the cuts between segments, a stream is framed into the same pieces; and where a message
// is cut out, the parser agrees about where its body ends.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/assert.h"
#include "base/random.h"
#include "sip/message.h"
#include "transport/framing.h"

using namespace ringfence;
using transport::FrameKind;
using transport::FrameResult;
using transport::FramingLimits;

namespace {

// Small, so that the bounds are met often.
constexpr FramingLimits kLimits{.header_bytes = 512, .message_bytes = 1024};

/// A connection's buffer, filled in segments, as net's streams do it.
class Stream {
 public:
  void receive(std::string_view segment) {
    buffer_ += segment;
    while (!ended_ && !buffer_.empty() && buffer_.size() >= wanted_) {
      const FrameResult frame = transport::frame_stream(buffer_, seen_, kLimits);
      if (frame.kind == FrameKind::NeedMore || frame.kind == FrameKind::Between) {
        seen_ = frame.size == 0 ? buffer_.size() : 0;  // as net does: a known size needs no search
        wanted_ = frame.size;
        RF_ASSERT(frame.size == 0 || frame.size > buffer_.size());
        return;
      }
      take(frame);
    }
  }
  [[nodiscard]] const std::vector<FrameResult>& frames() const { return frames_; }

 private:
  void take(const FrameResult& frame) {
    RF_ASSERT(frame.size <= buffer_.size());
    frames_.push_back(frame);
    ended_ =
        frame.kind != FrameKind::Ping && frame.kind != FrameKind::Skip && frame.kind != FrameKind::Message;
    RF_ASSERT(ended_ || frame.size > 0);
    buffer_.erase(0, frame.size);
    seen_ = wanted_ = 0;
  }

  std::string buffer_;
  std::size_t seen_ = 0;
  std::size_t wanted_ = 0;
  bool ended_ = false;
  std::vector<FrameResult> frames_;
};

std::vector<FrameResult> framed(std::string_view bytes, base::Random& random, std::uint64_t longest) {
  Stream stream;
  while (!bytes.empty()) {
    const std::size_t size = std::min<std::size_t>(bytes.size(), 1 + random.below(longest));
    stream.receive(bytes.substr(0, size));
    bytes.remove_prefix(size);
  }
  return stream.frames();
}

void parser_agrees(std::string_view bytes, const std::vector<FrameResult>& frames) {
  for (const FrameResult& frame : frames) {
    if (frame.kind == FrameKind::Message) {
      sip::MessageIndex index;
      if (sip::parse(bytes.substr(0, frame.size), index)) RF_ASSERT(index.surplus == 0);
    }
    bytes.remove_prefix(frame.size);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 1) return 0;
  base::SeededRandom random{data[0]};
  const std::string_view bytes{reinterpret_cast<const char*>(data) + 1, size - 1};
  const auto whole = framed(bytes, random, bytes.size() + 1);
  RF_ASSERT(framed(bytes, random, 1) == whole);
  RF_ASSERT(framed(bytes, random, 7) == whole);
  RF_ASSERT(framed(bytes, random, 100) == whole);
  parser_agrees(bytes, whole);
  return 0;
}
