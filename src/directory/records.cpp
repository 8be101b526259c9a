// SPDX-License-Identifier: Apache-2.0
// The compact form of a subscriber: a header, the upper halves of long ids, then username, number and the
// HA1s it has.
#include "directory/records.h"

#include <string.h>  // explicit_bzero

#include <algorithm>
#include <cstring>
#include <new>

#include "base/assert.h"

namespace ringfence::directory {
namespace {

constexpr std::size_t index_of(crypto::HashKind kind) {
  return static_cast<std::size_t>(kind);
}
constexpr unsigned bit_of(crypto::HashKind kind) {
  return 1U << index_of(kind);
}

/// Bytes of the HA1s present that are stored before those of `end`.
std::size_t ha1_bytes_before(unsigned present, std::size_t end) {
  std::size_t total = 0;
  for (std::size_t i = 0; i < end; ++i) {
    if ((present & bit_of(kHa1Kinds[i])) != 0) total += crypto::size_of(kHa1Kinds[i]);
  }
  return total;
}

constexpr std::uint32_t low_half(Id id) {
  return static_cast<std::uint32_t>(id);
}
constexpr std::uint32_t high_half(Id id) {
  return static_cast<std::uint32_t>(id >> 32U);
}

bool has_long_ids(const SubscriberValues& values) {
  return high_half(values.tenant | values.domain | values.customer) != 0;
}

std::size_t tail_bytes(const SubscriberValues& values) {
  std::size_t total = values.username.size() + values.number.size();
  for (const auto kind : kHa1Kinds) total += values.ha1.get(kind).size();
  return total;
}

}  // namespace

Ha1Set::~Ha1Set() {
  ::explicit_bzero(bytes_.data(), bytes_.size());
}

base::Bytes Ha1Set::get(crypto::HashKind kind) const {
  if ((present_ & bit_of(kind)) == 0) return {};
  return base::Bytes{bytes_}.subspan(index_of(kind) * crypto::kLongestHash, crypto::size_of(kind));
}

void Ha1Set::set(crypto::HashKind kind, base::Bytes value) {
  RF_ASSERT(value.size() == crypto::size_of(kind));
  std::copy(value.begin(), value.end(), bytes_.data() + index_of(kind) * crypto::kLongestHash);
  present_ = static_cast<std::uint8_t>(present_ | bit_of(kind));
}

bool operator==(const Ha1Set& a, const Ha1Set& b) {
  return a.present_ == b.present_ && a.bytes_ == b.bytes_;
}

Subscriber::Subscriber(const SubscriberValues& values)
    : id_{values.id},
      low_{low_half(values.tenant), low_half(values.domain), low_half(values.customer)},
      state_{values.state},
      username_size_{static_cast<std::uint8_t>(values.username.size())},
      number_size_{static_cast<std::uint8_t>(values.number.size())},
      ha1_present_{0},
      wide_{has_long_ids(values)} {
  auto* at = reinterpret_cast<char*>(this + 1);
  const auto append = [&at](const void* from, std::size_t size) {
    if (size > 0) std::memcpy(at, from, size);
    at += size;
  };
  const Halves high{high_half(values.tenant), high_half(values.domain), high_half(values.customer)};
  if (wide_) append(high.data(), sizeof(high));
  append(values.username.data(), values.username.size());
  append(values.number.data(), values.number.size());
  for (const auto kind : kHa1Kinds) {
    const auto value = values.ha1.get(kind);
    if (value.empty()) continue;
    append(value.data(), value.size());
    ha1_present_ = (ha1_present_ | bit_of(kind)) & 0x7fU;
  }
}

Subscriber::Owner Subscriber::make(const SubscriberValues& values) {
  RF_ASSERT(values.username.size() <= kMaxUsername && values.number.size() <= kMaxNumber);
  const std::size_t ids = has_long_ids(values) ? sizeof(Halves) : 0;
  void* block = ::operator new(sizeof(Subscriber) + ids + tail_bytes(values));
  return Owner{new (block) Subscriber{values}};
}

void Subscriber::Destroy::operator()(const Subscriber* subscriber) const {
  auto* block = const_cast<Subscriber*>(subscriber);
  const std::size_t size = block->bytes();
  block->~Subscriber();
  ::explicit_bzero(static_cast<void*>(block), size);
  ::operator delete(static_cast<void*>(block));
}

base::Bytes Subscriber::ha1(crypto::HashKind kind) const {
  if ((ha1_present_ & bit_of(kind)) == 0) return {};
  const char* first = tail() + username_size_ + number_size_;
  const auto* at = reinterpret_cast<const std::byte*>(first) + ha1_bytes_before(ha1_present_, index_of(kind));
  return {at, crypto::size_of(kind)};
}

SubscriberValues Subscriber::values() const {
  SubscriberValues values{id_, tenant(),  domain(), state_, std::string{username()}, std::string{number()},
                          {},  customer()};
  for (const auto kind : kHa1Kinds) {
    if (const auto value = ha1(kind); !value.empty()) values.ha1.set(kind, value);
  }
  return values;
}

std::size_t Subscriber::bytes() const {
  return sizeof(Subscriber) + (wide_ ? sizeof(Halves) : 0) + username_size_ + number_size_ +
         ha1_bytes_before(ha1_present_, kHa1Kinds.size());
}

}  // namespace ringfence::directory
