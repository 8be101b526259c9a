// SPDX-License-Identifier: Apache-2.0
// The size of a cache line, for data that two threads must not share by accident.
#pragma once

#include <cstddef>

namespace ringfence::base {

/// Fixed rather than taken from the compiler: it is part of layouts that several translation units agree on.
inline constexpr std::size_t kCacheLine = 64;

}  // namespace ringfence::base
