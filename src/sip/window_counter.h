// SPDX-License-Identifier: Apache-2.0
// Counts the work of readers without a clock. For fuzz targets and tests; never part of the product.
#pragma once

#include "base/assert.h"
#include "sip/planes.h"

namespace ringfence::sip {

/// While it lives, counts how often a reader classifies or marks 64 characters: the measure of how often it
/// looks at its text. One thread, one counter at a time.
class WindowCounter {
 public:
  WindowCounter() : before_{detail::best_classifier} {
    RF_ASSERT(before_.classify != counting);
    count_ = 0;
    inner_ = before_;
    detail::best_classifier.classify = counting;
    detail::best_classifier.mark = counting_marks;
  }
  ~WindowCounter() { detail::best_classifier = before_; }
  WindowCounter(const WindowCounter&) = delete;
  WindowCounter& operator=(const WindowCounter&) = delete;

  [[nodiscard]] std::size_t count() const { return count_; }

 private:
  static void counting(const Alphabet& alphabet, const char* text, std::size_t size, Window& window) {
    ++count_;
    inner_.classify(alphabet, text, size, window);
  }
  static Marks counting_marks(const char* text) {
    ++count_;
    return inner_.mark(text);
  }

  static inline std::size_t count_ = 0;
  static inline Classifier inner_{};
  Classifier before_;
};

/// Calls `read` and holds it to linear time: at most `passes` times as many windows as the text fills, and a
/// few for a value that is empty or short. A reader of parameters may begin a window at each of them.
template <class Read>
auto read_in_linear_time(std::size_t size, std::size_t passes, Read read) {
  const WindowCounter counter;
  auto result = read();
  RF_ASSERT(counter.count() <= passes * (4 + 2 * size / kWindow));
  return result;
}

}  // namespace ringfence::sip
