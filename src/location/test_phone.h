// SPDX-License-Identifier: Apache-2.0
// A phone for tests: it keeps the texts that a RegisterUpdate only views.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/address.h"
#include "location/register_update.h"

namespace ringfence::location {

class TestPhone {
 public:
  explicit TestPhone(std::string name, std::string call_id = "call-1")
      : aor_{name + "@example.test"}, uri_{"sip:" + name + "@192.0.2.7:5060"}, call_id_{std::move(call_id)} {}

  [[nodiscard]] const std::string& aor() const { return aor_; }
  [[nodiscard]] const std::string& uri() const { return uri_; }
  TestPhone& contact(std::string uri) {
    uri_ = std::move(uri);
    return *this;
  }

  /// A REGISTER for our one contact, with the next CSeq.
  [[nodiscard]] RegisterUpdate refresh(std::optional<std::chrono::seconds> expires = std::chrono::seconds{
                                           600}) {
    contacts_ = {{.uri = uri_, .expires = expires}};
    return with(contacts_);
  }
  [[nodiscard]] RegisterUpdate with(std::vector<ContactUpdate> contacts) {
    contacts_ = std::move(contacts);
    RegisterUpdate update = bare();
    update.contacts = contacts_;
    return update;
  }
  [[nodiscard]] RegisterUpdate remove_all() {
    RegisterUpdate update = bare();
    update.wildcard = true;
    return update;
  }
  [[nodiscard]] RegisterUpdate query() { return bare(); }

 private:
  [[nodiscard]] RegisterUpdate bare() {
    RegisterUpdate update;
    update.aor = aor_;
    update.call_id = call_id_;
    update.cseq = ++cseq_;
    update.user_agent = "phone/1.0";
    update.flow.remote = {base::IpAddress::v4(198, 51, 100, 7), 5060};
    update.flow.listener = 0;
    return update;
  }

  std::string aor_;
  std::string uri_;
  std::string call_id_;
  std::uint32_t cseq_ = 0;
  std::vector<ContactUpdate> contacts_;
};

}  // namespace ringfence::location
