// SPDX-License-Identifier: Apache-2.0
// CRC32C (Castagnoli), as iSCSI uses it: what every frame of the journal is checked with.
#pragma once

#include <cstdint>

#include "base/bytes.h"

namespace ringfence::journal {

/// The CRC32C of the bytes (RFC 3720 §B.4). Uses the processor's instruction where there is one.
[[nodiscard]] std::uint32_t crc32c(base::Bytes bytes);

namespace detail {
/// The same by table, for other processors and for the test that compares the two.
[[nodiscard]] std::uint32_t crc32c_by_table(base::Bytes bytes);
}  // namespace detail

}  // namespace ringfence::journal
