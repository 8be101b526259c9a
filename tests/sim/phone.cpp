// SPDX-License-Identifier: Apache-2.0
// The behaviour of a phone, as plain as a phone can be; it may allocate as it likes.
#include "sim/phone.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

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

Phone::Phone(net::SimNetwork& network, base::Endpoint at, base::Endpoint proxy, std::string user,
             std::string password)
    : Phone{network, at, proxy, std::move(user), std::move(password), Options{}} {}

Phone::Phone(net::SimNetwork& network, base::Endpoint at, base::Endpoint proxy, std::string user,
             std::string password, Options options)
    : network_{network},
      at_{at},
      proxy_{proxy},
      user_{std::move(user)},
      password_{std::move(password)},
      options_{std::move(options)} {
  network_.attach(at_, *this);
  if (net::is_stream(options_.protocol)) stream_ = network_.connect(at_, proxy_);
}

Phone::~Phone() {
  network_.detach(at_);
}

std::string Phone::new_id() {
  return fmt::format("{}-{}-{:x}", user_, ++next_, network_.random().next());
}
std::string Phone::own_uri() const {
  return fmt::format("sip:{}@{}", user_, kDomain);
}
std::string Phone::contact() const {
  return fmt::format("<sip:{}@{}{}>{}", user_, at_.to_string(),
                     net::is_stream(options_.protocol) ? ";transport=tcp" : "", options_.contact_parameters);
}

std::string Phone::via(std::string_view branch) const {
  return fmt::format("SIP/2.0/{} {};branch={};rport", net::name_of(options_.protocol), at_.to_string(),
                     branch);
}

void Phone::send_raw(std::string_view bytes) {
  if (!net::is_stream(options_.protocol))
    network_.send_datagram(at_, proxy_, bytes);
  else if (stream_open_)
    network_.stream_send(stream_, bytes);
  else
    unsent_ += bytes;
}

void Phone::move_to(const base::Endpoint& at) {
  network_.detach(at_);
  at_ = at;
  network_.attach(at_, *this);
}

void Phone::start(std::string method, std::string target, std::string from, std::string to,
                  std::string call_id, unsigned cseq, std::string extra) {
  Pending& pending = pending_.emplace_back(this);
  pending.branch = "z9hG4bK" + new_id();
  pending.text = fmt::format(
      "{} {} SIP/2.0\r\nVia: {}\r\nMax-Forwards: 70\r\nFrom: {}\r\nTo: {}\r\nCall-ID: {}\r\n"
      "CSeq: {} {}\r\nContact: {}\r\n{}User-Agent: simulated phone\r\nContent-Length: 0\r\n\r\n",
      method, target, via(pending.branch), from, to, call_id, cseq, method, contact(), extra);
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
  call_as(own_uri(), to);
}

void Phone::call_as(std::string_view from, std::string_view to) {
  start("INVITE", std::string{to}, fmt::format("<{}>;tag={}", from, new_id()), fmt::format("<{}>", to),
        new_id(), 1, "Allow: INVITE, ACK, BYE, CANCEL\r\n");
}

