// SPDX-License-Identifier: Apache-2.0
// Step: one thing done to a request.
#pragma once

#include <string_view>

#include "pipeline/context.h"
#include "pipeline/verdict.h"
#include "sip/message.h"

namespace ringfence::pipeline {

/// One instance per shard, called on that shard only. Does not block, throw or allocate.
class Step {
 public:
  virtual ~Step() = default;
  [[nodiscard]] virtual Verdict on_request(const sip::Message& request, Context& context) = 0;
};

/// A row of the pipeline: which requests a step is asked about.
struct StepRow {
  std::string_view name;
  bool (*applies)(const sip::Message& request, const Context& context);
  Step* step;  ///< owned by the shard's parts list
};

[[nodiscard]] inline bool on_every_request(const sip::Message&, const Context&) {
  return true;
}
/// The request carries a To-tag: it claims to belong to a dialog (RFC 3261 §12.2).
[[nodiscard]] inline bool inside_dialog(const sip::Message& request, const Context&) {
  return !request.to_tag().empty();
}
[[nodiscard]] inline bool outside_dialog(const sip::Message& request, const Context&) {
  return request.to_tag().empty();
}
template <sip::Method kMethod>
[[nodiscard]] bool only(const sip::Message& request, const Context&) {
  return request.method() == kMethod;
}

}  // namespace ringfence::pipeline
