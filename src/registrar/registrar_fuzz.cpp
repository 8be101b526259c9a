// SPDX-License-Identifier: Apache-2.0
// Any REGISTER after any other: no crash, all or nothing, and an answer that can be sent.
#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

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

constexpr std::string_view kAor = "1001@example.test";

/// Who is bound, and until when: a refused request must leave all of it as it was.
std::vector<std::pair<std::string, base::MonoTime>> contacts_of(const location::Location& location) {
  std::vector<std::pair<std::string, base::MonoTime>> contacts;
  const auto* const record = location.find(kAor);
  if (record == nullptr) return contacts;
  for (const location::Binding binding : *record) contacts.emplace_back(binding.contact, binding.expires);
  return contacts;
}

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

    const auto before = contacts_of(location);
    const auto headers = std::make_unique<pipeline::ReplyHeaders>();
    const auto answer = registrar.answer(message, {kAor, {}, count % 2 == 0}, *headers);
    RF_ASSERT(answer.status == 200 || answer.status >= 400);
    const auto after = contacts_of(location);
    RF_ASSERT(answer.status == 200 || after == before);
    RF_ASSERT(after.size() == location.bindings());
    for (const auto& [contact, expires] : after)
      RF_ASSERT(expires - clock.now() <= partition.policy().max_expires + std::chrono::seconds{1});
    RF_ASSERT(location.bindings() <= partition.policy().max_contacts);
    for (const sip::HeaderLine& line : headers->lines()) RF_ASSERT(sip::is_safe(line.value));
    clock.run_for(std::chrono::seconds{40});
  }
  return 0;
}
