// SPDX-License-Identifier: Apache-2.0
// A service over a store in memory, with a directory that learns what it tells: what tests of provisioning
// work on.
#pragma once

#include <doctest/doctest.h>

#include "directory/directory.h"
#include "provisioning/service.h"
#include "store/memory_store.h"

namespace ringfence::provisioning {

struct TestBench {
  base::ManualClock clock;
  base::SeededRandom random{1};
  store::FailingStore store{clock};
  base::QuiescentDomain readers{1};
  directory::Directory directory{readers, {1, 2}};
  std::size_t told = 0;  ///< changes so far
  store::Actor actor{"tester", "test"};
  Service service = make({});

  Service make(PasswordPolicy passwords) {
    return Service{store, key(), random,
                   [this](std::span<const directory::Change> changes) { learn(changes); }, passwords};
  }
  static crypto::Key key(int fill = 7) {
    std::array<std::byte, 32> bytes{};
    bytes.fill(static_cast<std::byte>(fill));
    return crypto::Key{bytes};
  }
  void learn(std::span<const directory::Change> changes) {
    told += changes.size();
    REQUIRE(directory.apply(changes));
  }

  const directory::Snapshot& now() const { return directory.snapshot(); }
  const directory::Subscriber* subscriber(std::string_view user, std::string_view domain) const {
    const auto* realm = now().domain(domain);
    return realm != nullptr ? now().subscriber(user, *realm) : nullptr;
  }
  void add_domain(std::string_view name) { REQUIRE(service.add(Kind::Domain, name, {}, actor)); }
};

template <class T>
void check_refused(const Outcome<T>& outcome, Reason reason, std::string_view said) {
  REQUIRE_FALSE(outcome);
  const auto& failure = outcome.error().failure;
  INFO(failure.what, ": ", failure.why, " > ", failure.next);
  CHECK(outcome.error().reason == reason);
  CHECK((failure.what + failure.why + failure.next).find(said) != std::string::npos);
  CHECK_FALSE(failure.next.empty());
}

inline std::string text(const Record& record, std::string_view name) {
  const Cell* cell = record.find(name);
  REQUIRE(cell != nullptr);
  if (const auto* number = std::get_if<std::int64_t>(cell)) return std::to_string(*number);
  if (const auto* flag = std::get_if<bool>(cell)) return *flag ? "true" : "false";
  const auto* words = std::get_if<std::string>(cell);
  return words != nullptr ? *words : "";
}

}  // namespace ringfence::provisioning
