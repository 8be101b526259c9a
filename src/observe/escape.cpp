// SPDX-License-Identifier: Apache-2.0
// Escapes for log lines.
#include "observe/escape.h"

#include <algorithm>
#include <array>

#include "base/ascii.h"

namespace ringfence::observe {
namespace {

/// A code point and the bytes it was read from; `valid` is false for one byte that begins no UTF-8 sequence.
struct CodePoint {
  std::string_view bytes;
  char32_t value = 0;
  bool valid = false;
};

struct Lead {
  unsigned char mask, pattern;
  std::size_t size;
  char32_t least;  // below it the sequence is overlong
};
constexpr auto kLeads = std::to_array<Lead>({
    {0x80, 0x00, 1, 0},
    {0xe0, 0xc0, 2, 0x80},
    {0xf0, 0xe0, 3, 0x800},
    {0xf8, 0xf0, 4, 0x1'0000},
});

CodePoint first_code_point(std::string_view text) {
  const auto first = static_cast<unsigned char>(text.front());
  const CodePoint broken{text.substr(0, 1)};
  const auto lead = std::find_if(kLeads.begin(), kLeads.end(),
                                 [first](const Lead& row) { return (first & row.mask) == row.pattern; });
  if (lead == kLeads.end() || text.size() < lead->size) return broken;
  char32_t value = first & static_cast<unsigned char>(~lead->mask);
  for (std::size_t i = 1; i < lead->size; ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if ((byte & 0xc0) != 0x80) return broken;
    value = (value << 6) | (byte & 0x3f);
  }
  const bool surrogate = value >= 0xd800 && value <= 0xdfff;
  if (value < lead->least || value > 0x10'ffff || surrogate) return broken;
  return {text.substr(0, lead->size), value, true};
}

struct Range {
  char32_t first, last;
};
/// Valid code points that print nothing, break lines, or change what is printed around them.
constexpr auto kUnprintable = std::to_array<Range>({
    {0x00, 0x1f},
    {0x7f, 0xa0},           // DEL, C1 controls (0x9b steers terminals), no-break space
    {0xad, 0xad},           // soft hyphen
    {0x61c, 0x61c},         // Arabic letter mark
    {0x180e, 0x180e},       // Mongolian vowel separator
    {0x2000, 0x200f},       // spaces of every width, zero width, direction marks
    {0x2028, 0x202f},       // line separators, direction embeddings and overrides
    {0x205f, 0x206f},       // invisible operators, direction isolates
    {0x3000, 0x3000},       // ideographic space
    {0xe000, 0xf8ff},       // private use
    {0xfe00, 0xfe0f},       // variation selectors
    {0xfeff, 0xfeff},       // byte order mark
    {0xfff0, 0xffff},       // specials
    {0xe'0000, 0x10'ffff},  // tags, private use
});

bool printable(char32_t value) {
  return std::none_of(kUnprintable.begin(), kUnprintable.end(),
                      [value](const Range& range) { return value >= range.first && value <= range.last; });
}

bool bare(char c) {
  return base::is_alnum(c) || std::string_view{"-_.:@/+%~*#"}.find(c) != std::string_view::npos;
}

struct ShortEscape {
  char character, letter;
};
constexpr auto kShort =
    std::to_array<ShortEscape>({{'"', '"'}, {'\\', '\\'}, {'\n', 'n'}, {'\r', 'r'}, {'\t', 't'}});

bool append_short_escape(base::TextWriter& out, char32_t value) {
  for (const auto& [character, letter] : kShort) {
    if (value != static_cast<char32_t>(character)) continue;
    out.append('\\').append(letter);
    return true;
  }
  return false;
}

void append_utf16(base::TextWriter& out, char32_t value) {
  if (value >= 0x1'0000) {
    out.append("\\u").append_hex(0xd800 + ((value - 0x1'0000) >> 10), 4);
    value = 0xdc00 + ((value - 0x1'0000) & 0x3ff);
  }
  out.append("\\u").append_hex(value, 4);
}

void append_bytes(base::TextWriter& out, std::string_view bytes) {
  for (const char c : bytes) out.append("\\x").append_hex(static_cast<unsigned char>(c), 2);
}

/// Writes `text` in quotes; `unprintable(code_point)` writes what cannot stand for itself.
template <class Unprintable>
void append_quoted(base::TextWriter& out, std::string_view text, Unprintable unprintable) {
  out.append('"');
  while (!text.empty()) {
    const CodePoint point = first_code_point(text);
    text.remove_prefix(point.bytes.size());
    if (point.valid && append_short_escape(out, point.value)) continue;
    if (point.valid && printable(point.value)) {
      out.append(point.bytes);
    } else {
      unprintable(point);
    }
  }
  out.append('"');
}

}  // namespace

void append_text_value(base::TextWriter& out, std::string_view text) {
  if (!text.empty() && std::all_of(text.begin(), text.end(), bare)) {
    out.append(text);
    return;
  }
  append_quoted(out, text, [&out](const CodePoint& point) { append_bytes(out, point.bytes); });
}

void append_json_string(base::TextWriter& out, std::string_view text) {
  append_quoted(out, text, [&out](const CodePoint& point) {
    append_utf16(out, point.valid ? point.value : char32_t{0xfffd});
  });
}

}  // namespace ringfence::observe
