// SPDX-License-Identifier: Apache-2.0
// The classes that the readers of SIP tell apart: one alphabet for header values, one for URIs.
#pragma once

#include <algorithm>
#include <array>

#include "sip/chars.h"
#include "sip/planes.h"

namespace ringfence::sip {

/// Some of our character classes as an alphabet. Names its planes by class.
template <CharClass... kClasses>
struct ClassAlphabet {
  static constexpr std::array kOrder{kClasses...};
  static_assert(kOrder.size() <= kPlanes);

  static constexpr Alphabet kTables =
      make_alphabet([](char c, std::size_t plane) { return plane < kOrder.size() && is(kOrder[plane], c); });

  static consteval bool knows(CharClass char_class) {
    return std::find(kOrder.begin(), kOrder.end(), char_class) != kOrder.end();
  }
  static consteval std::size_t plane_of(CharClass char_class) {
    const auto place = std::find(kOrder.begin(), kOrder.end(), char_class);
    if (place == kOrder.end()) throw "the alphabet does not know this class";
    return static_cast<std::size_t>(place - kOrder.begin());
  }
};

using ValueAlphabet = ClassAlphabet<kToken, kParamValue, kQuoted, kAlnum, kHostChar>;
using UriAlphabet = ClassAlphabet<kUser, kUriParam, kUriOpaque, kAlnum, kHostChar>;

}  // namespace ringfence::sip
