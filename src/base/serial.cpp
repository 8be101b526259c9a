// SPDX-License-Identifier: Apache-2.0
// Byte order and bounds of serialised records.
#include "base/serial.h"

#include <cstring>
#include <limits>

namespace ringfence::base {

std::byte* ByteWriter::claim(std::size_t count) {
  if (!ok_) return nullptr;
  const std::size_t at = size_;
  if (grows_ != nullptr) {
    grows_->resize(at + count);
    size_ += count;
    return grows_->data() + at;
  }
  if (count > out_.size() - at) {
    ok_ = false;
    return nullptr;
  }
  size_ += count;
  return out_.data() + at;
}

ByteWriter& ByteWriter::number(std::uint64_t value, std::size_t bytes) {
  if (std::byte* const at = claim(bytes)) {
    for (std::size_t i = 0; i < bytes; ++i) at[i] = static_cast<std::byte>((value >> (8 * i)) & 0xff);
  }
  return *this;
}

ByteWriter& ByteWriter::raw(Bytes value) {
  if (value.empty()) return *this;
  if (std::byte* const at = claim(value.size())) std::memcpy(at, value.data(), value.size());
  return *this;
}

ByteWriter& ByteWriter::blob(Bytes value) {
  if (value.size() > std::numeric_limits<std::uint32_t>::max()) {
    ok_ = false;
    return *this;
  }
  return u32(static_cast<std::uint32_t>(value.size())).raw(value);
}

Bytes ByteReader::raw(std::size_t count) {
  if (!ok_ || count > in_.size()) {
    ok_ = false;
    return {};
  }
  const Bytes taken = in_.first(count);
  in_ = in_.subspan(count);
  return taken;
}

std::uint64_t ByteReader::number(std::size_t bytes) {
  std::uint64_t value = 0;
  const Bytes from = raw(bytes);
  for (std::size_t i = 0; i < from.size(); ++i) value |= std::to_integer<std::uint64_t>(from[i]) << (8 * i);
  return value;
}

bool ByteReader::boolean() {
  const std::uint8_t value = u8();
  if (value > 1) ok_ = false;
  return value == 1;
}

}  // namespace ringfence::base
