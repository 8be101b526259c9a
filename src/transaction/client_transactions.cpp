// SPDX-License-Identifier: Apache-2.0
// Client transactions: matching responses, and the side effects of their arrows.
#include "transaction/client_transactions.h"

#include <utility>

#include "base/assert.h"
#include "base/random.h"
#include "sip/request_builder.h"
#include "transaction/own_message.h"

namespace ringfence::transaction {

namespace {

/// How each end without a final response is told and counted.
struct FailureRow {
  Action action;
  ClientFailure failure;
  Counter counter;
};
constexpr auto kFailures = std::to_array<FailureRow>({
    {Action::TellTimeout, ClientFailure::Timeout, Counter::ClientsTimedOut},
    {Action::TellNotSent, ClientFailure::TransportFailed, Counter::ClientsNotSent},
    {Action::TellCancelled, ClientFailure::Cancelled, Counter::ClientsCancelled},
});

}  // namespace

/// About 300 bytes. An INVITE keeps its text until a final response, for its ACK and CANCEL; then, over UDP,
/// the ACK.
struct ClientTransactions::Transaction {
  Transaction(const base::SlotId& its_id, ClientTransactions& its_home)
      : home{its_home},
        id{its_id},
        clockwork{[](void* self) { of(self).home.on_repeat(of(self)); },
                  [](void* self) { of(self).home.apply(of(self), Event::Limit, {}); }, this} {}

  static Transaction& of(void* self) { return *static_cast<Transaction*>(self); }
  [[nodiscard]] ClientId name() const { return ClientId{id}; }

