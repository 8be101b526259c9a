// SPDX-License-Identifier: Apache-2.0
// Records of bindings from any bytes: no crash, and what is read writes the same bytes again.
#include <algorithm>
#include <cstdint>
#include <vector>

#include "base/assert.h"
#include "base/quiescent.h"
#include "location/binding_record.h"
#include "location/location.h"

using namespace ringfence;

namespace {

void same(const location::Binding& a, const location::Binding& b) {
  RF_ASSERT(a.contact == b.contact && a.call_id == b.call_id && a.instance == b.instance);
  RF_ASSERT(a.path == b.path && a.user_agent == b.user_agent);
  RF_ASSERT(a.expires == b.expires && a.granted == b.granted && a.registered == b.registered);
  RF_ASSERT(a.cseq == b.cseq && a.reg_id == b.reg_id && a.q == b.q && a.reloaded && b.reloaded);
  RF_ASSERT(a.flow == b.flow);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const base::Bytes bytes{reinterpret_cast<const std::byte*>(data), size};
  const location::Moment now{base::MonoTime{std::chrono::hours{1}},
                             base::WallTime{std::chrono::seconds{1'800'000'000}}};

  base::QuiescentDomain readers{1};
  location::Location location{{.seed = {1, 2}, .shards = 2}, readers};
  const auto record = location::read_binding_record(bytes, now);
  RF_ASSERT(location.reload(bytes, now) == record.has_value());
  if (!record) return 0;

  std::vector<std::byte> written;
  base::ByteWriter out{written};
  location::write_binding_record(out, record->aor, record->bindings, now);
  RF_ASSERT(written.size() == size && written.size() <= location::kMaxBindingRecord);
  const auto again = location::read_binding_record(written, now);
  RF_ASSERT(again && again->aor == record->aor && again->bindings.size() == record->bindings.size());
  for (std::size_t i = 0; i < again->bindings.size(); ++i) same(again->bindings[i], record->bindings[i]);

  // Once brought into range, a record is its own copy, byte for byte, however often it is written.
  std::vector<std::byte> twice;
  base::ByteWriter out_again{twice};
  location::write_binding_record(out_again, again->aor, again->bindings, now);
  RF_ASSERT(twice == written);

  const auto live =
      std::ranges::count_if(record->bindings, [&](const auto& binding) { return binding.live(now.mono); });
  RF_ASSERT(location.bindings() == static_cast<std::uint64_t>(live));
  return 0;
}
