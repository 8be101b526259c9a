// SPDX-License-Identifier: Apache-2.0
// Every classifier of this machine against the table of classes.
#include "sip/planes.h"

#include <doctest/doctest.h>

#include <vector>

#include "base/random.h"
#include "sip/alphabets.h"

using namespace ringfence;
using namespace ringfence::sip;

namespace {

/// What the window must say, one character at a time.
template <class Letters>
Window expected_window(const std::vector<char>& text) {
  Window window{};
  for (std::size_t i = 0; i < text.size(); ++i) {
    for (std::size_t plane = 0; plane < Letters::kOrder.size(); ++plane)
      window.planes[plane] |= std::uint64_t{is(Letters::kOrder[plane], text[i])} << i;
  }
  return window;
}

template <class Letters>
void expect_every_classifier_agrees(const std::vector<char>& text) {
  const Window expected = expected_window<Letters>(text);
  for (const Classifier& classifier : classifiers()) {
    if (!classifier.runs_here()) continue;
    CAPTURE(classifier.name);
    Window window;
    classifier.classify(Letters::kTables, text.data(), text.size(), window);
    REQUIRE(window.planes == expected.planes);
  }
}

}  // namespace

TEST_CASE("each classifier puts each character into the classes of the table, wherever it stands") {
  for (unsigned c = 0; c < 256; ++c) {
    for (std::size_t size = 0; size <= kWindow; ++size) {
      // A block of exactly this size: a sanitizer sees any look beyond it.
      const std::vector<char> text(size, static_cast<char>(c));
      CAPTURE(c);
      CAPTURE(size);
      expect_every_classifier_agrees<ValueAlphabet>(text);
      expect_every_classifier_agrees<UriAlphabet>(text);
    }
  }
}

TEST_CASE("all classifiers give the same bits for random text of every size") {
  base::SeededRandom random{3261};
  for (std::size_t round = 0; round < 5000; ++round) {
    std::vector<char> text(round % (kWindow + 1));
    for (char& c : text) c = static_cast<char>(random.below(256));
    expect_every_classifier_agrees<ValueAlphabet>(text);
    expect_every_classifier_agrees<UriAlphabet>(text);
  }
}

TEST_CASE("all marks of a block are the same, whoever makes them") {
  base::SeededRandom random{1};
  for (int round = 0; round < 4000; ++round) {
    std::vector<char> block(kWindow);
    for (char& c : block) c = random.below(4) == 0 ? ',' : static_cast<char>(random.below(256));
    const Marks plain = classifiers().front().mark(block.data());
    for (std::size_t i = 0; i < kWindow; ++i) {
      REQUIRE((plain.controls >> i & 1) == (is_control(block[i]) ? 1 : 0));
      REQUIRE((plain.commas >> i & 1) == (block[i] == ',' ? 1 : 0));
    }
    for (const Classifier& classifier : classifiers()) {
      CAPTURE(classifier.name);
      if (classifier.runs_here()) REQUIRE(classifier.mark(block.data()) == plain);
    }
  }
}

TEST_CASE("the plain classifier runs on every machine, and one is chosen") {
  REQUIRE(!classifiers().empty());
  CHECK(classifiers().front().runs_here());
  const bool chosen = detail::best_classifier.classify != nullptr;
  CHECK(chosen);
}
