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

  /// The first control character at or behind the place where reading resumes, or the end of the text.
  [[nodiscard]] const char* next() {
    while (marks_.controls == 0) {
      if (end_ - block_ <= static_cast<std::ptrdiff_t>(kWindow)) return end_;
      comma_ = comma_ || marks_.commas != 0;
      block_ += kWindow;
      marks_ = load();
      // A line end may lie across the border of two blocks.
      if (resume_ > block_) resume_at(resume_);
    }
    return block_ + std::countr_zero(marks_.controls);
  }

  /// Leaves out what stands before `at`, which must not lie before the last character handed out.
  void resume_at(const char* at) {
    resume_ = at;
    const auto seen = static_cast<std::size_t>(at - block_);
    marks_.controls = seen < kWindow ? marks_.controls >> seen << seen : 0;
  }

  /// Was there a comma between the place of the last such question and `at`, which next() has handed out?
  [[nodiscard]] bool comma_before(const char* at) {
    const auto seen = static_cast<std::size_t>(at - block_);
    const std::uint64_t behind = seen < kWindow ? marks_.commas >> seen << seen : 0;
    const bool found = comma_ || behind != marks_.commas;
    marks_.commas = behind;
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
  const char* resume_ = nullptr;
  Marks marks_;
  bool comma_ = false;  // in an earlier block, and not yet asked for
};

}  // namespace ringfence::sip::scan
