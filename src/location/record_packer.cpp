// SPDX-License-Identifier: Apache-2.0
// Packing and unpacking records.
#include "location/record_packer.h"

#include <algorithm>
#include <cstring>
#include <new>

#include "base/assert.h"
#include "location/register_update.h"

namespace ringfence::location {
namespace {

/// The fixed part of a packed binding.
struct Fixed {
  std::uint32_t expires;     // seconds on the monotonic line: good for 136 years of uptime
  std::uint32_t granted;     // seconds
  std::uint32_t registered;  // seconds since 1970: good until 2106
  std::uint32_t cseq;
  std::uint32_t reg_id;
  std::uint16_t q;
  std::uint16_t contact;  // sizes of the texts behind
  std::uint16_t path;
  std::uint8_t call_id;
  std::uint8_t instance;
  std::uint8_t user_agent;
  std::uint8_t flags;
  net::ListenerId listener;
  net::Protocol protocol;
};
static_assert(sizeof(Fixed) == 32);
static_assert(Bounds::call_id <= 255 && Bounds::instance <= 255 && Bounds::user_agent <= 255);

enum Flag : std::uint8_t { kReloaded = 1, kRemoteV4 = 2, kLocal = 4, kLocalV4 = 8, kConnected = 16 };

constexpr std::size_t kConnectionBytes = sizeof(net::ConnectionId::slot) +
                                         sizeof(net::ConnectionId::generation) +
                                         sizeof(net::ConnectionId::shard);
constexpr std::size_t kV4At = 12;  // of a mapped address, where IPv4 begins

std::size_t address_bytes(bool v4) {
  return v4 ? 4 : 16;
}

std::uint8_t flags_of(const Binding& binding) {
  const net::Flow& flow = binding.flow;
  const bool local = !flow.local.is_unspecified();
  unsigned flags = 0;
  if (binding.reloaded) flags |= kReloaded;
  if (flow.remote.address.is_v4()) flags |= kRemoteV4;
  if (local) flags |= kLocal;
  if (local && flow.local.is_v4()) flags |= kLocalV4;
  if (flow.connection) flags |= kConnected;
  return static_cast<std::uint8_t>(flags);
}

/// What stands between the fixed part and the texts.
std::size_t flow_bytes(std::uint8_t flags) {
  std::size_t bytes = address_bytes((flags & kRemoteV4) != 0) + sizeof(std::uint16_t);
  if ((flags & kLocal) != 0) bytes += address_bytes((flags & kLocalV4) != 0);
  if ((flags & kConnected) != 0) bytes += kConnectionBytes;
  return bytes;
}

Fixed fixed_of(const Binding& binding) {
  using std::chrono::ceil;
  using std::chrono::seconds;
  return {
      .expires = static_cast<std::uint32_t>(ceil<seconds>(binding.expires.time_since_epoch()).count()),
      .granted = static_cast<std::uint32_t>(binding.granted.count()),
      .registered = static_cast<std::uint32_t>(binding.registered.time_since_epoch().count()),
      .cseq = binding.cseq,
      .reg_id = binding.reg_id,
      .q = binding.q,
      .contact = static_cast<std::uint16_t>(binding.contact.size()),
      .path = static_cast<std::uint16_t>(binding.path.size()),
      .call_id = static_cast<std::uint8_t>(binding.call_id.size()),
      .instance = static_cast<std::uint8_t>(binding.instance.size()),
      .user_agent = static_cast<std::uint8_t>(binding.user_agent.size()),
      .flags = flags_of(binding),
      .listener = binding.flow.listener,
      .protocol = binding.flow.protocol,
  };
}

std::size_t packed_bytes(const Fixed& fixed) {
  return sizeof fixed + flow_bytes(fixed.flags) + fixed.contact + fixed.path + fixed.call_id +
         fixed.instance + fixed.user_agent;
}

/// Writes one value after the other.
class Out {
 public:
  explicit Out(std::byte* at) : at_{at} {}
  void bytes(const void* from, std::size_t count) {
    if (count != 0) std::memcpy(at_, from, count);
    at_ += count;
  }
  void text(std::string_view text) { bytes(text.data(), text.size()); }
  template <class T>
  void value(const T& value) {
    bytes(&value, sizeof value);
  }
  void address(const base::IpAddress& address, bool v4) {
    bytes(address.raw().data() + (v4 ? kV4At : 0), address_bytes(v4));
  }
  [[nodiscard]] std::byte* at() const { return at_; }

