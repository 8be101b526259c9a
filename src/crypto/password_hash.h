// SPDX-License-Identifier: Apache-2.0
// Passwords of people as argon2id hashes (RFC 9106), which take time and memory on purpose.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace ringfence::crypto {

/// A text with salt and parameters in it. Takes some 64 MiB and a tenth of a second: never on a shard.
/// @error nullopt  there was no memory
[[nodiscard]] std::optional<std::string> hash_password(std::string_view password);

/// Whether the hash was made of this password. Takes as long as making it; false for what is no hash.
[[nodiscard]] bool verify_password(const std::string& hash, std::string_view password);

}  // namespace ringfence::crypto
