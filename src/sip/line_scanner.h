// SPDX-License-Identifier: Apache-2.0
// The one pass over the lines of a message: where they may end, and which of them hold a comma.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "sip/planes.h"

namespace ringfence::sip::scan {

/// Hands out the control characters of a text in order, and says whether a comma stood between two places.
/// Looks at each byte once, and never at bytes outside the text.
class LineScanner {
 public:
  LineScanner(const char* begin, const char* end) : block_{begin}, end_{end}, marks_{load()} {}

  /// The first control character that was not passed, or the end of the text.
  [[nodiscard]] const char* next() {
    while (marks_.controls == 0) {
      if (end_ - block_ <= static_cast<std::ptrdiff_t>(kWindow)) return end_;
      comma_ = comma_ || marks_.commas != 0;
      block_ += kWindow;
      marks_ = load();
      marks_.controls &= ~std::uint64_t{passed_};
      passed_ = false;
    }
    return block_ + std::countr_zero(marks_.controls);
  }

  /// Leaves out the control character that next() hands out.
  void pass() { marks_.controls &= marks_.controls - 1; }
  /// Leaves out a CR that next() hands out, and the LF behind it, which may be the first of the next block.
  void pass_crlf() {
    pass();
    passed_ = marks_.controls == 0;
    pass();
  }

  /// Was there a comma between the place of the last such question and what next() hands out?
  [[nodiscard]] bool comma_before_next() {
    const std::uint64_t before = (marks_.controls & (~marks_.controls + 1)) - 1;
    const bool found = comma_ || (marks_.commas & before) != 0;
    marks_.commas &= ~before;
    comma_ = false;
    return found;
  }

 private:
  [[nodiscard]] Marks load() const {
    const auto left = static_cast<std::size_t>(end_ - block_);
    return left >= kWindow ? mark(block_) : load_last(left);
  }
  [[nodiscard]] Marks load_last(std::size_t left) const {
    char padded[kWindow];
    std::memset(padded, ' ', sizeof padded);
    if (left != 0) std::memcpy(padded, block_, left);
    return mark(padded);
  }

  const char* block_;
  const char* end_;
  Marks marks_;
  bool comma_ = false;   // in an earlier block, and not yet asked for
  bool passed_ = false;  // the first character of the next block
};

}  // namespace ringfence::sip::scan
