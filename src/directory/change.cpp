// SPDX-License-Identifier: Apache-2.0
// Changes to bytes and back. The first byte says what follows.
#include "directory/change.h"

#include <string>
#include <utility>

namespace ringfence::directory {
namespace {

/// A value of an enum whose last enumerator is `last`.
template <class Enum>
bool read_enum(base::ByteReader& in, Enum last, Enum& out) {
  const std::uint8_t value = in.u8();
  if (!in.ok() || value > static_cast<std::uint8_t>(last)) return false;
  out = static_cast<Enum>(value);
  return true;
}

/// Any kind but none.
bool read_kind(base::ByteReader& in, Kind& out) {
  return read_enum(in, static_cast<Kind>(model::kKinds - 1), out);
}

bool read_text(base::ByteReader& in, std::size_t longest, std::string& out) {
  const std::string_view text = in.text();
  if (!in.ok() || text.size() > longest) return false;
  out = text;
  return true;
}

bool read_address(base::ByteReader& in, base::Endpoint& out) {
  base::IpAddress::Raw raw{};
  const base::Bytes bytes = in.raw(raw.size());
  if (bytes.size() != raw.size()) return false;
  for (std::size_t i = 0; i < raw.size(); ++i) raw[i] = std::to_integer<std::uint8_t>(bytes[i]);
  out = {base::IpAddress{raw}, in.u16()};
  return in.ok();
}

bool read_ha1(base::ByteReader& in, Ha1Set& out) {
  for (const auto kind : kHa1Kinds) {
    const base::Bytes value = in.blob();
    if (value.empty()) continue;
    if (value.size() != crypto::size_of(kind)) return false;
    out.set(kind, value);
  }
  return in.ok();
}

void write(base::ByteWriter&, const LoadBegin&) {}
bool read(base::ByteReader&, LoadBegin&) {
  return true;
}

void write(base::ByteWriter&, const LoadEnd&) {}
bool read(base::ByteReader&, LoadEnd&) {
  return true;
}

void write(base::ByteWriter& out, const Domain& domain) {
  out.u64(domain.id).u64(domain.tenant).u8(static_cast<std::uint8_t>(domain.state));
  out.text(domain.name).text(domain.zone);
}
bool read(base::ByteReader& in, Domain& domain) {
  domain.id = in.u64();
  domain.tenant = in.u64();
  return read_enum(in, State::Terminated, domain.state) && read_text(in, kMaxHost, domain.name) &&
         read_text(in, model::kMaxName, domain.zone);
}

void write(base::ByteWriter& out, const SubscriberValues& values) {
  out.u64(values.id).u64(values.tenant).u64(values.domain).u64(values.customer);
  out.u8(static_cast<std::uint8_t>(values.state));
  out.text(values.username).text(values.number);
  for (const auto kind : kHa1Kinds) out.blob(values.ha1.get(kind));
}
bool read(base::ByteReader& in, SubscriberValues& values) {
  values.id = in.u64();
  values.tenant = in.u64();
  values.domain = in.u64();
  values.customer = in.u64();
  return read_enum(in, State::Terminated, values.state) && read_text(in, kMaxUsername, values.username) &&
         read_text(in, kMaxNumber, values.number) && read_ha1(in, values.ha1);
}

void write(base::ByteWriter& out, const Peer& peer) {
  out.u64(peer.id).u64(peer.tenant).u64(peer.group).u16(peer.weight).text(peer.name).text(peer.host);
  out.raw(std::as_bytes(std::span{peer.address.address.raw()})).u16(peer.address.port);
  out.u8(static_cast<std::uint8_t>(peer.protocol)).boolean(peer.is_default).boolean(peer.transit);
  out.boolean(peer.enabled);
}
bool read(base::ByteReader& in, Peer& peer) {
  peer.id = in.u64();
  peer.tenant = in.u64();
  peer.group = in.u64();
  peer.weight = in.u16();
  if (!read_text(in, model::kMaxName, peer.name) || !read_text(in, kMaxHost, peer.host) ||
      !read_address(in, peer.address) || !read_enum(in, net::Protocol::Wss, peer.protocol)) {
    return false;
  }
  peer.is_default = in.boolean();
  peer.transit = in.boolean();
  peer.enabled = in.boolean();
  return in.ok();
}

void write(base::ByteWriter& out, const Removal& removal) {
  out.u8(static_cast<std::uint8_t>(removal.kind)).u64(removal.id);
}
bool read(base::ByteReader& in, Removal& removal) {
  if (!read_kind(in, removal.kind)) return false;
  removal.id = in.u64();
  return in.ok();
}

/// What a cell is, as the byte in front of it says: the place of its alternative in model::Value.
enum class Cell : std::uint8_t { Null, Number, Text };

void write_cell(base::ByteWriter& out, const model::Value& cell) {
  out.u8(static_cast<std::uint8_t>(cell.index()));
  if (const auto* number = std::get_if<std::int64_t>(&cell)) out.i64(*number);
  if (const auto* text = std::get_if<std::string>(&cell)) out.text(*text);
}
bool read_cell(base::ByteReader& in, model::Value& cell) {
  Cell is = Cell::Null;
  if (!read_enum(in, Cell::Text, is)) return false;
  if (is == Cell::Number) cell = in.i64();
  if (is == Cell::Text && !read_text(in, model::kMaxListText, cell.emplace<std::string>())) return false;
  return in.ok();
}

void write(base::ByteWriter& out, const EntryValues& values) {
  out.u8(static_cast<std::uint8_t>(values.kind)).u64(values.id).u64(values.tenant);
  out.u8(static_cast<std::uint8_t>(values.cells.size()));
  for (const model::Value& cell : values.cells) write_cell(out, cell);
}
bool read(base::ByteReader& in, EntryValues& values) {
  if (!read_kind(in, values.kind) || !is_entry_kind(values.kind)) return false;
  values.id = in.u64();
  values.tenant = in.u64();
  values.cells.resize(in.u8());
  for (model::Value& cell : values.cells) {
    if (!read_cell(in, cell)) return false;
  }
  return fits(values);
}

template <class T>
std::optional<Change> read_as(base::ByteReader& in) {
  T value;
  if (!read(in, value)) return std::nullopt;
  return Change{std::move(value)};
}

/// One reader for each alternative, in their order.
template <std::size_t... I>
std::optional<Change> read_alternative(base::ByteReader& in, std::size_t which, std::index_sequence<I...>) {
  constexpr std::array kReaders{&read_as<std::variant_alternative_t<I, Change>>...};
  return which < kReaders.size() ? kReaders[which](in) : std::nullopt;
}

}  // namespace

void write_change(base::ByteWriter& out, const Change& change) {
  out.u8(static_cast<std::uint8_t>(change.index()));
  std::visit([&out](const auto& value) { write(out, value); }, change);
}

std::optional<Change> read_change(base::ByteReader& in) {
  const std::uint8_t which = in.u8();
  if (!in.ok()) return std::nullopt;
  return read_alternative(in, which, std::make_index_sequence<std::variant_size_v<Change>>{});
}

}  // namespace ringfence::directory
