// SPDX-License-Identifier: Apache-2.0
// The order of the steps: what happens to a request that belongs to no transaction yet.
#include "app/serve/shard_parts.h"

namespace ringfence::app {
namespace {

using pipeline::inside_dialog;
using pipeline::on_every_request;
using pipeline::only;
using pipeline::outside_dialog;
using sip::Method;

}  // namespace

std::vector<pipeline::StepRow> request_steps(ShardParts& parts) {
  return {
      {"request-checks", on_every_request, &parts.request_checks},  // hops left? extensions we lack?
      {"in-dialog", inside_dialog, &parts.in_dialog},         // membership by token, destination by record
      {"emergency", only<Method::Invite>, &parts.emergency},  // before anything may refuse the call
      {"authenticate", outside_dialog, &parts.authenticate},
      {"registrar", only<Method::Register>, &parts.registrar},
      {"own-requests", outside_dialog, &parts.own_requests},
      {"find-targets", outside_dialog, &parts.find_targets},
      {"forward", on_every_request, &parts.core},
  };
}

}  // namespace ringfence::app