 private:
  std::byte* at_;
};

/// Reads what Out wrote.
class In {
 public:
  explicit In(const std::byte* at) : at_{at} {}
  [[nodiscard]] std::string_view text(std::size_t size) {
    const std::string_view text{reinterpret_cast<const char*>(at_), size};
    at_ += size;
    return text;
  }
  template <class T>
  [[nodiscard]] T value() {
    T value;
    std::memcpy(&value, at_, sizeof value);
    at_ += sizeof value;
    return value;
  }
  [[nodiscard]] base::IpAddress address(bool v4) {
    base::IpAddress::Raw raw = v4 ? base::IpAddress::v4(0, 0, 0, 0).raw() : base::IpAddress::Raw{};
    std::memcpy(raw.data() + (v4 ? kV4At : 0), at_, address_bytes(v4));
    at_ += address_bytes(v4);
    return base::IpAddress{raw};
  }

 private:
  const std::byte* at_;
};

void write(Out& out, const Binding& binding) {
  const Fixed fixed = fixed_of(binding);
  const net::Flow& flow = binding.flow;
  out.value(fixed);
  out.address(flow.remote.address, (fixed.flags & kRemoteV4) != 0);
  out.value(flow.remote.port);
  if ((fixed.flags & kLocal) != 0) out.address(flow.local, (fixed.flags & kLocalV4) != 0);
  if ((fixed.flags & kConnected) != 0) {
    out.value(flow.connection.slot);
    out.value(flow.connection.generation);
    out.value(flow.connection.shard);
  }
  for (const auto text :
       {binding.contact, binding.call_id, binding.instance, binding.path, binding.user_agent}) {
    out.text(text);
  }
}

net::Flow read_flow(In& in, const Fixed& fixed) {
  net::Flow flow;
  flow.listener = fixed.listener;
  flow.protocol = fixed.protocol;
  flow.remote.address = in.address((fixed.flags & kRemoteV4) != 0);
  flow.remote.port = in.value<std::uint16_t>();
  if ((fixed.flags & kLocal) != 0) flow.local = in.address((fixed.flags & kLocalV4) != 0);
  if ((fixed.flags & kConnected) != 0) {
    flow.connection.slot = in.value<std::uint32_t>();
    flow.connection.generation = in.value<std::uint32_t>();
    flow.connection.shard = in.value<net::ShardId>();
  }
  return flow;
}

}  // namespace

AorRecord* RecordPacker::pack(RecordArena& arena, std::string_view aor, std::span<const Binding> bindings) {
  RF_ASSERT(!bindings.empty() && bindings.size() <= Bounds::contacts);
  std::size_t bytes = sizeof(AorRecord) + aor.size();
  for (const Binding& binding : bindings) bytes += packed_bytes(fixed_of(binding));

  auto* const record = new (arena.take(bytes))
      AorRecord{static_cast<std::uint32_t>(bytes), static_cast<std::uint16_t>(aor.size()),
                static_cast<std::uint8_t>(bindings.size())};
  Out out{reinterpret_cast<std::byte*>(record + 1)};
  out.text(aor);
  for (const Binding& binding : bindings) write(out, binding);
  RF_ASSERT(out.at() == reinterpret_cast<std::byte*>(record) + bytes);
  return record;
}

void RecordPacker::destroy(const AorRecord* record) {
  RecordArena::give(const_cast<AorRecord*>(record), record->bytes());
}

Binding AorRecord::Iterator::operator*() const {
  In in{at_};
  const auto fixed = in.value<Fixed>();
  Binding binding;
  binding.expires = base::MonoTime{std::chrono::seconds{fixed.expires}};
  binding.granted = std::chrono::seconds{fixed.granted};
  binding.registered = std::chrono::sys_seconds{std::chrono::seconds{fixed.registered}};
  binding.cseq = fixed.cseq;
  binding.reg_id = fixed.reg_id;
  binding.q = fixed.q;
  binding.reloaded = (fixed.flags & kReloaded) != 0;
  binding.flow = read_flow(in, fixed);
  binding.contact = in.text(fixed.contact);
  binding.call_id = in.text(fixed.call_id);
  binding.instance = in.text(fixed.instance);
  binding.path = in.text(fixed.path);
  binding.user_agent = in.text(fixed.user_agent);
  return binding;
}

AorRecord::Iterator& AorRecord::Iterator::operator++() {
  Fixed fixed;
  std::memcpy(&fixed, at_, sizeof fixed);
  at_ += packed_bytes(fixed);
  --left_;
  return *this;
}

base::MonoTime AorRecord::first_expiry() const {
  base::MonoTime first = base::MonoTime::max();
  const std::byte* at = after_header() + aor_size_;
  for (std::size_t i = 0; i < count_; ++i) {
    Fixed fixed;
    std::memcpy(&fixed, at, sizeof fixed);
    first = std::min(first, base::MonoTime{std::chrono::seconds{fixed.expires}});
    at += packed_bytes(fixed);
  }
  return first;
}

}  // namespace ringfence::location
