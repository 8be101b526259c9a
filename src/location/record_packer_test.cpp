// SPDX-License-Identifier: Apache-2.0
// Packed records, their memory, and their form in the journal.
#include "location/record_packer.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "base/random.h"
#include "location/binding_record.h"
#include "location/register_update.h"

namespace ringfence::location {
namespace {

using std::chrono::seconds;

/// Bindings of any shape, and the texts they view.
class RandomBindings {
 public:
  explicit RandomBindings(std::uint64_t seed) : random_{seed} {}

  std::vector<Binding> some() {
    texts_.clear();
    texts_.reserve(Bounds::contacts * 5);
    std::vector<Binding> bindings(1 + random_.below(5));
    for (Binding& binding : bindings) fill(binding);
    return bindings;
  }

 private:
  std::string_view text(std::size_t least, std::size_t most) {
    return texts_.emplace_back(least + random_.below(most - least + 1),
                               static_cast<char>('a' + random_.below(26)));
  }
  base::IpAddress address() {
    if (random_.below(2) == 0)
      return base::IpAddress::v4(192, 0, 2, static_cast<std::uint8_t>(random_.below(256)));
    base::IpAddress::Raw raw{};
    random_.fill(std::as_writable_bytes(std::span{raw}));
    return base::IpAddress{raw};
  }
  void fill(Binding& binding) {
    binding.contact = text(1, Bounds::contact);
    binding.call_id = text(0, Bounds::call_id);
    binding.instance = text(0, Bounds::instance);
    binding.path = text(0, 100);
    binding.user_agent = text(0, Bounds::user_agent);
    binding.flow.remote = {address(), static_cast<std::uint16_t>(random_.below(65536))};
    if (random_.below(2) == 0) binding.flow.local = address();
    if (random_.below(2) == 0) {
      binding.flow.connection.slot = static_cast<std::uint32_t>(random_.below(1000));
      binding.flow.connection.generation = 1 + static_cast<std::uint32_t>(random_.below(1000));
      binding.flow.connection.shard = static_cast<net::ShardId>(random_.below(8));
    }
    binding.flow.listener = static_cast<net::ListenerId>(random_.below(4));
    binding.flow.protocol = static_cast<net::Protocol>(random_.below(5));
    binding.granted = seconds{60 + random_.below(3600)};
    binding.expires = base::MonoTime{seconds{1 + random_.below(50)} + binding.granted};
    binding.registered = std::chrono::sys_seconds{seconds{1'700'000'000 + random_.below(1000)}};
    binding.cseq = static_cast<std::uint32_t>(random_.next());
    binding.reg_id = static_cast<std::uint32_t>(random_.below(3));
    binding.q = static_cast<std::uint16_t>(random_.below(1001));
    binding.reloaded = random_.below(2) == 0;
  }

  base::SeededRandom random_;
  std::vector<std::string> texts_;
};

bool same(const Binding& a, const Binding& b) {
  return a.contact == b.contact && a.call_id == b.call_id && a.instance == b.instance && a.path == b.path &&
         a.user_agent == b.user_agent && a.flow == b.flow && a.expires == b.expires &&
         a.granted == b.granted && a.registered == b.registered && a.cseq == b.cseq && a.reg_id == b.reg_id &&
         a.q == b.q && a.reloaded == b.reloaded;
}

TEST_CASE("a record unpacks to the bindings it was packed from (random, seeded)") {
  RecordArena arena;
  RandomBindings random{1};
  for (unsigned round = 0; round < 200; ++round) {
    const std::vector<Binding> bindings = random.some();
    const AorRecord* const record = RecordPacker::pack(arena, "sip:1001@example.test", bindings);
    CHECK(record->aor() == "sip:1001@example.test");
    REQUIRE(record->size() == bindings.size());
    std::size_t at = 0;
    base::MonoTime first = base::MonoTime::max();
    for (const Binding binding : *record) {
      CHECK(same(binding, bindings[at]));
      first = std::min(first, binding.expires);
      ++at;
    }
    CHECK(at == bindings.size());
    CHECK(record->first_expiry() == first);
    RecordPacker::destroy(record);
  }
}

TEST_CASE("a usual phone takes less than 200 bytes") {
  RecordArena arena;
  Binding binding;
  binding.contact = "sip:100001@192.0.2.17:5060;transport=udp";
  binding.call_id = "3848276298220188511@192.0.2.17";
  binding.user_agent = "baseline-phone/1.0";
  binding.flow.remote = {base::IpAddress::v4(192, 0, 2, 17), 5060};
  const AorRecord* const record = RecordPacker::pack(arena, "sip:100001@bench.example", {&binding, 1});
  CHECK(record->bytes() < 200);
  RecordPacker::destroy(record);
}

TEST_CASE("blocks that were given back are used again") {
  RecordArena arena;
  for (const std::size_t bytes : {std::size_t{1}, std::size_t{16}, std::size_t{17}, RecordArena::kLargest}) {
    void* const block = arena.take(bytes);
    RecordArena::give(block, bytes);
    CHECK(arena.take(bytes) == block);
    RecordArena::give(block, bytes);
  }
  const std::size_t reserved = arena.reserved_bytes();
  RecordArena::give(arena.take(RecordArena::kLargest + 1), RecordArena::kLargest + 1);
  CHECK(arena.reserved_bytes() == reserved);
}

TEST_CASE("the journal's form keeps everything but connections, and moves lifetimes to the new clock") {
  RandomBindings random{2};
  const Moment before{base::MonoTime{seconds{40}}, base::WallTime{seconds{1'800'000'000}}};
  const Moment after{base::MonoTime{seconds{7}}, before.wall + seconds{30}};
  std::vector<std::byte> bytes;
  for (unsigned round = 0; round < 50; ++round) {
    const std::vector<Binding> bindings = random.some();
    bytes.clear();
    base::ByteWriter out{bytes};
    write_binding_record(out, "sip:1001@example.test", bindings, before);
    const auto record = read_binding_record(bytes, after);
    REQUIRE(record);
    CHECK(record->aor == "sip:1001@example.test");
    REQUIRE(record->bindings.size() == bindings.size());
    for (std::size_t i = 0; i < bindings.size(); ++i) {
      Binding expected = bindings[i];
      expected.flow.connection = {};
      expected.reloaded = true;
      expected.expires += (after.mono - before.mono) - seconds{30};
      CHECK(same(record->bindings[i], expected));
    }
    bool any_cut_reads = false;
    for (std::size_t cut = 0; cut < bytes.size(); cut += 7) {
      any_cut_reads = any_cut_reads || read_binding_record({bytes.data(), cut}, after).has_value();
    }
    CHECK_FALSE(any_cut_reads);
  }
}

TEST_CASE("a wall clock that went back gives nobody more than was granted") {
  Binding binding;
  binding.contact = "sip:a@b";
  binding.granted = seconds{600};
  binding.expires = base::MonoTime{seconds{700}};
  const Moment before{base::MonoTime{seconds{100}}, base::WallTime{seconds{1'800'000'000}}};
  const Moment after{base::MonoTime{seconds{5}}, before.wall - std::chrono::hours{24}};
  std::vector<std::byte> bytes;
  base::ByteWriter out{bytes};
  write_binding_record(out, "sip:a@b", {&binding, 1}, before);
  const auto record = read_binding_record(bytes, after);
  REQUIRE(record);
  CHECK(record->bindings[0].expires == base::MonoTime{seconds{605}});
}

}  // namespace
}  // namespace ringfence::location