  ClientTransactions& home;
  const base::SlotId id;
  ClientUser* user = nullptr;  // outlives the transaction; none for a CANCEL, which is the layer's own
  std::uint64_t cookie = 0;
  std::uint64_t random = 0;  // as in the branch
  Clockwork clockwork;
  net::Flow to;
  KeptMessage kept;     // what may have to be sent again
  base::SlotId cancel;  // INVITE: the transaction of its CANCEL
  Machine machine = Machine::ClientOther;
  State state = State::Reserved;
  sip::Method method = sip::Method::Unknown;
  bool reliable = false;
  bool heard_100 = false;
  bool cancel_wanted = false;  // the user asked for it
  bool cancel_sent = false;
};

ClientTransactions::ClientTransactions(transport::Transport& transport, const TimerTable& timers,
                                       base::TextPool& kept, Counters& counters, std::size_t max,
                                       std::uint64_t send_tag_base)
    : transport_{transport},
      timers_{timers},
      kept_{kept},
      counters_{counters},
      send_tag_base_{send_tag_base},
      slots_{max} {
  RF_ASSERT(max <= transport::BranchId::kMaxSlot);
}

ClientTransactions::~ClientTransactions() = default;

// --- what the user asks for ---

std::optional<ClientId> ClientTransactions::reserve(ClientUser& user, std::uint64_t cookie) {
  Transaction* const transaction = add();
  if (transaction == nullptr) return std::nullopt;
  transaction->user = &user;
  transaction->cookie = cookie;
  transaction->random = transport_.shard().random().next();
  return transaction->name();
}

ClientTransactions::Transaction* ClientTransactions::add() {
  base::SlotId id;
  Transaction* const transaction = slots_.emplace(id, id, *this);
  counters_.add(transaction == nullptr ? Counter::ClientsRefused : Counter::ClientsOpened);
  return transaction;
}

transport::BranchId ClientTransactions::branch_of(ClientId client) const {
  const Transaction* const transaction = slots_.get(client.id);
  RF_ASSERT(transaction != nullptr);
  return {.random = transaction->random,
          .slot = client.id.slot,
          .node = transport_.keys().branches.node(),
          .generation = static_cast<std::uint16_t>(client.id.generation),
          .shard = static_cast<std::uint8_t>(transport_.shard().id())};
}

void ClientTransactions::send(ClientId client, net::PacketRef request) {
  Transaction* const transaction = slots_.get(client.id);
  RF_ASSERT(transaction != nullptr && transaction->state == State::Reserved);
  start(*transaction, std::move(request));
}

void ClientTransactions::release(ClientId client) {
  if (Transaction* const transaction = slots_.get(client.id)) erase(*transaction);
}

void ClientTransactions::cancel(ClientId client) {
  Transaction* const invite = slots_.get(client.id);
  if (invite == nullptr || invite->machine != Machine::ClientInvite) return;
  invite->cancel_wanted = true;
  // §9.1: before a provisional response the CANCEL might overtake its INVITE.
  if (invite->state == State::Proceeding) send_cancel(*invite);
}

// --- sending ---

void ClientTransactions::start(Transaction& transaction, net::PacketRef request) {
  transaction.to = request->flow;
  transaction.reliable = net::is_stream(request->flow.protocol);
  transaction.method = sip::method_of(method_of_request(request.text()));
  const bool invite = transaction.method == sip::Method::Invite;
  transaction.machine = invite ? Machine::ClientInvite : Machine::ClientOther;
  if (invite || !transaction.reliable) keep(transaction, request.text());
  enter(transaction, invite ? State::Calling : State::Trying);
  transport_.send(std::move(request), send_tag_base_ | pack(transaction.id));
}

void ClientTransactions::keep(Transaction& transaction, std::string_view text) {
  if (!transaction.kept.keep(kept_, transport_.shard().packets(), text)) counters_.add(Counter::NotKept);
}

void ClientTransactions::resend(Transaction& transaction) {
  const std::string_view text = transaction.kept.view();
  if (text.empty()) return;
  net::PacketRef again = transport_.make_packet(text, transaction.to);
  if (!again) return counters_.add(Counter::NotBuilt);
  counters_.add(Counter::RequestsRepeated);
  transport_.send(std::move(again), send_tag_base_ | pack(transaction.id));
}

/// Builds a request out of the INVITE that was sent; empty, and counted, when that fails.
template <class Build>
net::PacketRef ClientTransactions::derive(const Transaction& invite, Build&& build) {
  const std::string_view text = invite.kept.view();
  sip::MessageIndex index;
  net::PacketRef packet = text.empty() ? net::PacketRef{} : transport_.shard().packets().take(text.size());
  if (packet && sip::parse(text, index)) {
    if (const auto size = build(sip::Message{text, index}, packet.room())) {
      packet->size = static_cast<std::uint32_t>(*size);
      packet->flow = invite.to;
      return packet;
    }
  }
  counters_.add(Counter::NotBuilt);
  return {};
}

/// §17.1.1.3. The first ACK replaces the kept INVITE: all that may still be needed is the same ACK again.
void ClientTransactions::send_ack(Transaction& invite, const net::PacketRef& response) {
  if (invite.state == State::Completed) return resend(invite);
  const sip::Message answer = transport::message_of(response);
  net::PacketRef ack = derive(invite, [&](const sip::Message& sent, std::span<char> out) {
    return sip::build_ack_for_failure(sent, answer, out);
  });
  if (!ack) return;
  if (!invite.reliable) keep(invite, ack.text());
  transport_.send(std::move(ack), send_tag_base_ | pack(invite.id));
}

/// §9.1. The CANCEL has the INVITE's branch, so the INVITE's slot leads responses to it.
void ClientTransactions::send_cancel(Transaction& invite) {
  if (std::exchange(invite.cancel_sent, true)) return;
  net::PacketRef packet = derive(
      invite, [](const sip::Message& sent, std::span<char> out) { return sip::build_cancel(sent, out); });
  net::Shard& shard = transport_.shard();
  invite.clockwork.limit_to(shard.timers(),
                            shard.now() + timers_.start(TimerName::Cancelled, invite.reliable));
  if (!packet) return;
  Transaction* const cancel = add();
  if (cancel == nullptr) return transport_.send(std::move(packet));  // once, rather than not at all
  invite.cancel = cancel->id;
  start(*cancel, std::move(packet));
}

// --- what arrives ---

ClientTransactions::Transaction* ClientTransactions::find(const transport::BranchId& branch,
                                                          sip::Method method) {
  const base::SlotId id = slots_.live_at(branch.slot);
  Transaction* const transaction = slots_.get(id);
  if (transaction == nullptr || static_cast<std::uint16_t>(id.generation) != branch.generation ||
      transaction->random != branch.random) {
    return nullptr;
  }
  if (transaction->method == method) return transaction;
  const bool of_its_cancel = transaction->method == sip::Method::Invite && method == sip::Method::Cancel;
  return of_its_cancel ? slots_.get(transaction->cancel) : nullptr;  // §17.1.3: branch and CSeq method
}

void ClientTransactions::on_response(const net::PacketRef& response, const transport::BranchId& branch) {
  const sip::Message message = transport::message_of(response);
  Transaction* const transaction = find(branch, message.method());
  if (transaction == nullptr || transaction->state == State::Reserved) {
    return counters_.add(Counter::StrayResponses);  // a stray 2xx is not forwarded either (RFC 6026 §7.3)
  }
  // Whoever has read a branch on its way must still not answer in the callee's name (reference A-33). Ports
  // may differ.
  if (response->flow.remote.address != transaction->to.remote.address ||
      response->flow.protocol != transaction->to.protocol) {
    return counters_.add(Counter::ForgedSource);
  }
  transport_.note_reachable(response);
  if (message.status() == 100 && std::exchange(transaction->heard_100, true)) {
    return counters_.add(Counter::ResponsesAbsorbed);
  }
  apply(*transaction, event_of(message.status()), response);
}

void ClientTransactions::on_not_sent(base::SlotId id) {
  Transaction* const transaction = slots_.get(id);
  if (transaction != nullptr) apply(*transaction, Event::NotSent, {});
}

void ClientTransactions::on_repeat(Transaction& transaction) {
  apply(transaction, Event::Repeat, {});  // A and E leave the state as it is
  net::Shard& shard = transport_.shard();
  transaction.clockwork.again(shard.timers(), shard.now(), timers_, transaction.machine, transaction.state);
}

// --- the machine ---

/// Takes an arrow. The call to the user is the last thing done: it may open, cancel or end any transaction.
void ClientTransactions::apply(Transaction& transaction, Event event, const net::PacketRef& response) {
  const auto step = step_of(transaction.machine, transaction.state, event, transaction.reliable);
  if (!step) {
    if (response) counters_.add(Counter::ResponsesAbsorbed);
    return;
  }
  ClientUser* const user = transaction.user;
  const ClientId name = transaction.name();
  const std::uint64_t cookie = transaction.cookie;

  if (has(step->actions, Action::Resend)) resend(transaction);
  if (has(step->actions, Action::SendAck)) send_ack(transaction, response);
  enter(transaction, step->to);
  if (user != nullptr) tell(*user, name, cookie, *step, response);
}

void ClientTransactions::enter(Transaction& transaction, State to) {
  const State from = std::exchange(transaction.state, to);
  if (to == from) return;
  if (to == State::Terminated) return erase(transaction);
  net::Shard& shard = transport_.shard();
  transaction.clockwork.enter(shard.timers(), shard.now(), timers_, transaction.machine, from, to,
                              transaction.reliable);
  if (to == State::Proceeding && transaction.cancel_wanted) send_cancel(transaction);
  const bool acknowledges = to == State::Completed && transaction.machine == Machine::ClientInvite;
  const bool waits = to == State::Proceeding;
  if (from != State::Reserved && !acknowledges && !waits) transaction.kept.release();
}

void ClientTransactions::tell(ClientUser& user, ClientId name, std::uint64_t cookie, const Step& step,
                              const net::PacketRef& response) {
  if (has(step.actions, Action::Pass)) return user.on_response(name, cookie, response);
  for (const FailureRow& row : kFailures) {
    if (!has(step.actions, row.action)) continue;
    counters_.add(row.counter);
    return user.on_client_failure(name, cookie, row.failure);
  }
}

void ClientTransactions::erase(Transaction& transaction) {
  if (transaction.cancel) slots_.erase(transaction.cancel);
  slots_.erase(transaction.id);
}

}  // namespace ringfence::transaction
