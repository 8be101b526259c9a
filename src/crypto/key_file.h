// SPDX-License-Identifier: Apache-2.0
// Keys on disk: 32 random bytes in a file that only its owner can read.
#pragma once

#include <filesystem>

#include "base/failure.h"
#include "base/random.h"
#include "crypto/aead.h"

namespace ringfence::crypto {

/// Reads a key. Refuses anything but a regular file of 32 bytes, owned by us or root, closed to group and
/// others.
[[nodiscard]] base::Result<Key> read_key_file(const std::filesystem::path& path);

/// Writes a new random key with mode 0600. Whole or not at all: a crash leaves no half key.
/// @error the file exists already: a key is never overwritten
[[nodiscard]] base::Result<Key> create_key_file(const std::filesystem::path& path, base::Random& random);

/// Reads the key, or creates it when there is none; of two processes that race, both get the winner's.
[[nodiscard]] base::Result<Key> read_or_create_key_file(const std::filesystem::path& path,
                                                        base::Random& random);

}  // namespace ringfence::crypto
