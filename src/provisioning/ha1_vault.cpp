// SPDX-License-Identifier: Apache-2.0
// Sealing HA1s.
#include "provisioning/ha1_vault.h"

#include <array>
#include <cstring>

#include "base/encoding.h"
#include "crypto/ha1.h"

namespace ringfence::provisioning {
namespace {

using store::SubscriberField;

/// Where the HA1 of each algorithm stands, and the name the algorithm has in SIP (RFC 8760 §2.1).
struct Stored {
  crypto::HashKind kind;
  SubscriberField column;
  std::string_view algorithm;
};
constexpr std::array kStored{
    Stored{crypto::HashKind::Md5, SubscriberField::Ha1Md5, "MD5"},
    Stored{crypto::HashKind::Sha256, SubscriberField::Ha1Sha256, "SHA-256"},
    Stored{crypto::HashKind::Sha512_256, SubscriberField::Ha1Sha512_256, "SHA-512-256"}};

/// Sealed with each HA1: so one that is moved to another row or column does not open.
std::string associated(store::Id id, const Stored& stored) {
  return "ha1 " + std::to_string(id) + " " + std::string{stored.algorithm};
}

std::string associated_with(store::Id preference) {
  return "preference " + std::to_string(preference);
}

}  // namespace

directory::Ha1Set ha1_of(std::string_view username, std::string_view realm, std::string_view password) {
  directory::Ha1Set set;
  for (const Stored& stored : kStored) {
    const auto value = crypto::ha1(stored.kind, username, realm, password);
    set.set(stored.kind, value.bytes());
  }
  return set;
}

void Ha1Vault::seal_into(store::Row& subscriber, const directory::Ha1Set& ha1) {
  for (const Stored& stored : kStored) {
    const auto plain = ha1.get(stored.kind);
    store::Value& cell = subscriber[stored.column];
    if (plain.empty()) {
      cell = std::monostate{};
      continue;
    }
    const auto sealed =
        crypto::aead_seal(key_, random_, base::as_bytes(associated(subscriber.id, stored)), plain);
    cell = std::string{base::as_text(sealed)};
  }
}

std::optional<directory::Ha1Set> Ha1Vault::open(const store::Row& subscriber) const {
  directory::Ha1Set set;
  for (const Stored& stored : kStored) {
    const auto sealed = store::text_of(subscriber[stored.column]);
    if (sealed.empty()) continue;
    const auto plain =
        crypto::aead_open(key_, base::as_bytes(associated(subscriber.id, stored)), base::as_bytes(sealed));
    if (!plain || plain->size() != crypto::size_of(stored.kind)) return std::nullopt;
    set.set(stored.kind, *plain);
  }
  return set;
}

std::string Ha1Vault::seal_text(store::Id preference, std::string_view plain) {
  const auto sealed =
      crypto::aead_seal(key_, random_, base::as_bytes(associated_with(preference)), base::as_bytes(plain));
  std::string text(2 * sealed.size(), '0');
  base::encode_hex(sealed, text);
  return text;
}

std::optional<std::string> Ha1Vault::open_text(store::Id preference, std::string_view sealed) const {
  std::vector<std::byte> bytes(sealed.size() / 2);
  if (base::decode_hex(sealed, bytes) != bytes.size()) return std::nullopt;
  const auto plain = crypto::aead_open(key_, base::as_bytes(associated_with(preference)), bytes);
  return plain ? std::optional{std::string{base::as_text(*plain)}} : std::nullopt;
}

std::string algorithms_in(const store::Row& subscriber) {
  std::string names;
  for (const Stored& stored : kStored) {
    if (store::is_null(subscriber[stored.column])) continue;
    if (!names.empty()) names += ' ';
    names += stored.algorithm;
  }
  return names;
}

}  // namespace ringfence::provisioning
