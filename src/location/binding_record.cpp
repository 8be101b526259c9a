// SPDX-License-Identifier: Apache-2.0
// Writing and reading the journal's records of bindings.
#include "location/binding_record.h"

#include <algorithm>
#include <cstring>

#include "location/register_update.h"

namespace ringfence::location {
namespace {

constexpr std::uint8_t kVersion = 1;

// Length fields, addresses and numbers of one binding take about 120 bytes.
static_assert(kMaxBindingRecord >= Bounds::contacts * (Bounds::contact + Bounds::call_id + Bounds::instance +
                                                       Bounds::path + Bounds::user_agent + 160) +
                                       Bounds::aor + 16);

void write_address(base::ByteWriter& out, const base::IpAddress& address) {
  out.raw(std::as_bytes(std::span{address.raw()}));
}

base::IpAddress read_address(base::ByteReader& in) {
  base::IpAddress::Raw raw{};
  const base::Bytes bytes = in.raw(raw.size());
  if (bytes.size() == raw.size()) std::memcpy(raw.data(), bytes.data(), raw.size());
  return base::IpAddress{raw};
}

void write_binding(base::ByteWriter& out, const Binding& binding, const Moment& now) {
  out.i64(now.to_wall(binding.expires).time_since_epoch().count());
  out.i64(binding.granted.count());
  out.i64(binding.registered.time_since_epoch().count());
  out.u32(binding.cseq).u32(binding.reg_id).u16(binding.q);
  write_address(out, binding.flow.remote.address);
  out.u16(binding.flow.remote.port);
  write_address(out, binding.flow.local);
  out.u8(binding.flow.listener).u8(static_cast<std::uint8_t>(binding.flow.protocol));
  out.text(binding.contact)
      .text(binding.call_id)
      .text(binding.instance)
      .text(binding.path)
      .text(binding.user_agent);
}

/// Times come from a file: they are brought into range before anybody calculates with them. Tables hold whole
/// seconds of the monotonic line, the file milliseconds of the wall: the nearest second is the one that was
/// written, where rounding up would add one with each restart.
base::MonoTime bridged(std::int64_t wall_ms, std::chrono::seconds granted, const Moment& now) {
  constexpr std::int64_t kFarthest = std::int64_t{1} << 42;  // the year 2109
  const base::WallTime expires{std::chrono::milliseconds{std::clamp<std::int64_t>(wall_ms, 0, kFarthest)}};
  const base::MonoTime nearest{std::chrono::round<std::chrono::seconds>(now.to_mono(expires))};
  return std::min(nearest, now.mono + granted);
}

bool plausible(const Binding& binding) {
  return !binding.contact.empty() && binding.contact.size() <= Bounds::contact &&
         binding.call_id.size() <= Bounds::call_id && binding.instance.size() <= Bounds::instance &&
         binding.path.size() <= Bounds::path && binding.user_agent.size() <= Bounds::user_agent &&
         binding.q <= Binding::kFullQ && binding.flow.protocol <= net::Protocol::Wss;
}

std::optional<Binding> read_binding(base::ByteReader& in, const Moment& now) {
  constexpr std::int64_t kLastSecond = 0xffff'ffff;
  Binding binding;
  const std::int64_t expires = in.i64();
  binding.granted = std::chrono::seconds{std::clamp<std::int64_t>(in.i64(), 0, kLastSecond)};
  binding.registered =
      std::chrono::sys_seconds{std::chrono::seconds{std::clamp<std::int64_t>(in.i64(), 0, kLastSecond)}};
  binding.cseq = in.u32();
  binding.reg_id = in.u32();
  binding.q = in.u16();
  binding.flow.remote.address = read_address(in);
  binding.flow.remote.port = in.u16();
  binding.flow.local = read_address(in);
  binding.flow.listener = in.u8();
  binding.flow.protocol = static_cast<net::Protocol>(in.u8());
  binding.contact = in.text();
  binding.call_id = in.text();
  binding.instance = in.text();
  binding.path = in.text();
  binding.user_agent = in.text();
  binding.expires = bridged(expires, binding.granted, now);
  binding.reloaded = true;
  if (!in.ok() || !plausible(binding)) return std::nullopt;
  return binding;
}

}  // namespace

void write_binding_record(base::ByteWriter& out, std::string_view aor, std::span<const Binding> bindings,
                          const Moment& now) {
  out.u8(kVersion).text(aor).u8(static_cast<std::uint8_t>(bindings.size()));
  for (const Binding& binding : bindings) write_binding(out, binding, now);
}

std::optional<BindingRecord> read_binding_record(base::Bytes payload, const Moment& now) {
  base::ByteReader in{payload};
  if (in.u8() != kVersion) return std::nullopt;
  BindingRecord record;
  record.aor = in.text();
  const std::size_t count = in.u8();
  if (record.aor.empty() || record.aor.size() > Bounds::aor || count > Bounds::contacts) return std::nullopt;
  for (std::size_t i = 0; i < count; ++i) {
    const auto binding = read_binding(in, now);
    if (!binding) return std::nullopt;
    record.bindings.push_back(*binding);
  }
  if (!in.finished()) return std::nullopt;
  return record;
}

}  // namespace ringfence::location
