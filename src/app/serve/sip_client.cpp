// SPDX-License-Identifier: Apache-2.0
// Questions, their answers and their time-outs.
#include "app/serve/sip_client.h"

#include <utility>

namespace ringfence::app {

void SipClient::ask(const boost::json::object& query, Answer then) {
  const auto id = next_id_++;
  if (!link_.open() || !link_.send(LinkKind::Query, id, boost::json::serialize(query))) {
    then(std::unexpected(NoAnswer::Gone));
    return;
  }
  open_.emplace(id, Open{clock_.now() + kPatience, std::move(then)});
}

void SipClient::on_answer(const LinkFrame& frame) {
  auto asked = open_.extract(frame.id);
  if (asked.empty()) return;
  boost::system::error_code error;
  auto value = boost::json::parse(frame.payload, error);
  if (error || !value.is_object() || value.as_object().contains("error")) {
    asked.mapped().then(std::unexpected(NoAnswer::Refused));
  } else {
    asked.mapped().then(std::move(value.as_object()));
  }
}

void SipClient::on_new_link() {
  fail_all(NoAnswer::Gone, base::MonoTime::max());
}

void SipClient::sweep() {
  fail_all(NoAnswer::TimedOut, clock_.now());
}

void SipClient::fail_all(NoAnswer why, base::MonoTime due_by) {
  while (!open_.empty() && open_.begin()->second.until <= due_by) {
    const auto overdue = open_.extract(open_.begin());
    overdue.mapped().then(std::unexpected(why));
  }
}

std::optional<base::MonoTime> SipClient::next_sweep() const {
  if (open_.empty()) return std::nullopt;
  return open_.begin()->second.until;
}

}  // namespace ringfence::app
