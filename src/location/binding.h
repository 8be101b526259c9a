// SPDX-License-Identifier: Apache-2.0
// Binding and AorRecord: all contacts of one address of record, in one immutable piece of memory.
#pragma once

#include <chrono>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string_view>

#include "base/time.h"
#include "net/flow.h"

namespace ringfence::location {

/// One contact of an address of record (RFC 3261 §10.3), as it reads while its record lives.
struct Binding {
  static constexpr std::uint16_t kFullQ = 1000;

  std::string_view contact;  ///< the contact's URI as it was registered, without name and header parameters
  std::string_view call_id;  ///< with `cseq` the order of its updates (§10.3 step 7)
  std::string_view
      instance;           ///< the content of +sip.instance, without quotes: `<urn:uuid:...>`; may be empty
  std::string_view path;  ///< Path values of a trusted edge, comma-separated (RFC 3327); usually empty
  std::string_view user_agent;  ///< cut at Bounds::user_agent
  net::Flow flow;               ///< where its packets go: what it came over, never what the contact claims
  base::MonoTime expires;  ///< not valid from then on: readers must look, removal follows up to seconds later
  std::chrono::seconds granted{0};        ///< the lifetime that the last update was given
  std::chrono::sys_seconds registered{};  ///< when it was first bound
  std::uint32_t cseq = 0;
  std::uint32_t reg_id = 0;  ///< RFC 5626; 0 when the binding does not use outbound
  std::uint16_t q = kFullQ;  ///< thousandths: 0 to 1000
  bool reloaded = false;     ///< lived through a restart: the wall clock bridged its lifetime

  [[nodiscard]] bool live(base::MonoTime now) const { return now < expires; }
  /// Whole seconds left, as a Contact's `expires` parameter tells it; at least 0.
  [[nodiscard]] std::chrono::seconds left(base::MonoTime now) const {
    return live(now) ? std::chrono::floor<std::chrono::seconds>(expires - now) : std::chrono::seconds{0};
  }
};

/// The bindings of one address of record, best first (descending q, then newest). Never changes: an update
/// makes a new one. A reader on a shard may hold it until its turn ends, and must skip what is no longer
/// live().
class AorRecord {
 public:
  class Iterator;

  AorRecord(const AorRecord&) = delete;
  AorRecord& operator=(const AorRecord&) = delete;

  /// Canonical, "1001@example.test" (location/aor.h).
  [[nodiscard]] std::string_view aor() const;
  /// How many bindings, dead ones included; at least 1.
  [[nodiscard]] std::size_t size() const { return count_; }
  [[nodiscard]] Iterator begin() const;
  [[nodiscard]] std::default_sentinel_t end() const { return {}; }
  /// When the first of them expires.
  [[nodiscard]] base::MonoTime first_expiry() const;
  /// The bytes this record takes.
  [[nodiscard]] std::size_t bytes() const { return bytes_; }

 private:
  friend class RecordPacker;
  AorRecord(std::uint32_t bytes, std::uint16_t aor_size, std::uint8_t count)
      : bytes_{bytes}, aor_size_{aor_size}, count_{count} {}
  [[nodiscard]] const std::byte* after_header() const { return reinterpret_cast<const std::byte*>(this + 1); }

  std::uint32_t bytes_;
  std::uint16_t aor_size_;
  std::uint8_t count_;
};

/// Unpacks one binding after the other; there is no random access, records have one binding nearly always.
class AorRecord::Iterator {
 public:
  using value_type = Binding;
  using difference_type = std::ptrdiff_t;

  Iterator() = default;
  [[nodiscard]] Binding operator*() const;
  Iterator& operator++();
  void operator++(int) { ++*this; }
  friend bool operator==(const Iterator& it, std::default_sentinel_t) { return it.left_ == 0; }

 private:
  friend class AorRecord;
  Iterator(const std::byte* at, std::size_t left) : at_{at}, left_{left} {}

  const std::byte* at_ = nullptr;
  std::size_t left_ = 0;
};

inline std::string_view AorRecord::aor() const {
  return {reinterpret_cast<const char*>(after_header()), aor_size_};
}
inline AorRecord::Iterator AorRecord::begin() const {
  return {after_header() + aor_size_, count_};
}

}  // namespace ringfence::location
