// SPDX-License-Identifier: Apache-2.0
// Any bytes, any size: all classifiers of this machine and the plain table give the same bits, and the
// scanners find the same characters as their plain twins.
#include "sip/planes.h"

#include <cstdint>
#include <vector>

#include "base/assert.h"
#include "sip/alphabets.h"
#include "sip/line_scanner.h"
#include "sip/scan.h"

using namespace ringfence::sip;

namespace {

Window window_by_table(const Alphabet& alphabet, const char* text, std::size_t size) {
  Window window{};
  for (std::size_t i = 0; i < size; ++i) {
    for (std::size_t plane = 0; plane < kPlanes; ++plane) {
      const bool inside = (alphabet.classes_of(text[i]) & Alphabet::bit(plane)) != 0;
      window.planes[plane] |= std::uint64_t{inside} << i;
    }
  }
  return window;
}

void expect_agreement(const Alphabet& alphabet, const char* text, std::size_t size) {
  const Window expected = window_by_table(alphabet, text, size);
  for (const Classifier& classifier : classifiers()) {
    if (!classifier.runs_here()) continue;
    Window window;
    classifier.classify(alphabet, text, size, window);
    RF_ASSERT(window.planes == expected.planes);
    if (size == kWindow) RF_ASSERT(classifier.mark(text) == classifiers().front().mark(text));
  }
}

void expect_same_finds(const char* text, const char* end) {
  using namespace scan;
  RF_ASSERT((find_any<',', '"', '<'>(text, end) == find_any_plain<',', '"', '<'>(text, end)));
  RF_ASSERT(find_any<':'>(text, end) == find_any_plain<':'>(text, end));
}

void expect_same_controls(const char* text, const char* end) {
  scan::LineScanner scanner{text, end};
  for (const char* at = text; at != end; ++at) {
    if (!is_control(*at)) continue;
    RF_ASSERT(scanner.next() == at);
    scanner.pass();
  }
  RF_ASSERT(scanner.next() == end);
}

void expect_same_lines(const char* text, const char* end) {
  scan::LineScanner scanner{text, end};
  const char* start = text;
  for (const char* at = text; at != end; ++at) {
    if (!is_control(*at)) continue;
    RF_ASSERT(scanner.next() == at);
    RF_ASSERT(scanner.comma_before_next() == (scan::find_any_plain<','>(start, at) != at));
    start = at;
    if (*at != '\r' || end - at < 2 || at[1] != '\n') {
      scanner.pass();
    } else {
      scanner.pass_crlf();
      ++at;
    }
  }
  RF_ASSERT(scanner.next() == end);
  RF_ASSERT(scanner.comma_before_next() == (scan::find_any_plain<','>(start, end) != end));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // A copy of its own for each window: a look beyond it is seen.
  for (std::size_t start = 0; start < size; start += kWindow) {
    const std::size_t length = size - start < kWindow ? size - start : kWindow;
    const std::vector<char> text(data + start, data + start + length);
    expect_agreement(ValueAlphabet::kTables, text.data(), length);
    expect_agreement(UriAlphabet::kTables, text.data(), length);
  }
  const std::vector<char> whole(data, data + size);
  expect_same_finds(whole.data(), whole.data() + size);
  expect_same_controls(whole.data(), whole.data() + size);
  expect_same_lines(whole.data(), whole.data() + size);
  return 0;
}
