// SPDX-License-Identifier: Apache-2.0
// A ring of keys for one purpose: the newest seals, every older one still opens.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/failure.h"
#include "base/random.h"
#include "crypto/aead.h"

namespace ringfence::crypto {

/// Number of a key within its ring: 1, 2, 3… It travels with what the key sealed; it wraps never.
using KeyId = std::uint32_t;

/// The files `<purpose>-<id>.key` of one directory (DIR/keys). Immutable between rotations; start-up and
/// provisioning threads only, shards take copies of the keys they need.
class KeyRing {
 public:
  struct Entry {
    KeyId id = 0;
    Key key;
  };

  static constexpr std::size_t kMaxKeys = 1024;

  /// Reads the keys of `purpose` (lower case letters, digits, '-'); makes the directory (mode 0700) and key 1
  /// when there are none.
  [[nodiscard]] static base::Result<KeyRing> open(const std::filesystem::path& directory,
                                                  std::string_view purpose, base::Random& random);
  /// A ring of one key that lives in memory: tests, and keys that need not survive the process.
  [[nodiscard]] static KeyRing ephemeral(base::Random& random);

  /// Adds a key with the next id; from now on it seals. Old keys keep opening until their files are removed.
  [[nodiscard]] base::Result<KeyId> rotate(base::Random& random);

  [[nodiscard]] const Entry& newest() const { return entries_.back(); }
  [[nodiscard]] const Key* find(KeyId id) const;
  [[nodiscard]] const std::vector<Entry>& entries() const { return entries_; }  ///< oldest first, never empty

  /// key id (4, little-endian) | aead_seal() under the newest key, with the key id authenticated too.
  [[nodiscard]] std::vector<std::byte> seal(base::Random& random, base::Bytes associated,
                                            base::Bytes plain) const;
  /// nullopt: the key is not here, or the bytes are not what we sealed for `associated`.
  [[nodiscard]] std::optional<std::vector<std::byte>> unseal(base::Bytes associated,
                                                             base::Bytes sealed) const;

 private:
  KeyRing() = default;

  std::filesystem::path directory_;  // empty: in memory
  std::string purpose_;
  std::vector<Entry> entries_;
};

}  // namespace ringfence::crypto
