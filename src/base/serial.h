// SPDX-License-Identifier: Apache-2.0
// ByteWriter and ByteReader: little-endian records for the journal and for messages between processes.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/bytes.h"

namespace ringfence::base {

/// Writes into a buffer of fixed size (never allocates; a shard may use it) or at the end of a growing
/// vector.
class ByteWriter {
 public:
  explicit ByteWriter(MutableBytes out) : out_{out} {}
  explicit ByteWriter(std::vector<std::byte>& grows) : grows_{&grows}, size_{grows.size()} {}

  ByteWriter& u8(std::uint8_t value) { return number(value, 1); }
  ByteWriter& u16(std::uint16_t value) { return number(value, 2); }
  ByteWriter& u32(std::uint32_t value) { return number(value, 4); }
  ByteWriter& u64(std::uint64_t value) { return number(value, 8); }
  ByteWriter& i64(std::int64_t value) { return u64(static_cast<std::uint64_t>(value)); }
  ByteWriter& boolean(bool value) { return u8(value ? 1 : 0); }
  /// A u32 length, then the bytes. At most 4 GiB.
  ByteWriter& text(std::string_view value) { return blob(as_bytes(value)); }
  ByteWriter& blob(Bytes value);
  /// The bytes alone: for fixed sizes that the reader knows.
  ByteWriter& raw(Bytes value);

  /// False once something did not fit; nothing is written from then on.
  [[nodiscard]] bool ok() const { return ok_; }
  [[nodiscard]] std::size_t size() const { return size_; }
  /// What stands in the buffer, with what the vector held before.
  [[nodiscard]] Bytes written() const {
    return grows_ != nullptr ? Bytes{*grows_} : Bytes{out_.first(size_)};
  }

 private:
  ByteWriter& number(std::uint64_t value, std::size_t bytes);
  std::byte* claim(std::size_t count);

  MutableBytes out_;
  std::vector<std::byte>* grows_ = nullptr;
  std::size_t size_ = 0;
  bool ok_ = true;
};

/// Reads what a ByteWriter wrote. Bytes may come from a damaged file: after the first read past the end ok()
/// is false and every further read gives zero or nothing, so a record is read whole and checked once.
class ByteReader {
 public:
  explicit ByteReader(Bytes in) : in_{in} {}

  [[nodiscard]] std::uint8_t u8() { return static_cast<std::uint8_t>(number(1)); }
  [[nodiscard]] std::uint16_t u16() { return static_cast<std::uint16_t>(number(2)); }
  [[nodiscard]] std::uint32_t u32() { return static_cast<std::uint32_t>(number(4)); }
  [[nodiscard]] std::uint64_t u64() { return number(8); }
  [[nodiscard]] std::int64_t i64() { return static_cast<std::int64_t>(u64()); }
  /// Anything but 0 and 1 is an error.
  [[nodiscard]] bool boolean();
  /// Views into the bytes that are read; they live as long as those.
  [[nodiscard]] std::string_view text() { return as_text(blob()); }
  [[nodiscard]] Bytes blob() { return raw(u32()); }
  [[nodiscard]] Bytes raw(std::size_t count);

  [[nodiscard]] bool ok() const { return ok_; }
  /// Everything was read and nothing was missing.
  [[nodiscard]] bool finished() const { return ok_ && in_.empty(); }
  [[nodiscard]] std::size_t remaining() const { return in_.size(); }

 private:
  std::uint64_t number(std::size_t bytes);

  Bytes in_;
  bool ok_ = true;
};

}  // namespace ringfence::base
