// SPDX-License-Identifier: Apache-2.0
// The tables of the database, as data: one row per column. Engines, audit and provisioning read the same
// definitions.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace ringfence::store {

/// Names a row for ever; given once and never again. 0: no row.
using Id = std::uint64_t;

/// Until there are resellers every row belongs to this one.
inline constexpr Id kDefaultTenant = 1;

enum class TableId : std::uint8_t { None, Domain, Subscriber, Peer };

enum class Type : std::uint8_t {
  Integer,
  Flag,  // 0 or 1
  Text,
  Blob,
  Row,  // the id of a row in another table
};
enum class Need : std::uint8_t { Required, Optional };
enum class Show : std::uint8_t { Open, Secret };  // a secret never appears in the audit

struct Column {
  std::string_view name;
  Type type;
  Need need;
  Show show = Show::Open;
  TableId refers_to = TableId::None;  // for Type::Row; such a row cannot go while it is referred to
};

/// Columns, by their place, whose values no two rows share; a row in which one of them is null is no rival.
struct Unique {
  std::array<std::uint8_t, 2> columns;
  std::uint8_t count;

  constexpr explicit Unique(std::uint8_t only) : columns{only, 0}, count{1} {}
  constexpr Unique(std::uint8_t first, std::uint8_t second) : columns{first, second}, count{2} {}
  [[nodiscard]] constexpr std::span<const std::uint8_t> places() const { return {columns.data(), count}; }
};

/// What operators call a row: the text of one column, for some "@" and the key of the row it belongs to.
struct Key {
  static constexpr std::uint8_t kNone = 0xff;

  std::uint8_t name;
  std::uint8_t within = kNone;  // a column of Type::Row
};

/// Beside its columns every table has id, tenant, created and changed (milliseconds since 1970, UTC).
struct Table {
  TableId id;
  std::string_view name;
  std::span<const Column> columns;
  std::span<const Unique> uniques;
  Key key;
};

/// The places of the columns, so that code reads row[SubscriberColumn::Number].
enum class DomainColumn : std::uint8_t { Name };
enum class SubscriberColumn : std::uint8_t {
  Domain,
  Username,
  Number,
  State,
  Ha1Md5,
  Ha1Sha256,
  Ha1Sha512_256
};
enum class PeerColumn : std::uint8_t { Name, Address, Transport, IsDefault, Transit };

/// All tables, those that are referred to first.
[[nodiscard]] std::span<const Table> tables();
[[nodiscard]] const Table& table(TableId id);

}  // namespace ringfence::store
