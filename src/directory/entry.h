// SPDX-License-Identifier: Apache-2.0
// Entry: a row of any kind that has no record of its own, as the snapshot keeps it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "model/field.h"
#include "model/kind.h"
#include "model/value.h"

namespace ringfence::directory {

using model::Id;
using model::Kind;

/// An entry as a change carries it.
struct EntryValues {
  Kind kind = Kind::None;
  Id id = 0;
  Id tenant = 0;
  std::vector<model::Value> cells;  ///< in the order of model::definition(kind).fields

  friend bool operator==(const EntryValues&, const EntryValues&) = default;
};

/// Kinds that calls read and that are no Domain, Subscriber or Peer.
[[nodiscard]] bool is_entry_kind(Kind kind);

/// The cells are those of the kind: so many, each of its field's type and within its bounds, and none missing
/// that a row must have. Rules of texts are not asked: who wrote them into the database was.
[[nodiscard]] bool fits(const EntryValues& values);

/// Immutable, one block: 24 bytes, eight for each field, its texts. Places are the enums of model/places.h;
/// only those of the entry's own kind make sense.
class Entry {
 public:
  struct Destroy {
    void operator()(const Entry* entry) const;
  };
  using Owner = std::unique_ptr<const Entry, Destroy>;

  /// @param values  they fit()
  [[nodiscard]] static Owner make(const EntryValues& values);

  Entry(const Entry&) = delete;
  Entry& operator=(const Entry&) = delete;

  [[nodiscard]] Kind kind() const { return kind_; }
  [[nodiscard]] Id id() const { return id_; }
  [[nodiscard]] Id tenant() const { return tenant_; }

  template <class Place>
  [[nodiscard]] bool is_null(Place place) const {
    return index(place) >= fields_ || ((nulls_ >> index(place)) & 1U) != 0;
  }
  /// An Integer, Time (milliseconds since 1970) or Decimal (millionths); 0 when it is null.
  template <class Place>
  [[nodiscard]] std::int64_t integer(Place place) const {
    return static_cast<std::int64_t>(slot(place));
  }
  template <class Place>
  [[nodiscard]] bool flag(Place place) const {
    return slot(place) != 0;
  }
  /// The place of a Choice among Field::choices; 0 when it is null.
  template <class Place>
  [[nodiscard]] std::uint8_t choice(Place place) const {
    return static_cast<std::uint8_t>(slot(place));
  }
  /// The row that is referred to; 0 when it is null.
  template <class Place>
  [[nodiscard]] Id row(Place place) const {
    return slot(place);
  }
  /// Of a field of Type::Text or Blob; empty when it is null. Valid as long as the entry.
  template <class Place>
  [[nodiscard]] std::string_view text(Place place) const {
    return text_in(slot(place));
  }

  [[nodiscard]] EntryValues values() const;

 private:
  using Slot = std::uint64_t;  // of a text: where it begins in the tail, above its size in 32 bits
  static constexpr std::size_t kMostFields = 32;

  Entry(const EntryValues& values, const model::Definition& definition);
  template <class Place>
  [[nodiscard]] static constexpr std::size_t index(Place place) {
    return static_cast<std::size_t>(place);
  }
  /// Outside of the fields there is only nothing: a place of another kind reads no foreign memory.
  template <class Place>
  [[nodiscard]] Slot slot(Place place) const {
    return index(place) < fields_ ? slots()[index(place)] : 0;
  }
  [[nodiscard]] const Slot* slots() const { return reinterpret_cast<const Slot*>(this + 1); }
  [[nodiscard]] Slot* slots() { return reinterpret_cast<Slot*>(this + 1); }
  [[nodiscard]] std::string_view text_in(Slot slot) const {
    const auto* tail = reinterpret_cast<const char*>(slots() + fields_);
    return {tail + (slot >> 32U), slot & 0xffff'ffffU};
  }
  [[nodiscard]] model::Value value_at(std::size_t place, const model::Field& field) const;

  Id id_;
  Id tenant_;
  std::uint32_t nulls_ = 0;  // one bit for each field
  Kind kind_;
  std::uint8_t fields_;
};

}  // namespace ringfence::directory