void Phone::cancel() {
  for (const auto& pending : pending_) {
    if (pending.method != "INVITE" || pending.done) continue;
    sip::MessageIndex index;
    RF_ASSERT(sip::parse(pending.text, index));
    const sip::Message invite{pending.text, index};
    send_raw(fmt::format(
        "CANCEL {} SIP/2.0\r\nVia: {}\r\nMax-Forwards: 70\r\nFrom: {}\r\nTo: {}\r\nCall-ID: {}\r\n"
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

void Phone::refresh() {
  if (dialogs_.empty()) return;
  Dialog& dialog = dialogs_.back();
  std::string routes;
  for (const auto& route : dialog.routes) routes += fmt::format("Route: {}\r\n", route);
  start("INVITE", dialog.target, dialog.local, dialog.remote, dialog.call_id, ++dialog.cseq, routes);
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
      "{} {} SIP/2.0\r\nVia: {}\r\nMax-Forwards: 70\r\nFrom: {}\r\nTo: {}\r\n"
      "Call-ID: {}\r\nCSeq: {} {}\r\nContact: {}\r\n{}Content-Length: 0\r\n\r\n",
      method, target.empty() ? dialog.target : target,
      via(fmt::format("z9hG4bKforged{}", method.size() + target.size())), dialog.local, dialog.remote,
      dialog.call_id, dialog.cseq + 1, method, contact(), routes);
}

void Phone::repeat(Pending& pending) {
  const auto now = network_.clock().now();
  if (pending.done || now >= pending.give_up) {
    if (!pending.done && pending.method == "INVITE") diary_.finals.push_back(408);
    pending_.remove_if([&](const Pending& other) { return &other == &pending; });
    return;
  }
  const bool invite = pending.method == "INVITE";
  if (!(invite && pending.provisional) && !net::is_stream(options_.protocol)) send_raw(pending.text);
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
  on_message(bytes);
}

void Phone::on_stream_open(net::SimStream stream, const base::Endpoint&) {
  stream_ = stream;  // the platform may have opened it
  stream_open_ = true;
  if (!unsent_.empty()) network_.stream_send(stream_, std::exchange(unsent_, {}));
}

void Phone::on_stream_bytes(net::SimStream, std::string_view bytes) {
  received_ += bytes;
  constexpr std::string_view kEnd = "\r\n\r\n";  // nothing that phones get has a body
  for (auto end = received_.find(kEnd); end != std::string::npos; end = received_.find(kEnd)) {
    const std::string message = received_.substr(0, end + kEnd.size());
    received_.erase(0, message.size());
    on_message(message);
  }
}

void Phone::on_stream_closed(net::SimStream) {
  stream_open_ = false;
}

void Phone::on_message(std::string_view bytes) {
  inbox_.emplace_back(bytes);
  sip::MessageIndex index;
  if (!sip::parse(bytes, index)) return;
  const sip::Message message{bytes, index};
  if (message.is_request())
    on_request(message);
  else
    on_response(message);
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
    if (status < 300)
      acknowledge(response);
    else
      acknowledge_failure(pending, response);
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
  if (Dialog* known = dialog_of(response.call_id())) {  // a re-INVITE
    known->target = contact_of(response);
    return;
  }
  ++diary_.answered;
  Dialog dialog{.call_id = pending.call_id,
                .local = pending.from,
                .remote = std::string{response.header(HeaderId::To)},
                .target = contact_of(response),
                .routes = {},
                .cseq = pending.cseq};
  for (const auto value : response.values(HeaderId::RecordRoute))
    dialog.routes.emplace(dialog.routes.begin(), value);
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
        "{}: Digest username=\"{}\", realm=\"{}\", nonce=\"{}\", uri=\"{}\", response=\"{}\", algorithm={}, "
        "cnonce=\"{}\", "
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
  send_raw(fmt::format(
      "ACK {} SIP/2.0\r\nVia: {}\r\nMax-Forwards: 70\r\n{}From: {}\r\n"
      "To: {}\r\nCall-ID: {}\r\nCSeq: {} ACK\r\nContent-Length: 0\r\n\r\n",
      contact_of(response), via("z9hG4bK" + new_id()), route_lines, response.header(HeaderId::From),
      response.header(HeaderId::To), response.call_id(), response.cseq()));
}

void Phone::acknowledge_failure(const Pending& pending, const sip::Message& response) {
  send_raw(
      fmt::format("ACK {} SIP/2.0\r\nVia: {}\r\nMax-Forwards: 70\r\nFrom: {}\r\nTo: {}\r\n"
                  "Call-ID: {}\r\nCSeq: {} ACK\r\nContent-Length: 0\r\n\r\n",
                  pending.target, via(pending.branch), response.header(HeaderId::From),
                  response.header(HeaderId::To), response.call_id(), response.cseq()));
}

void Phone::reply(const sip::Message& request, unsigned status, std::string_view to_tag, bool with_contact,
                  std::string_view extra) {
  std::string to{request.header(HeaderId::To)};
  if (request.to_tag().empty() && !to_tag.empty()) to += fmt::format(";tag={}", to_tag);
  const auto text = fmt::format(
      "SIP/2.0 {} Whatever\r\n{}{}From: {}\r\nTo: {}\r\nCall-ID: {}\r\nCSeq: {} {}\r\n{}{}Content-Length: "
      "0\r\n\r\n",
      status, header_lines(request, HeaderId::Via, "Via"),
      header_lines(request, HeaderId::RecordRoute, "Record-Route"), request.header(HeaderId::From), to,
      request.call_id(), request.cseq(), request.method_text(),
      with_contact ? fmt::format("Contact: {}\r\n", contact()) : std::string{}, extra);
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
    const auto gone =
        std::erase_if(dialogs_, [&](const Dialog& dialog) { return dialog.call_id == request.call_id(); });
    if (gone > 0) ++diary_.ended;
    reply(request, gone > 0 ? 200 : 481, {}, false);
    return;
  }
  reply(request, 200, user_, true);
}

Phone::Dialog* Phone::dialog_of(std::string_view call_id) {
  const auto found = std::ranges::find(dialogs_, call_id, &Dialog::call_id);
  return found == dialogs_.end() ? nullptr : &*found;
}

void Phone::on_invite(const sip::Message& request) {
  if (!request.to_tag().empty()) {  // a re-INVITE; copies of it were answered above
    Dialog* dialog = dialog_of(request.call_id());
    if (dialog == nullptr) return reply(request, 481, {}, false);
    dialog->target = contact_of(request);
    reply(request, 200, {}, true);
    keep_answer(request);
    return;
  }
  const std::string branch{request.branch()};
  const bool known = std::ranges::find(seen_invites_, branch) != seen_invites_.end();
  const std::string tag = user_ + "-" + branch.substr(branch.size() > 8 ? branch.size() - 8 : 0);
  if (!known) {
    seen_invites_.push_back(branch);
    ++diary_.rang;
  }
  reply(request, 180, tag, true);
  if (mood_ == Mood::RingsForever || known) return;
  if (mood_ == Mood::Refuses) {
    const bool challenge = refusal_ == 401 || refusal_ == 407;
    reply(request, refusal_, tag, false,
          challenge ? fmt::format("{}: Digest realm=\"{}\", nonce=\"n\", qop=\"auth\", algorithm=MD5\r\n",
                                  refusal_ == 401 ? "WWW-Authenticate" : "Proxy-Authenticate", kForeignRealm)
                    : std::string{});
    return;
  }
  reply(request, 200, tag, true);
  keep_answer(request);

  Dialog dialog{.call_id = std::string{request.call_id()},
                .local = fmt::format("{};tag={}", request.header(HeaderId::To), tag),
                .remote = std::string{request.header(HeaderId::From)},
                .target = contact_of(request),
                .routes = {},
                .cseq = 100};
  for (const auto value : request.values(HeaderId::RecordRoute)) dialog.routes.emplace_back(value);
  dialogs_.push_back(std::move(dialog));
}

/// The 200 just sent goes again until its ACK comes (RFC 3261 §13.3.1.4).
void Phone::keep_answer(const sip::Message& request) {
  Answered& answered = answered_.emplace_back(this);
  answered.call_id = request.call_id();
  answered.text = sent_finals_.back().second;
  answered.give_up = network_.clock().now() + kGiveUp;
  network_.clock().timers().arm(answered.timer, network_.clock().now() + answered.interval);
}

}  // namespace ringfence::sim
