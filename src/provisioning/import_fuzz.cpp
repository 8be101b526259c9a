// SPDX-License-Identifier: Apache-2.0
// Any bytes as a file of rows of any kind: all of its rows are stored, or nothing is, and what was stored
// goes out and in again.
#include <cstdint>
#include <string>

#include "base/assert.h"
#include "provisioning/import.h"
#include "store/memory_store.h"

using namespace ringfence;
using namespace ringfence::provisioning;

namespace {

const store::Actor kActor{"fuzzer", "test"};

struct Platform {
  base::ManualClock clock;
  base::SeededRandom random{1};
  store::MemoryStore store{clock};
  Service service{store, crypto::Key{}, random, [](std::span<const directory::Change>) {}};

  /// Something that rows of any kind may belong to.
  Platform() {
    (void)service.add(Kind::Domain, "a.test", {}, kActor);
    (void)service.add(Kind::Subscriber, "1@a.test", {{"password", "long enough"}}, kActor);
    (void)service.add(Kind::RewriteSet, "s", {}, kActor);
    (void)service.add(Kind::PeerGroup, "g", {}, kActor);
    (void)service.add(Kind::BillingProfile, "b", {}, kActor);
  }
  std::uint64_t rows() {
    std::uint64_t rows = 0;
    for (const Definition& of : model::definitions()) rows += store.count(of.kind, {}).value();
    return rows;
  }
};

/// Hashing the password of an administrator is slow on purpose.
Kind kind_of(std::uint8_t byte) {
  const auto kind = static_cast<Kind>(byte % model::kKinds);
  return kind == Kind::Admin ? Kind::Customer : kind;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const Kind kind = kind_of(data[0]);
  const std::string_view file{reinterpret_cast<const char*>(data + 1), size - 1};
  Platform platform;
  const auto before = platform.rows();
  Import import{platform.service, kind, kActor};
  import.feed(file.substr(0, file.size() / 2));
  import.feed(file.substr(file.size() / 2));
  const auto imported = import.finish([](std::size_t, std::size_t) {});
  RF_ASSERT(platform.rows() == before + (imported ? imported->rows : 0));
  if (!imported) {
    RF_ASSERT(!imported.error().failure.why.empty());
    return 0;
  }
  // What was taken can be shown, and refers only to what is there.
  const auto page = platform.service.export_page(kind, {}, 0, Service::kMaxPage, Secrets::Written);
  RF_ASSERT(page.has_value());
  RF_ASSERT(platform.service.load([](std::span<const directory::Change>) {}).has_value());
  return 0;
}
