// SPDX-License-Identifier: Apache-2.0
// How long texts may be that shards look up or keep.
#pragma once

#include <cstddef>

namespace ringfence::model {

inline constexpr std::size_t kMaxHost = 255;       ///< a domain name or bracketed address, in characters
inline constexpr std::size_t kMaxUsername = 255;   ///< in characters, unescaped
inline constexpr std::size_t kMaxNumber = 32;      ///< digits; E.164 needs 15, the rest is for prefixes
inline constexpr std::size_t kMaxName = 64;        ///< what operators call a thing
inline constexpr std::size_t kMaxText = 255;       ///< any other text of a row, in bytes
inline constexpr std::size_t kMaxListText = 4096;  ///< a preference that is a list, in bytes

}  // namespace ringfence::model
