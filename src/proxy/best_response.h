// SPDX-License-Identifier: Apache-2.0
// Which of several final responses goes back (RFC 3261 §16.7 step 6).
#pragma once

#include <cstdint>

namespace ringfence::proxy {

/// Lower is better. Any 6xx wins; then the lowest class; within 4xx those that tell the caller how to try
/// again (401, 407, 415, 420, 484) come first. A 503 loses to its equals: it says little about the request.
[[nodiscard]] constexpr unsigned preference(std::uint16_t status) {
  const unsigned rank = status >= 600 ? 0 : static_cast<unsigned>(status / 100);
  switch (status) {
    case 401:
    case 407:
    case 415:
    case 420:
    case 484:
      return rank * 10;
    case 503:
      return rank * 10 + 2;
    default:
      return rank * 10 + 1;
  }
}

}  // namespace ringfence::proxy
