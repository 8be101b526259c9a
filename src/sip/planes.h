// SPDX-License-Identifier: Apache-2.0
// A text as planes of bits: for each of a few classes of characters one word that says which of 64 characters
// are in the class. The end of a run is then one shift and one count, whatever the run is made of.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>

namespace ringfence::sip {

// Each plane is paid for at every window: what is rarely asked for is cheaper read character by character.
inline constexpr std::size_t kPlanes = 5;
inline constexpr std::size_t kWindow = 64;  // characters in a Window

/// Bit i of a plane tells whether character i is in the class; bits behind the text are clear.
struct Window {
  std::array<std::uint64_t, kPlanes> planes;
};

/// The classes that a reader tells apart, in the forms in which the classifiers want them. NUL is in no
/// class, so that what stands behind a text ends every run.
struct Alphabet {
  alignas(64) std::array<std::uint8_t, 128> classes{};  // by ASCII character; plane p is bit 7 - p
  std::uint8_t beyond_ascii = 0;                        // the same for every byte above 127
  /// By plane and low half of a character: bit h is set when the character with high half h is in the class.
  /// Each stands there twice, for registers of 32 bytes.
  alignas(32) std::array<std::array<std::uint8_t, 32>, kPlanes> columns{};

  [[nodiscard]] static constexpr std::uint8_t bit(std::size_t plane) {
    return static_cast<std::uint8_t>(0x80U >> plane);
  }
  [[nodiscard]] constexpr std::uint8_t classes_of(char c) const {
    const auto byte = static_cast<unsigned char>(c);
    return byte < classes.size() ? classes[byte] : beyond_ascii;
  }
};

/// `in_class(c, plane)` is asked for every character at compile time. Bytes above 127 must all be in the same
/// classes: none of our grammars tells them apart.
template <class InClass>
consteval Alphabet make_alphabet(InClass in_class) {
  Alphabet alphabet;
  for (std::size_t plane = 0; plane < kPlanes; ++plane) {
    const std::uint8_t bit = Alphabet::bit(plane);
    for (unsigned c = 0; c < 256; ++c) {
      if (!in_class(static_cast<char>(c), plane)) continue;
      if (c == 0) throw "NUL must be in no class";
      if (c < 128) {
        alphabet.classes[c] = static_cast<std::uint8_t>(alphabet.classes[c] | bit);
        for (const unsigned place : {c & 15U, 16 + (c & 15U)}) {
          std::uint8_t& column = alphabet.columns[plane][place];
          column = static_cast<std::uint8_t>(column | 1U << (c >> 4U));
        }
      } else {
        if (c > 128 && (alphabet.beyond_ascii & bit) == 0) throw "bytes above 127 are in the same classes";
        alphabet.beyond_ascii = static_cast<std::uint8_t>(alphabet.beyond_ascii | bit);
      }
    }
    if ((alphabet.beyond_ascii & bit) != 0 && !in_class(static_cast<char>(255), plane))
      throw "bytes above 127 are in the same classes";
  }
  return alphabet;
}

/// What may end a line or part a list, in 64 characters: bit i is about character i.
struct Marks {
  std::uint64_t
      controls;  // below 0x20. TAB is among them: rarer than the instruction that would leave it out
  std::uint64_t commas;

  friend constexpr bool operator==(const Marks&, const Marks&) = default;
};

[[nodiscard]] constexpr bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20;
}

/// Fills the window from `size` characters at `text`, at most kWindow of them; looks at no other byte.
using Classify = void (*)(const Alphabet& alphabet, const char* text, std::size_t size, Window& window);

/// Looks at exactly 64 characters.
using Mark = Marks (*)(const char* text);

/// One way to classify, and whether this machine can.
struct Classifier {
  const char* name;
  Classify classify;
  Mark mark;
  bool (*runs_here)();
};

/// All ways, the slowest and simplest first; the others must give the same bits (planes_test.cpp,
/// planes_fuzz.cpp).
[[nodiscard]] std::span<const Classifier> classifiers();

namespace detail {
extern constinit Classifier best_classifier;  // chosen once, before main()
}

inline void classify(const Alphabet& alphabet, const char* text, std::size_t size, Window& window) {
  detail::best_classifier.classify(alphabet, text, size, window);
}
[[nodiscard]] inline Marks mark(const char* text) {
  return detail::best_classifier.mark(text);
}

}  // namespace ringfence::sip
