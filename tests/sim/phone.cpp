// SPDX-License-Identifier: Apache-2.0
// The behaviour of a phone, as plain as a phone can be; it may allocate as it likes.
#include "sim/phone.h"

#include <fmt/format.h>

#include <algorithm>

#include "auth/digest.h"
#include "base/encoding.h"
#include "crypto/ha1.h"
#include "sim/platform.h"
#include "sip/digest.h"
#include "sip/name_addr.h"

namespace ringfence::sim {
namespace {

using sip::HeaderId;
using namespace std::chrono_literals;

constexpr base::Nanos kGiveUp = 32s;
constexpr base::Nanos kT2 = 4s;

std::string header_lines(const sip::Message& message, HeaderId id, std::string_view name) {
  std::string lines;
  for (const auto value : message.values(id)) lines += fmt::format("{}: {}\r\n", name, value);
  return lines;
}

std::string contact_of(const sip::Message& message) {
  const auto address = sip::parse_name_addr(message.header(HeaderId::Contact));
  return address ? std::string{address->uri} : std::string{};
}

}  // namespace

Phone::Phone(net::SimNetwork& network, base::Endpoint at, base::Endpoint proxy, std::string user, std::string password)
    : network_{network}, at_{at}, proxy_{proxy}, user_{std::move(user)}, password_{std::move(password)} {
  network_.attach(at_, *this);
}

Phone::~Phone() { network_.detach(at_); }

std::string Phone::new_id() { return fmt::format("{}-{}-{:x}", user_, ++next_, network_.random().next()); }
std::string Phone::own_uri() const { return fmt::format("sip:{}@{}", user_, kDomain); }
std::string Phone::contact() const { return fmt::format("sip:{}@{}", user_, at_.to_string()); }

void Phone::send_raw(std::string_view bytes) { network_.send_datagram(at_, proxy_, bytes); }

void Phone::start(std::string method, std::string target, std::string from, std::string to, std::string call_id,
                  unsigned cseq, std::string extra) {
  Pending& pending = pending_.emplace_back(this);
  pending.branch = "z9hG4bK" + new_id();
  pending.text = fmt::format(
      "{} {} SIP/2.0\r\nVia: SIP/2.0/UDP {};branch={};rport\r\nMax-Forwards: 70\r\nFrom: {}\r\nTo: {}\r\nCall-ID: {}\r\n"
      "CSeq: {} {}\r\nContact: <{}>\r\n{}User-Agent: simulated phone\r\nContent-Length: 0\r\n\r\n",
      method, target, at_.to_string(), pending.branch, from, to, call_id, cseq, method, contact(), extra);
  pending.method = std::move(method);
  pending.target = std::move(target);
  pending.from = std::move(from);
  pending.call_id = std::move(call_id);
  pending.cseq = cseq;
  pending.give_up = network_.clock().now() + kGiveUp;
  send_raw(pending.text);
  network_.clock().timers().arm(pending.timer, network_.clock().now() + pending.interval);
}

void Phone::enroll() {
  start("REGISTER", fmt::format("sip:{}", kDomain), fmt::format("<{}>;tag={}", own_uri(), new_id()),
        fmt::format("<{}>", own_uri()), new_id(), 1, "Expires: 600\r\n");
}

void Phone::call(std::string_view to) {
  start("INVITE", std::string{to}, fmt::format("<{}>;tag={}", own_uri(), new_id()), fmt::format("<{}>", to), new_id(), 1,
        "Allow: INVITE, ACK, BYE, CANCEL\r\n");
}

void Phone::cancel() {
  for (const auto& pending : pending_) {
    if (pending.method != "INVITE" || pending.done) continue;
    sip::MessageIndex index;
    RF_ASSERT(sip::parse(pending.text, index));
    const sip::Message invite{pending.text, index};
    send_raw(fmt::format("CANCEL {} SIP/2.0\r\nVia: {}\r\nMax-Forwards: 70\r\nFrom: {}\r\nTo: {}\r\nCall-ID: {}\r\n"
                         "CSeq: {} CANCEL\r\nContent-Length: 0\r\n\r\n",
                         pending.target, invite.header(HeaderId::Via), pending.from, invite.header(HeaderId::To),
                         pending.call_id, pending.cseq));
  }
}

void Phone::hang_up() {
  if (dialogs_.empty()) return;
  Dialog dialog = std::move(dialogs_.back());
  dialogs_.pop_back();
  bye(std::move(dialog));
}

void Phone::bye(Dialog dialog) {
  std::string routes;
  for (const auto& route : dialog.routes) routes += fmt::format("Route: {}\r\n", route);
  start("BYE", dialog.target, dialog.local, dialog.remote, dialog.call_id, dialog.cseq + 1, routes);
}

std::string Phone::in_dialog_request(std::string_view method, std::string_view target) const {
  const Dialog& dialog = dialogs_.back();
  std::string routes;
  for (const auto& route : dialog.routes) routes += fmt::format("Route: {}\r\n", route);
  return fmt::format(
      "{} {} SIP/2.0\r\nVia: SIP/2.0/UDP {};branch=z9hG4bKforged{};rport\r\nMax-Forwards: 70\r\nFrom: {}\r\nTo: {}\r\n"
      "Call-ID: {}\r\nCSeq: {} {}\r\nContact: <{}>\r\n{}Content-Length: 0\r\n\r\n",
      method, target.empty() ? dialog.target : target, at_.to_string(), method.size() + target.size(), dialog.local,
      dialog.remote, dialog.call_id, dialog.cseq + 1, method, contact(), routes);
}

void Phone::repeat(Pending& pending) {
  const auto now = network_.clock().now();
  if (pending.done || now >= pending.give_up) {
    if (!pending.done && pending.method == "INVITE") diary_.finals.push_back(408);
    pending_.remove_if([&](const Pending& other) { return &other == &pending; });
    return;
  }
  const bool invite = pending.method == "INVITE";
  if (!(invite && pending.provisional)) send_raw(pending.text);
  pending.interval = invite ? pending.interval * 2 : std::min<base::Nanos>(pending.interval * 2, kT2);
  network_.clock().timers().arm(pending.timer, now + pending.interval);
}

void Phone::repeat(Answered& answered) {
  const auto now = network_.clock().now();
  if (now >= answered.give_up) {
    answered_.remove_if([&](const Answered& other) { return &other == &answered; });
    return;
  }
  send_raw(answered.text);
  answered.interval = std::min<base::Nanos>(answered.interval * 2, kT2);
  network_.clock().timers().arm(answered.timer, now + answered.interval);
}

void Phone::on_datagram(const base::Endpoint&, const base::Endpoint&, std::string_view bytes) {
  inbox_.emplace_back(bytes);
  sip::MessageIndex index;
  if (!sip::parse(bytes, index)) return;
  const sip::Message message{bytes, index};
  if (message.is_request()) on_request(message);
  else on_response(message);
}

void Phone::on_response(const sip::Message& response) {
  const auto found = std::ranges::find_if(
      pending_, [&](const Pending& pending) { return pending.branch == response.branch(); });
  if (found == pending_.end() || response.cseq_method() != found->method) return;
  Pending& pending = *found;
  const unsigned status = response.status();
  if (status < 200) {
    pending.provisional = true;
    pending.give_up = network_.clock().now() + 10min;
    return;
  }
  if (pending.method == "INVITE") {
    if (status < 300) acknowledge(response);
    else acknowledge_failure(pending, response);
  }
  if (pending.done) return;
  if ((status == 401 || status == 407) && !pending.authorized) {
    authorize(pending, response);
    return;
  }
  pending.done = true;  // kept until its timer, to acknowledge retransmitted answers
  pending.give_up = network_.clock().now() + kGiveUp;
  network_.clock().timers().arm(pending.timer, pending.give_up);
  if (pending.method == "REGISTER") ++(status == 200 ? diary_.registered : diary_.refused);
  if (pending.method == "BYE") ++diary_.ended;
  if (pending.method != "INVITE") return;
  diary_.finals.push_back(status);
  if (status >= 300) return;
  ++diary_.answered;
  Dialog dialog{.call_id = pending.call_id,
                .local = pending.from,
                .remote = std::string{response.header(HeaderId::To)},
                .target = contact_of(response),
                .routes = {},
                .cseq = pending.cseq};
  for (const auto value : response.values(HeaderId::RecordRoute)) dialog.routes.emplace(dialog.routes.begin(), value);
  dialogs_.push_back(std::move(dialog));
}

void Phone::authorize(Pending& pending, const sip::Message& challenge) {
  const bool proxy = challenge.status() == 407;
  for (const auto value : challenge.values(proxy ? HeaderId::ProxyAuthenticate : HeaderId::WwwAuthenticate)) {
    const auto offer = sip::parse_challenge(value);
    const auto kind = offer ? auth::hash_kind_of(offer->algorithm) : std::nullopt;
    if (!kind) continue;
    const auto ha1 = crypto::ha1(*kind, user_, offer->realm, password_);
    const std::string cnonce = new_id();
    const auto response = auth::digest_response({.kind = *kind,
                                                 .ha1 = ha1.bytes(),
                                                 .method = pending.method,
                                                 .uri = pending.target,
                                                 .nonce = offer->nonce,
                                                 .nc = "00000001",
                                                 .cnonce = cnonce,
                                                 .qop = sip::DigestQop::Auth});
    const auto credentials = fmt::format(
        "{}: Digest username=\"{}\", realm=\"{}\", nonce=\"{}\", uri=\"{}\", response=\"{}\", algorithm={}, cnonce=\"{}\", "
        "qop=auth, nc=00000001\r\n",
        proxy ? "Proxy-Authorization" : "Authorization", user_, offer->realm, offer->nonce, pending.target,
        base::to_hex(response.bytes()), sip::name_of(offer->algorithm), cnonce);
    sip::MessageIndex index;
    RF_ASSERT(sip::parse(pending.text, index));
    const sip::Message sent{pending.text, index};
    const std::string to{sent.header(HeaderId::To)};
    const std::string extra = credentials + (pending.method == "REGISTER" ? "Expires: 600\r\n" : "");
    const auto method = pending.method;
    const auto target = pending.target;
    const auto from = pending.from;
    const auto call_id = pending.call_id;
    const auto cseq = pending.cseq + 1;
    pending.done = true;
    pending.give_up = network_.clock().now() + kGiveUp;
    network_.clock().timers().arm(pending.timer, pending.give_up);
    start(method, target, from, to, call_id, cseq, extra);
    pending_.back().authorized = true;
    return;
  }
}

void Phone::acknowledge(const sip::Message& response) {
  std::vector<std::string> routes;
  for (const auto value : response.values(HeaderId::RecordRoute)) routes.emplace(routes.begin(), value);
  std::string route_lines;
  for (const auto& route : routes) route_lines += fmt::format("Route: {}\r\n", route);
  send_raw(fmt::format("ACK {} SIP/2.0\r\nVia: SIP/2.0/UDP {};branch=z9hG4bK{};rport\r\nMax-Forwards: 70\r\n{}From: {}\r\n"
                       "To: {}\r\nCall-ID: {}\r\nCSeq: {} ACK\r\nContent-Length: 0\r\n\r\n",
                       contact_of(response), at_.to_string(), new_id(), route_lines, response.header(HeaderId::From),
                       response.header(HeaderId::To), response.call_id(), response.cseq()));
}

void Phone::acknowledge_failure(const Pending& pending, const sip::Message& response) {
  send_raw(fmt::format("ACK {} SIP/2.0\r\nVia: SIP/2.0/UDP {};branch={};rport\r\nMax-Forwards: 70\r\nFrom: {}\r\nTo: {}\r\n"
                       "Call-ID: {}\r\nCSeq: {} ACK\r\nContent-Length: 0\r\n\r\n",
                       pending.target, at_.to_string(), pending.branch, response.header(HeaderId::From),
                       response.header(HeaderId::To), response.call_id(), response.cseq()));
}

void Phone::reply(const sip::Message& request, unsigned status, std::string_view to_tag, bool with_contact) {
  std::string to{request.header(HeaderId::To)};
  if (request.to_tag().empty() && !to_tag.empty()) to += fmt::format(";tag={}", to_tag);
  const auto text = fmt::format(
      "SIP/2.0 {} Whatever\r\n{}{}From: {}\r\nTo: {}\r\nCall-ID: {}\r\nCSeq: {} {}\r\n{}Content-Length: 0\r\n\r\n", status,
      header_lines(request, HeaderId::Via, "Via"), header_lines(request, HeaderId::RecordRoute, "Record-Route"),
      request.header(HeaderId::From), to, request.call_id(), request.cseq(), request.method_text(),
      with_contact ? fmt::format("Contact: <{}>\r\n", contact()) : std::string{});
  send_raw(text);
  if (status >= 200) sent_finals_.emplace_back(std::string{request.branch()}, text);
}

void Phone::on_request(const sip::Message& request) {
  if (request.method() == sip::Method::Ack) {
    const auto before = answered_.size();
    answered_.remove_if([&](const Answered& answered) { return answered.call_id == request.call_id(); });
    if (answered_.size() < before) ++diary_.acked;
    return;
  }
  for (const auto& [branch, text] : sent_finals_) {
    if (branch == request.branch() && request.method() != sip::Method::Cancel) {
      send_raw(text);
      return;
    }
  }
  if (request.method() == sip::Method::Invite) return on_invite(request);
  if (request.method() == sip::Method::Cancel) {
    reply(request, 200, user_, false);
    return;
  }
  if (request.method() == sip::Method::Bye) {
    const auto gone = std::erase_if(dialogs_, [&](const Dialog& dialog) { return dialog.call_id == request.call_id(); });
    if (gone > 0) ++diary_.ended;
    reply(request, gone > 0 ? 200 : 481, {}, false);
    return;
  }
  reply(request, 200, user_, true);
}

void Phone::on_invite(const sip::Message& request) {
  const std::string branch{request.branch()};
  const bool known = std::ranges::find(seen_invites_, branch) != seen_invites_.end();
  const std::string tag = user_ + "-" + branch.substr(branch.size() > 8 ? branch.size() - 8 : 0);
  if (!known) {
    seen_invites_.push_back(branch);
    ++diary_.rang;
  }
  reply(request, 180, tag, true);
  if (mood_ == Mood::RingsForever || known) return;
  if (mood_ == Mood::Busy) {
    reply(request, 486, tag, false);
    return;
  }
  reply(request, 200, tag, true);
  Answered& answered = answered_.emplace_back(this);
  answered.call_id = request.call_id();
  answered.text = sent_finals_.back().second;
  answered.give_up = network_.clock().now() + kGiveUp;
  network_.clock().timers().arm(answered.timer, network_.clock().now() + answered.interval);

  Dialog dialog{.call_id = std::string{request.call_id()},
                .local = fmt::format("{};tag={}", request.header(HeaderId::To), tag),
                .remote = std::string{request.header(HeaderId::From)},
                .target = contact_of(request),
                .routes = {},
                .cseq = 100};
  for (const auto value : request.values(HeaderId::RecordRoute)) dialog.routes.emplace_back(value);
  dialogs_.push_back(std::move(dialog));
}

}  // namespace ringfence::sim
