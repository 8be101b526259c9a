// SPDX-License-Identifier: Apache-2.0
#include "directory/change.h"

#include <doctest/doctest.h>

#include <vector>

#include "directory/test_values.h"

using namespace ringfence;
using namespace ringfence::directory;

namespace {

std::vector<std::byte> bytes_of(const Change& change) {
  std::vector<std::byte> bytes;
  base::ByteWriter writer{bytes};
  write_change(writer, change);
  return bytes;
}

std::optional<Change> read(std::span<const std::byte> bytes) {
  base::ByteReader reader{bytes};
  return read_change(reader);
}

std::vector<Change> one_of_each() {
  SubscriberValues alice{3, 1, 1, State::Locked, "alice", "43123", {}, 12};
  alice.ha1.set(crypto::HashKind::Md5, std::vector<std::byte>(16, std::byte{7}));
  const auto address = base::Endpoint::parse("[2001:db8::1]:5060").value();
  std::vector<Change> changes{
      LoadBegin{},
      LoadEnd{},
      Domain{1, 2, "example.test", State::Locked, "Europe/Vienna"},
      alice,
      SubscriberValues{4, 1, 1, State::Terminated, "", "", {}},
      SubscriberValues{Id{1} << 40U, Id{1} << 33U, Id{2} << 33U, State::Active, "long", "", {}, Id{3} << 33U},
      Peer{5, 1, "carrier", address, net::Protocol::Wss, true, false, 8, 1000, false, "carrier.test"},
      Removal{Kind::Peer, 6},
      Removal{Kind::Admin, 7}};
  for (const model::Definition& definition : model::definitions()) {
    if (is_entry_kind(definition.kind)) changes.emplace_back(test::entry(definition.kind, 9));
  }
  return changes;
}

}  // namespace

TEST_CASE("a change survives its way through bytes") {
  const std::vector<Change> changes = one_of_each();
  std::vector<std::byte> bytes;
  base::ByteWriter writer{bytes};
  for (const Change& change : changes) write_change(writer, change);
  base::ByteReader reader{bytes};
  for (const Change& change : changes) {
    const auto read = read_change(reader);
    REQUIRE(read);
    CHECK(*read == change);
  }
  CHECK(reader.finished());
}

TEST_CASE("a change that ends early is refused, wherever that is") {
  for (const Change& change : one_of_each()) {
    const auto bytes = bytes_of(change);
    CAPTURE(change.index());
    for (std::size_t size = 0; size < bytes.size(); ++size) CHECK_FALSE(read(std::span{bytes}.first(size)));
  }
}

TEST_CASE("an entry whose cells are not those of its kind is refused") {
  const model::Value long_text{std::in_place_type<std::string>, 256, '1'};
  EntryValues wrong = test::alias(1, "43123", 2);
  SUBCASE("one too few") {
    wrong.cells.pop_back();
  }
  SUBCASE("one too many") {
    wrong.cells.emplace_back();
  }
  SUBCASE("a text where a number belongs") {
    wrong.cells[1] = std::string{"2"};
  }
  SUBCASE("a number where a text belongs") {
    wrong.cells[0] = std::int64_t{43123};
  }
  SUBCASE("a text that is too long") {
    wrong.cells[0] = long_text;
  }
  SUBCASE("nothing where something must be") {
    wrong.cells[0] = {};
  }
  SUBCASE("a kind with a record of its own") {
    wrong.kind = Kind::Domain;
  }
  SUBCASE("a kind that calls do not read") {
    wrong.kind = Kind::Contact;
  }
  SUBCASE("no kind at all") {
    wrong.kind = Kind::None;
  }
  CHECK_FALSE(read(bytes_of(wrong)));
}

TEST_CASE("kinds and states that nobody knows are refused") {
  CHECK_FALSE(read(bytes_of(Removal{Kind::None, 1})));
  CHECK_FALSE(read(bytes_of(Domain{1, 1, "a.test", static_cast<State>(3)})));
  CHECK_FALSE(read(std::vector{std::byte{7}}));
}
