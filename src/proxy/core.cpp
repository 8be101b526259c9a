// SPDX-License-Identifier: Apache-2.0
// Requests on their way out: the copy, its Via, Record-Route and Route (RFC 3261 §16.6).
#include "proxy/core.h"

#include <array>

#include "base/text_writer.h"
#include "call/route_token.h"
#include "proxy/claimed_identities.h"
#include "sip/builder.h"
#include "sip/edits.h"
#include "sip/name_addr.h"
#include "transport/inbound.h"

namespace ringfence::proxy {
namespace {

using pipeline::Context;
using pipeline::Drop;
using pipeline::Reply;
using pipeline::Taken;
using pipeline::Target;
using pipeline::Verdict;
using sip::HeaderId;
using transport::message_of;

/// What a forwarded request usually grows by: Via, stamped Via, two Record-Routes, a Request-URI.
constexpr std::size_t kGrowth = 512;
/// What it may grow by: a route set as well. Edits hold no more.
constexpr std::size_t kMostGrowth = sip::Edits::kMaxText + 1024;
constexpr std::size_t kRouteBytes = 2048;

std::uint64_t to_cookie(base::SlotId id) {
  return (std::uint64_t{id.generation} << 32) | id.slot;
}

/// Values of a list header, joined as one row would hold them. Empty when they do not fit.
std::string_view join_values(const sip::Message& message, HeaderId id, std::span<char> room) {
  base::TextWriter out{room};
  for (const auto value : message.values(id)) {
    if (out.size() > 0) out.append(", ");
    out.append(value);
  }
  return out.overflowed() ? std::string_view{} : out.view();
}

/// Max-Forwards in its place, or a new one (§16.6 step 3).
void set_hops(const sip::Message& request, std::string_view hops, sip::Edits& edits) {
  for (const auto& row : request.rows(HeaderId::MaxForwards)) {
    edits.replace_row(row.row, hops);
    return;
  }
  edits.append(HeaderId::MaxForwards, hops);
}

}  // namespace

Core::Core(net::Shard& shard, transport::Transport& transport, transaction::Layer& layer,
           pipeline::Runner& runner, call::CallTable& calls, const call::TokenSealer& tokens,
           observe::Counters& metrics, const CoreOptions& options)
    : shard_{shard},
      transport_{transport},
      layer_{layer},
      runner_{runner},
      calls_{calls},
      tokens_{tokens},
      metrics_{metrics},
      options_{options},
      forwardings_{options.forwardings + call::kEmergencyReserve},
      branches_{options.forwardings + options.forwardings / 2 + call::kEmergencyReserve} {
  runner_.plug(*this);
}

Verdict Core::on_request(const sip::Message& request, Context& context) {
  if (request.method() == sip::Method::Ack) return forward_ack(request, context);

  ForwardingId id;
  const bool emergency = context.priority == pipeline::Priority::Emergency;
  const bool initial = !context.dialog.call;
  const bool room = emergency || (forwardings_.size() < options_.forwardings &&
                                  !(initial && shard_.packets().scarce(context.packet->size + kGrowth)));
  Forwarding* forwarding = room ? forwardings_.emplace(id) : nullptr;
  if (forwarding == nullptr) {
    counters_.add(Counter::AtBound);
    return Reply{503, {}};
  }
  const bool starts_call = request.method() == sip::Method::Invite && !context.dialog.call;
  if (starts_call && !open_call(request, context)) {
    forwardings_.erase(id);
    counters_.add(Counter::AtBound);
    return Reply{503, {}};
  }
  const auto server = layer_.open(context.packet, to_cookie(id));
  if (!server) {  // at its bound, or a copy that overtook us while the first one waited
    if (starts_call) calls_.end(context.dialog.call);
    forwardings_.erase(id);
    return Drop{};
  }
  forwarding->id = id;
  forwarding->server = *server;
  forwarding->method = request.method();
  forwarding->initial = starts_call || !context.dialog.call;
  forwarding->call = context.dialog.call;
  forwarding->from = context.dialog.from;
  counters_.add(Counter::Forwarded);
  start_branches(*forwarding, context);
  return Taken{};
}

/// The ACK to a 2xx travels end to end, outside of any transaction (§16.7, §17.1.1.3).
Verdict Core::forward_ack(const sip::Message& request, Context& context) {
  (void)request;
  if (context.targets.empty()) return Drop{};
  const auto& target = context.targets.all().front();
  const transport::BranchId branch{.random = shard_.random().next(),
                                   .slot = transport::BranchId::kMaxSlot,
                                   .node = options_.node,
                                   .generation = 0,
                                   .shard = static_cast<std::uint8_t>(shard_.id())};
  auto packet = build_request(context, target, branch);
  if (!packet) return Drop{};
  counters_.add(Counter::AcksForwarded);
  layer_.send_stateless(std::move(packet));
  return Taken{};
}

bool Core::open_call(const sip::Message& request, Context& context) {
  std::array<char, kRouteBytes> routes;
  std::string_view contact;
  for (const auto value : request.values(HeaderId::Contact)) {
    if (const auto address = sip::parse_name_addr(value)) contact = address->uri;
    break;
  }
  const auto handle =
      call::draw_handle(shard_.random(), options_.node, options_.seed, shard_.id(), shard_.shards());
  const auto id = calls_.open(handle, {.call_id = request.call_id(),
                                       .caller_tag = request.from_tag(),
                                       .caller_target = contact,
                                       .caller_routes = join_values(request, HeaderId::RecordRoute, routes),
                                       .caller_flow = transport_.reply_flow(context.packet),
                                       .emergency = context.priority == pipeline::Priority::Emergency});
  if (!id) return false;
  counters_.add(Counter::CallsStarted);
  context.dialog = {*id, call::Side::Caller};
  return true;
}

/// Sends to all targets that share the best q not yet tried (§16.6). When none can be sent to, goes on to the
/// next.
void Core::start_branches(Forwarding& forwarding, Context& context) {
  const auto targets = context.targets.all();
  while (forwarding.pending == 0 && forwarding.next_target < targets.size()) {
    const auto q = targets[forwarding.next_target].q;
    while (forwarding.next_target < targets.size() && targets[forwarding.next_target].q == q) {
      if (start_branch(forwarding, context, targets[forwarding.next_target++])) ++forwarding.pending;
    }
  }
  context.held = forwarding.next_target < targets.size();
  forwarding.context = context.held ? context.id : pipeline::ContextId{};
  if (forwarding.pending > 0) return;
  if (forwarding.first_branch)
    send_best(forwarding);  // earlier targets have answered
  else
    answer_ourselves(forwarding, 500);
}

bool Core::start_branch(Forwarding& forwarding, Context& context, const Target& target) {
  BranchSlot slot;
  Branch* branch = branches_.emplace(slot, &Core::on_timer_c);
  if (branch == nullptr) {
    counters_.add(Counter::AtBound);
    return false;
  }
  const auto client = layer_.reserve(*this, to_cookie(slot));
  auto packet = client ? build_request(context, target, layer_.branch_of(*client)) : net::PacketRef{};
  if (!packet) {
    if (client) layer_.release(*client);
    branches_.erase(slot);
    counters_.add(Counter::AtBound);
    return false;
  }
  branch->core = this;
  branch->id = slot;
  branch->forwarding = forwarding.id;
  branch->next = std::exchange(forwarding.first_branch, slot);
  branch->client = *client;
  branch->flow = target.flow;
  branch->peer = target.peer;
  branch->started = shard_.now();
  if (forwarding.method == sip::Method::Invite) {
    shard_.timers().arm(branch->timer_c, shard_.now() + options_.timer_c);
  }
  counters_.add(Counter::Branches);
  layer_.send(*client, std::move(packet));
  return true;
}

/// A copy of the request for one target (§16.6 steps 1 to 8), in a packet addressed to it; empty, and
/// counted, when there is no packet or it does not fit.
net::PacketRef Core::build_request(Context& context, const Target& target,
                                   const transport::BranchId& branch) {
  const sip::Message request = message_of(context.packet);
  sip::Edits edits = context.edits;
  if (target.uri_size > 0) edits.set_request_uri(context.targets.uri_of(target));

  std::array<char, 8> hops;
  base::TextWriter hops_text{hops};
  hops_text.append_decimal(request.max_forwards() ? *request.max_forwards() - 1 : options_.max_forwards);
  set_hops(request, hops_text.view(), edits);

  if (context.source() < net::SourceClass::Trusted) remove_claimed_identities(request, edits);
  edit_routes(request, context, target, edits);
  edit_vias(context, target.flow, branch, edits);

  auto packet = shard_.packets().take(context.packet->size + kGrowth);
  auto size = packet ? sip::build(request, edits, packet.room()) : std::unexpected(sip::BuildError::NoRoom);
  if (!size && size.error() == sip::BuildError::NoRoom) {
    packet = shard_.packets().take(context.packet->size + kMostGrowth);
    if (packet) size = sip::build(request, edits, packet.room());
  }
  if (!size) {
    counters_.add(Counter::NotForwarded);
    return {};
  }
  packet->size = static_cast<std::uint32_t>(*size);
  packet->flow = target.flow;
  return packet;
}

/// Route: what the record says, nothing else (DESIGN: membership by token, destination by record). A
/// preloaded Route of an initial request is not followed: nobody steers us. Record-Route: our
/// token, for new calls.
void Core::edit_routes(const sip::Message& request, const Context& context, const Target& target,
                       sip::Edits& edits) {
  if (request.has(HeaderId::Route)) edits.remove(HeaderId::Route);
  call::Call* call = calls_.get(context.dialog.call);
  if (call == nullptr) return;
  if (request.to_tag().empty()) {
    prepend_record_route(context, target.flow, edits);
    return;
  }
  const call::Leg* receiver =
      context.dialog.from == call::Side::Caller ? calls_.callee(*call, request.to_tag()) : &call->caller;
  if (receiver != nullptr && !receiver->routes.empty())
    edits.prepend(HeaderId::Route, receiver->routes.view());
}

/// One Record-Route; two where the sides differ in transport or address, so that each side sees the one it
/// can reach (RFC 5658 §5).
void Core::prepend_record_route(const Context& context, const net::Flow& out, sip::Edits& edits) {
  const auto token = tokens_.seal(calls_.get(context.dialog.call)->handle);
  const auto in = transport_.reply_flow(context.packet);
  std::array<char, 160> value;
  const auto write = [&](const net::Flow& flow) {
    base::TextWriter text{value};
    call::write_record_route(text, shard_, flow, token);
    edits.prepend(HeaderId::RecordRoute, text.view());
  };
  const bool same_door =
      in.protocol == out.protocol && call::own_address(shard_, in) == call::own_address(shard_, out);
  if (!same_door) write(in);
  write(out);
}

/// Our Via on top (§16.6 step 8), and below it the sender's with what §18.2.1 and RFC 3581 add to it.
void Core::edit_vias(const Context& context, const net::Flow& flow, const transport::BranchId& branch,
                     sip::Edits& edits) {
  std::array<char, 512> stamped;
  if (const auto size = transport_.stamp_via(stamped, context.packet); size > 0) {
    edits.remove_first_value(HeaderId::Via);
    edits.prepend(HeaderId::Via, std::string_view{stamped.data(), size});
  }
  std::array<char, transport::Transport::kViaBytes> own;
  const auto size = transport_.write_via(own, flow, branch);
  edits.prepend(HeaderId::Via, std::string_view{own.data(), size});
}

}  // namespace ringfence::proxy
