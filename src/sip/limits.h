// SPDX-License-Identifier: Apache-2.0
// Hard caps on what a stranger may send, checked before any work is spent on it.
#pragma once

#include <cstddef>

namespace ringfence::sip {

struct Limits {
  static constexpr std::size_t kMaxMessage = 65535;  // offsets in MessageIndex have 16 bits
  static constexpr std::size_t kMaxHeaders = 128;    // rows in MessageIndex

  std::size_t message = kMaxMessage;  // bytes of a whole message; values above kMaxMessage mean kMaxMessage
  std::size_t headers = kMaxHeaders;  // header rows; values above kMaxHeaders mean kMaxHeaders
  std::size_t header_bytes = 8192;    // one header field with its folds
  std::size_t uri_bytes = 1024;       // the Request-URI
  std::size_t vias = 70;              // Via values
  std::size_t contacts = 16;          // Contact values
};

/// Parameters of one value or URI; readers refuse more.
inline constexpr std::size_t kMaxParameters = 64;

}  // namespace ringfence::sip
