// SPDX-License-Identifier: Apache-2.0
// Any REGISTER after any other: no crash, all or nothing, and an answer that can be sent.
#include <algorithm>
#include <cstdint>
#include <memory>
#include <string_view>

#include "base/assert.h"
#include "base/random.h"
#include "base/sim_clock.h"
#include "location/location.h"
#include "location/partition.h"
#include "observe/log.h"
#include "registrar/registrar.h"
#include "sip/message.h"
#include "sip/text.h"

using namespace ringfence;

namespace {

class Anywhere final : public registrar::ContactPolicy {
  [[nodiscard]] bool is_ourselves(const sip::Uri& contact, const net::Flow&) const override {
    return contact.host == "example.test";
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  observe::Log::set_level(observe::Level::Error);
  base::SimClock clock;
  base::SeededRandom random{1};
  base::QuiescentDomain readers{1};
  location::Location location{{.seed = {1, 2}, .shards = 1}, readers};
  location::Partition& partition = location.partition(0);
  partition.attach(clock, random, clock.timers());
  const Anywhere policy;
  registrar::Registrar registrar{partition, policy, clock};

  // Messages are separated by a zero byte.
  std::string_view rest{reinterpret_cast<const char*>(data), size};
  for (unsigned count = 0; count < 8 && !rest.empty(); ++count) {
    const std::string_view text = rest.substr(0, rest.find('\0'));
    rest.remove_prefix(std::min(rest.size(), text.size() + 1));
    sip::MessageIndex index;
    if (!sip::parse(text, index)) continue;
    const sip::Message message{text, index};
    if (!message.is_request()) continue;

    const std::uint64_t before = location.bindings();
    const auto headers = std::make_unique<pipeline::ReplyHeaders>();
    const auto answer = registrar.answer(message, {"1001@example.test", {}, count % 2 == 0}, *headers);
    RF_ASSERT(answer.status == 200 || answer.status >= 400);
    RF_ASSERT(answer.status == 200 || location.bindings() == before);
    RF_ASSERT(location.bindings() <= partition.policy().max_contacts);
    for (const sip::HeaderLine& line : headers->lines()) RF_ASSERT(sip::is_safe(line.value));
    clock.run_for(std::chrono::seconds{40});
  }
  return 0;
}
