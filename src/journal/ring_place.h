// SPDX-License-Identifier: Apache-2.0
// Where rings lie best: in memory, where a shard never waits for a page that is being written back.
#pragma once

#include <cstddef>
#include <filesystem>

namespace ringfence::journal {

/// A directory of our own on tmpfs for the rings of this journal, made when missing; `directory` itself when
/// it lies on tmpfs already, or when there is no tmpfs with room for them.
/// @param bytes  what all rings take together
[[nodiscard]] std::filesystem::path place_for_rings(const std::filesystem::path& directory,
                                                    std::size_t bytes);

}  // namespace ringfence::journal
