// SPDX-License-Identifier: Apache-2.0
// Key rings: the files of one purpose in a directory, numbered.
#include "crypto/key_ring.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <system_error>
#include <utility>

#include "base/ascii.h"
#include "base/assert.h"
#include "crypto/key_file.h"

namespace ringfence::crypto {
namespace {

namespace fs = std::filesystem;
using base::fail;
using IdBytes = std::array<std::byte, sizeof(KeyId)>;

constexpr std::string_view kSuffix = ".key";

fs::path file_of(const fs::path& directory, std::string_view purpose, KeyId id) {
  return directory / (std::string{purpose} + '-' + std::to_string(id) + std::string{kSuffix});
}

/// The id in "purpose-12.key"; nullopt for any other name.
std::optional<KeyId> id_in(std::string_view name, std::string_view purpose) {
  if (!name.starts_with(purpose) || !name.ends_with(kSuffix)) return std::nullopt;
  if (name.size() < purpose.size() + 2 + kSuffix.size() || name[purpose.size()] != '-') return std::nullopt;
  name.remove_prefix(purpose.size() + 1);
  name.remove_suffix(kSuffix.size());
  KeyId id = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), id);
  if (error != std::errc{} || end != name.data() + name.size() || id == 0) return std::nullopt;
  return id;
}

base::Result<std::vector<KeyId>> ids_in(const fs::path& directory, std::string_view purpose) {
  std::error_code error;
  std::vector<KeyId> ids;
  for (fs::directory_iterator at{directory, error}, end; !error && at != end; at.increment(error)) {
    if (const auto id = id_in(at->path().filename().string(), purpose)) ids.push_back(*id);
  }
  if (error)
    return fail("cannot list " + directory.string(), error.message(),
                "check owner and mode of the directory");
  std::sort(ids.begin(), ids.end());
  return ids;
}

base::Result<void> make_directory(const fs::path& directory) {
  std::error_code error;
  if (fs::create_directories(directory, error)) fs::permissions(directory, fs::perms::owner_all, error);
  if (error)
    return fail("cannot make " + directory.string(), error.message(), "check that its parent is writable");
  return {};
}

IdBytes bytes_of(KeyId id) {
  IdBytes bytes{};
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::byte>(id >> (8 * i));
  return bytes;
}

KeyId id_of(base::Bytes bytes) {
  KeyId id = 0;
  for (std::size_t i = 0; i < sizeof(KeyId); ++i) id |= std::to_integer<KeyId>(bytes[i]) << (8 * i);
  return id;
}

std::vector<std::byte> joined(base::Bytes first, base::Bytes second) {
  std::vector<std::byte> both(first.size() + second.size());
  std::copy(second.begin(), second.end(), std::copy(first.begin(), first.end(), both.begin()));
  return both;
}

}  // namespace

base::Result<KeyRing> KeyRing::open(const fs::path& directory, std::string_view purpose,
                                    base::Random& random) {
  RF_ASSERT(!purpose.empty() && std::all_of(purpose.begin(), purpose.end(), [](char c) {
    return (base::is_alnum(c) && base::to_lower(c) == c) || c == '-';
  }));
  if (auto made = make_directory(directory); !made) return std::unexpected(std::move(made.error()));
  auto ids = ids_in(directory, purpose);
  if (!ids) return std::unexpected(std::move(ids.error()));
  if (ids->empty()) ids->push_back(1);
  if (ids->size() > kMaxKeys) {
    return fail("cannot use the keys in " + directory.string(),
                "more than 1024 keys for " + std::string{purpose},
                "remove the oldest that nothing is sealed with");
  }

  KeyRing ring;
  ring.directory_ = directory;
  ring.purpose_ = purpose;
  for (const KeyId id : *ids) {
    auto key = read_or_create_key_file(file_of(directory, purpose, id), random);
    if (!key) return std::unexpected(std::move(key.error()));
    ring.entries_.push_back({id, std::move(*key)});
  }
  return ring;
}

KeyRing KeyRing::ephemeral(base::Random& random) {
  std::array<std::byte, 32> bytes{};
  random.fill(bytes);
  KeyRing ring;
  ring.entries_.push_back({1, Key{bytes}});
  return ring;
}

base::Result<KeyId> KeyRing::rotate(base::Random& random) {
  const KeyId id = newest().id + 1;
  if (entries_.size() >= kMaxKeys || id == 0) {
    return fail("cannot add a key", "the ring is full", "remove the oldest keys that nothing is sealed with");
  }
  if (directory_.empty()) {
    entries_.push_back({id, ephemeral(random).newest().key});
    return id;
  }
  auto key = create_key_file(file_of(directory_, purpose_, id), random);
  if (!key) return std::unexpected(std::move(key.error()));
  entries_.push_back({id, std::move(*key)});
  return id;
}

const Key* KeyRing::find(KeyId id) const {
  const auto at = std::lower_bound(entries_.begin(), entries_.end(), id,
                                   [](const Entry& entry, KeyId wanted) { return entry.id < wanted; });
  return at != entries_.end() && at->id == id ? &at->key : nullptr;
}

std::vector<std::byte> KeyRing::seal(base::Random& random, base::Bytes associated, base::Bytes plain) const {
  const IdBytes id = bytes_of(newest().id);
  return joined(id, aead_seal(newest().key, random, joined(id, associated), plain));
}

std::optional<std::vector<std::byte>> KeyRing::unseal(base::Bytes associated, base::Bytes sealed) const {
  if (sealed.size() < sizeof(KeyId) + kAeadOverhead) return std::nullopt;
  const base::Bytes id = sealed.first(sizeof(KeyId));
  const Key* key = find(id_of(id));
  if (key == nullptr) return std::nullopt;
  return aead_open(*key, joined(id, associated), sealed.subspan(sizeof(KeyId)));
}

}  // namespace ringfence::crypto
