// SPDX-License-Identifier: Apache-2.0
// Emergency: marks emergency calls before anything may refuse them.
#pragma once

#include <string>
#include <vector>

#include "pipeline/step.h"
#include "routing/counters.h"

namespace ringfence::routing {

/// Sets Priority::Emergency for `emergency.numbers` and urn:service:sos (RFC 5031), for INVITEs outside a
/// dialog.
class Emergency final : public pipeline::Step {
 public:
  /// @param numbers  digits, outlive the step
  Emergency(const std::vector<std::string>& numbers, Counters& counters)
      : numbers_{numbers}, counters_{counters} {}

  [[nodiscard]] pipeline::Verdict on_request(const sip::Message& request,
                                             pipeline::Context& context) override;

 private:
  [[nodiscard]] bool is_emergency(std::string_view request_uri) const;

  const std::vector<std::string>& numbers_;
  Counters& counters_;
};

}  // namespace ringfence::routing
