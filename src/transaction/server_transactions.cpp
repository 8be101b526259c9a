// SPDX-License-Identifier: Apache-2.0
// Server transactions: matching, and the side effects of their arrows.
#include "transaction/server_transactions.h"

#include <utility>

#include "transaction/own_message.h"

namespace ringfence::transaction {

/// About 320 bytes. The request goes as soon as no response of the user's needs it any more.
struct ServerTransactions::Transaction {
  Transaction(const base::SlotId& its_id, ServerTransactions& its_home)
      : home{its_home},
        id{its_id},
        clockwork{[](void* self) { of(self).home.on_repeat(of(self)); },
                  [](void* self) { of(self).home.apply(of(self), Event::Limit, {}); }, this} {}

  static Transaction& of(void* self) { return *static_cast<Transaction*>(self); }
  [[nodiscard]] ServerId name() const { return ServerId{id}; }

  ServerTransactions& home;
  const base::SlotId id;
  std::uint64_t cookie = 0;
  Clockwork clockwork;
  ServerKey key;
  std::uint64_t request_tag = 0;  // RFC 2543 only: To tags as tag_hash() has them
  std::uint64_t response_tag = 0;
  base::MonoTime opened{};
  net::Flow back;          // where responses go
  net::PacketRef request;  // until a final response is sent
  KeptMessage kept;        // the last response, where it may have to be sent again
  Machine machine = Machine::ServerOther;
  State state = State::Trying;
  bool reliable = false;
  bool proven = false;     // the source has shown that it is there
  bool cancelled = false;  // the user knows of a CANCEL
};

ServerTransactions::ServerTransactions(transport::Transport& transport, const TimerTable& timers,
                                       base::TextPool& kept, Counters& counters, std::size_t max,
                                       std::uint64_t send_tag_base)
    : transport_{transport},
      timers_{timers},
      kept_{kept},
      counters_{counters},
      send_tag_base_{send_tag_base},
      slots_{max} {}

ServerTransactions::~ServerTransactions() = default;

// --- finding ---

ServerTransactions::Transaction* ServerTransactions::find(const ServerKey& key, const sip::Message& message) {
  const auto slot = index_.find(key.fingerprint.high, [&](std::uint32_t candidate) {
    const Transaction& transaction = *slots_.get(slots_.live_at(candidate));
    return transaction.key == key && (!key.rfc2543 || legacy_tags_match(transaction, message));
  });
  return slot ? slots_.get(slots_.live_at(*slot)) : nullptr;
}

/// §17.2.3 without a magic cookie: an ACK repeats the To tag of the response, everything else that of the
/// request.
bool ServerTransactions::legacy_tags_match(const Transaction& transaction,
                                           const sip::Message& message) const {
  const std::uint64_t shown = tag_hash(message.to_tag(), transport_.keys().seed);
  return shown == (message.method() == sip::Method::Ack ? transaction.response_tag : transaction.request_tag);
}

ServerKey ServerTransactions::key_of(const net::PacketRef& request, const sip::Message& message) const {
  transport::Inbound& inbound = transport::Inbound::of(request);
  if (!inbound.fingerprinted) {
    const ServerKey key = server_key_of(message, request->flow, transport_.keys().seed);
    inbound.fingerprint_high = key.fingerprint.high;
    inbound.fingerprint_low = key.fingerprint.low;
    inbound.rfc2543 = key.rfc2543;
    inbound.fingerprinted = true;
  }
  return {{inbound.fingerprint_high, inbound.fingerprint_low}, inbound.rfc2543};
}

// --- what the user asks for ---

std::optional<ServerId> ServerTransactions::open(const net::PacketRef& request, std::uint64_t cookie) {
  const sip::Message message = transport::message_of(request);
  const ServerKey key = key_of(request, message);
  if (message.method() == sip::Method::Ack || find(key, message) != nullptr) return std::nullopt;

  base::SlotId id;
  Transaction* const transaction = slots_.emplace(id, id, *this);
  if (transaction == nullptr) {
    counters_.add(Counter::ServersRefused);
    return std::nullopt;
  }
  transaction->cookie = cookie;
  transaction->key = key;
  if (key.rfc2543) transaction->request_tag = tag_hash(message.to_tag(), transport_.keys().seed);
  transaction->opened = transport_.shard().now();
  transaction->back = transport::Transport::reply_flow(request);
  transaction->request = request;
  transaction->machine =
      message.method() == sip::Method::Invite ? Machine::ServerInvite : Machine::ServerOther;
  transaction->reliable = net::is_stream(request->flow.protocol);
  transaction->proven = request->source > net::SourceClass::Unknown;
  index_.insert(key.fingerprint.high, id.slot);
  transaction->clockwork.enter(transport_.shard().timers(), transaction->opened, timers_,
                               transaction->machine, State::Reserved, State::Trying, transaction->reliable);
  counters_.add(Counter::ServersOpened);
  return transaction->name();
}

void ServerTransactions::respond(ServerId server, net::PacketRef response) {
  Transaction* const transaction = slots_.get(server.id);
  if (transaction == nullptr) return counters_.add(Counter::LateResponses);
  const unsigned status = status_of(response.text());
  if (status < 100 || status > 699) return counters_.add(Counter::ResponsesForbidden);
  if (transaction->machine == Machine::ServerOther && status == 408) return finish_silently(*transaction);
  if (too_early(*transaction, status)) return counters_.add(Counter::ResponsesForbidden);
  apply(*transaction, event_of(status), response);
}

/// RFC 4320 §4.1: to other requests than INVITE no provisional response but 100, and over unreliable
/// transports not even that before a client retransmits slowly: a 100 that crosses a retransmission only adds
/// packets.
bool ServerTransactions::too_early(const Transaction& transaction, unsigned status) const {
  if (transaction.machine != Machine::ServerOther || status >= 200) return false;
  if (status != 100) return true;
  const base::Nanos age = transport_.shard().now() - transaction.opened;
  return !transaction.reliable && age < timers_.start(TimerName::LateTrying, false);
}

/// RFC 4320 §4.2: no 408 to a request other than INVITE. Its client gave up when we did; what it still sends
/// is absorbed.
void ServerTransactions::finish_silently(Transaction& transaction) {
  counters_.add(Counter::ResponsesForbidden);
  transaction.kept.release();
  apply(transaction, Event::Failure, {});
}

void ServerTransactions::abandon(ServerId server) {
  Transaction* const transaction = slots_.get(server.id);
  if (transaction == nullptr) return;
  if (transaction->state == State::Trying || transaction->state == State::Proceeding) erase(*transaction);
}

net::PacketRef ServerTransactions::packet_of(ServerId server) const {
  const Transaction* const transaction = slots_.get(server.id);
  return transaction == nullptr ? net::PacketRef{} : transaction->request;
}

// --- what arrives ---

bool ServerTransactions::absorb(const net::PacketRef& request) {
  const sip::Message message = transport::message_of(request);
  Transaction* const transaction = find(key_of(request, message), message);
  if (transaction == nullptr) return false;
  const bool ack = message.method() == sip::Method::Ack;
  counters_.add(ack ? Counter::AcksAbsorbed : Counter::RequestsAbsorbed);
  apply(*transaction, ack ? Event::Ack : Event::Request, request);
  return true;
}

bool ServerTransactions::cancel(const net::PacketRef& cancel) {
  const sip::Message message = transport::message_of(cancel);
  Transaction* const invite = find(key_of(cancel, message), message);
  if (invite == nullptr) return false;
  counters_.add(Counter::CancelsMatched);
  // Answered without a transaction of its own: the same answer, tag and all, goes to each copy of the CANCEL.
  (void)transport_.answer(cancel, {.status = 200, .reason = "OK"});
  const bool open = invite->state == State::Trying || invite->state == State::Proceeding;
  if (!open || std::exchange(invite->cancelled, true)) return true;
  user_->on_cancel(invite->name(), invite->cookie, cancel);
  return true;
}

void ServerTransactions::on_not_sent(base::SlotId id) {
  Transaction* const transaction = slots_.get(id);
  if (transaction == nullptr) return;
  counters_.add(Counter::ServersNotSent);
  apply(*transaction, Event::NotSent, {});
}

void ServerTransactions::on_repeat(Transaction& transaction) {
  const base::SlotId id = transaction.id;
  const State before = transaction.state;
  apply(transaction, Event::Repeat, {});
  if (slots_.get(id) == nullptr || transaction.state != before) return;
  net::Shard& shard = transport_.shard();
  transaction.clockwork.again(shard.timers(), shard.now(), timers_, transaction.machine, transaction.state);
}

// --- the machine ---

/// Takes an arrow. The call to the user is the last thing done: it may open, answer or end any transaction.
void ServerTransactions::apply(Transaction& transaction, Event event, const net::PacketRef& packet) {
  const auto step = step_of(transaction.machine, transaction.state, event, transaction.reliable);
  if (!step) {
    const bool of_user = event == Event::Provisional || event == Event::Success || event == Event::Failure;
    if (of_user) counters_.add(Counter::LateResponses);
    return;
  }
  const ServerId name = transaction.name();
  const std::uint64_t cookie = transaction.cookie;

  if (has(step->actions, Action::Send) && packet) send(transaction, packet, step->to);
  if (has(step->actions, Action::SendTrying)) send_trying(transaction);
  if (has(step->actions, Action::Resend)) resend(transaction);
  enter(transaction, step->to);
  tell(name, cookie, *step, packet);
}

void ServerTransactions::enter(Transaction& transaction, State to) {
  const State from = std::exchange(transaction.state, to);
  if (to == from) return;
  if (to == State::Terminated) return erase(transaction);
  net::Shard& shard = transport_.shard();
  transaction.clockwork.enter(shard.timers(), shard.now(), timers_, transaction.machine, from, to,
                              transaction.reliable);
  if (to == State::Proceeding) return;
  transaction.request.reset();
  // A 2xx is retransmitted end to end by the user agent, never by us (RFC 6026 §7.1); an acknowledged one by
  // nobody.
  if (to == State::Accepted || to == State::Confirmed) transaction.kept.release();
}

void ServerTransactions::tell(ServerId name, std::uint64_t cookie, const Step& step,
                              const net::PacketRef& packet) {
  if (has(step.actions, Action::Pass)) return user_->on_new_request(packet);
  if (has(step.actions, Action::TellCompleted))
    return user_->on_server_end(name, cookie, ServerEnd::Completed);
  if (has(step.actions, Action::TellNoAck)) {
    counters_.add(Counter::ServersNoAck);
    return user_->on_server_end(name, cookie, ServerEnd::NoAck);
  }
  if (!has(step.actions, Action::TellNotSent)) return;
  if (step.to == State::Terminated) return user_->on_server_end(name, cookie, ServerEnd::TransportFailed);
  user_->on_response_not_sent(name, cookie);
}

void ServerTransactions::send(Transaction& transaction, net::PacketRef response, State to) {
  response->flow = transaction.back;
  if (transaction.key.rfc2543)
    transaction.response_tag = tag_hash(to_tag_of(response.text()), transport_.keys().seed);
  if (may_resend(transaction, to) &&
      !transaction.kept.keep(kept_, transport_.shard().packets(), response.text())) {
    counters_.add(Counter::NotKept);
  }
  transport_.send(std::move(response), send_tag_base_ | pack(transaction.id));
}

/// Whether a response sent on the way to `to` may be needed again. A stream loses nothing; and what an
/// unproven source sends twice is never answered twice (reference A-17).
bool ServerTransactions::may_resend(const Transaction& transaction, State to) const {
  return !transaction.reliable && transaction.proven && (to == State::Proceeding || to == State::Completed);
}

void ServerTransactions::resend(Transaction& transaction) {
  const std::string_view text = transaction.kept.view();
  if (text.empty()) return;
  net::PacketRef again = transport_.make_packet(text, transaction.back);
  if (!again) return counters_.add(Counter::NotBuilt);
  counters_.add(Counter::ResponsesRepeated);
  transport_.send(std::move(again), send_tag_base_ | pack(transaction.id));
}

void ServerTransactions::send_trying(Transaction& transaction) {
  if (!transaction.proven) return;  // no 100 to strangers (DESIGN §4)
  net::PacketRef trying = transport_.make_response(transaction.request, {.status = 100, .reason = "Trying"});
  if (!trying) return counters_.add(Counter::NotBuilt);
  counters_.add(Counter::TryingSent);
  send(transaction, std::move(trying), State::Proceeding);
}

void ServerTransactions::erase(Transaction& transaction) {
  index_.erase(transaction.key.fingerprint.high, transaction.id.slot);
  slots_.erase(transaction.id);
}

}  // namespace ringfence::transaction
