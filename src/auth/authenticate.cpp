// SPDX-License-Identifier: Apache-2.0
// From credentials to an identity, with a detour to the account's shard for the nonce count.
#include "auth/authenticate.h"

#include <array>
#include <limits>
#include <vector>

#include "auth/quirks.h"

#include "base/ascii.h"
#include "location/aor.h"
#include "pipeline/message_kinds.h"
#include "sip/uri.h"

namespace ringfence::auth {
namespace {

using pipeline::Drop;
using pipeline::MessageKind;
using pipeline::Next;
using pipeline::Reply;
using pipeline::Verdict;
using pipeline::Wait;

AuthRole role_of(const sip::Message& request) {
  return request.method() == sip::Method::Register ? AuthRole::Server : AuthRole::Proxy;
}

bool registers_no_address(const sip::Message& request) {
  if (request.method() != sip::Method::Register) return false;
  const auto uri = request.to().address();
  return !uri || !uri->is_sip();
}

/// The host that a caller who hides himself writes (RFC 3261 §20.20, RFC 3323 §4.1.1.3).
constexpr std::string_view kAnonymousHost = "anonymous.invalid";

/// May this account send under that name? To of a REGISTER, From of all else: its own user name
/// or one of its numbers in its own domain; or nobody's, which only hides who calls.
bool is_own_name(const sip::Message& request, const directory::Snapshot& now, const directory::Domain& domain,
                 const directory::Subscriber& account) {
  const bool registers = request.method() == sip::Method::Register;
  const auto uri = (registers ? request.to() : request.from()).address();
  if (!uri || !uri->is_sip()) return false;
  if (!registers && base::iequals(uri->host, kAnonymousHost)) return true;
  if (!base::iequals(uri->host, domain.name)) return false;
  std::array<char, directory::kMaxUsername> buffer;
  const auto user = sip::unescape(uri->user, buffer);
  if (!user) return false;
  if (*user == account.username()) return true;
  if (registers) return false;
  std::array<char, directory::kMaxNumber + 1> digits;
  const auto number = sip::bare_number(*user, digits);
  const auto* holder = number ? now.by_number(*number) : nullptr;
  return holder != nullptr && holder->id() == account.id();
}

/// Credentials for our realm have done their work here; those for realms behind us travel on (RFC 3261
/// §22.3).
void remove_own_credentials(const sip::Message& request, std::string_view realm, sip::Edits& edits) {
  for (const auto& row : request.rows(sip::HeaderId::ProxyAuthorization)) {
    const auto credentials = sip::parse_credentials(row.value);
    if (credentials && credentials->realm == realm) edits.remove_row(row.row);
  }
}

}  // namespace

Authenticate::Authenticate(net::Shard& shard, transport::Transport& transport, pipeline::Runner& runner,
                           const directory::Directory& directory, const location::Location& location,
                           const DigestPolicy& policy, const NonceMint& mint, const DigestVerifier& verifier,
                           NonceCounts& counts, const AuthenticateOptions& options)
    : shard_{shard},
      transport_{transport},
      runner_{runner},
      directory_{directory},
      location_{location},
      policy_{policy},
      md5_only_{policy},
      mint_{mint},
      verifier_{verifier},
      counts_{counts},
      options_{options} {
  std::erase_if(md5_only_.algorithms, [](crypto::HashKind kind) { return kind != crypto::HashKind::Md5; });
  shard_.handle<&Authenticate::on_count_question>(static_cast<std::uint8_t>(MessageKind::CountNonce), *this);
  shard_.handle<&Authenticate::on_count_answer>(static_cast<std::uint8_t>(MessageKind::NonceCounted), *this);
}

Verdict Authenticate::on_request(const sip::Message& request, pipeline::Context& context) {
  if (context.answered) return after_count(request, context, static_cast<NonceUse>(context.answer));
  if (is_exempt(request, context)) {
    counters_.add(Counter::Exempt);
    return Next{};
  }
  const directory::Snapshot& now = directory_.snapshot();
  const auto* domain = domain_of(request, now);
  if (domain == nullptr) {
    counters_.add(Counter::ForeignDomain);
    if (context.source() < net::SourceClass::Validated) return Drop{};
    // RFC 3261 §10.2: what is registered is a SIP URI (RFC 4475 §3.3.4).
    if (registers_no_address(request)) return Reply{400, "To Is No SIP URI"};
    return Reply{403, "Forbidden"};
  }
  return check(request, context, now, *domain);
}

bool Authenticate::is_exempt(const sip::Message& request, pipeline::Context& context) const {
  if (request.method() == sip::Method::Register) return false;
  if (context.source() == net::SourceClass::Trusted) {
    const auto& flow = context.packet->flow;
    if (const auto* peer = directory_.snapshot().peer(flow.remote, flow.protocol))
      context.identity.peer = peer->id;
    return true;
  }
  return context.priority == pipeline::Priority::Emergency &&
         (context.source() == net::SourceClass::Known || options_.emergency_without_credentials);
}

const directory::Domain* Authenticate::domain_of(const sip::Message& request,
                                                 const directory::Snapshot& now) {
  const auto named = [&](std::expected<sip::Uri, sip::ParseError> uri) {
    return uri && uri->is_sip() ? now.domain(uri->host) : nullptr;
  };
  if (request.method() == sip::Method::Register) return named(request.to().address());
  if (const auto* domain = named(request.from().address())) return domain;
  return named(sip::parse_uri(request.request_uri()));
}

Verdict Authenticate::check(const sip::Message& request, pipeline::Context& context,
                            const directory::Snapshot& now, const directory::Domain& domain) {
  const auto credentials =
      find_credentials(request, info_of(role_of(request)).credentials, domain.name, policy_);
  if (!credentials) {
    counters_.add(Counter::Challenged);
    return challenge(request, context, domain, false);
  }
  std::array<char, directory::kMaxUsername> buffer;
  const auto username = plain_username(credentials->username, buffer);
  const auto* account = username ? now.subscriber(*username, domain) : nullptr;
  DigestResult result = verifier_.check(*credentials,
                                        {.method = request.method_text(),
                                         .uri = request.request_uri(),
                                         .body = request.body(),
                                         .realm = domain.name,
                                         .source = context.packet->flow.remote.address,
                                         .now = shard_.wall()},
                                        account);
  // Only now: how long it takes to find an account's customer and reseller is not for strangers to measure.
  if (result.outcome == DigestOutcome::Accepted &&
      now.effective_state(*account) != directory::State::Active) {
    result.outcome = DigestOutcome::WrongPassword;
  }
  switch (result.outcome) {
    case DigestOutcome::Accepted:
      return accept(request, context, {now, domain, *account}, result);
    case DigestOutcome::Challenge:
      counters_.add(Counter::Challenged);
      return challenge(request, context, domain, false);
    case DigestOutcome::Stale:
      counters_.add(Counter::Stale);
      return challenge(request, context, domain, true);
    case DigestOutcome::WrongUri:
      counters_.add(Counter::WrongUri);
      return Reply{400, "Bad Request"};
    case DigestOutcome::WrongPassword:
      counters_.add(Counter::WrongPassword);
      return challenge(request, context, domain, false);
  }
  return Drop{};
}

Verdict Authenticate::accept(const sip::Message& request, pipeline::Context& context, const Account& account,
                             const DigestResult& proof) {
  const auto& [now, domain, subscriber] = account;
  // A right response repeats a nonce that only this address was told.
  transport_.note_reachable(context.packet);
  if (!is_own_name(request, now, domain, subscriber)) {
    counters_.add(Counter::ForeignIdentity);
    return Reply{403, "Forbidden"};
  }
  context.identity.subscriber = now.known(subscriber);
  context.identity.domain = now.known(domain);
  context.identity.tenant = subscriber.tenant();

  location::AorBuffer buffer;
  const auto aor = location::make_aor(subscriber.username(), domain.name, buffer);
  const auto owner = aor ? location_.owner_of(*aor) : net::ShardId{0};
  if (owner == shard_.id()) {
    counters_.add(Counter::CountedHere);
    return after_count(request, context, counts_.use(subscriber.id(), proof.nonce, proof.nc, shard_.wall()));
  }
  const CountQuestion question{context.id, shard_.id(), subscriber.id(), proof.nonce, proof.nc};
  if (!shard_.post(owner, net::ShardMessage::make(MessageKind::CountNonce, question))) {
    counters_.add(Counter::CountRefused);
    return Reply{503, {}};  // not counted is not accepted
  }
  counters_.add(Counter::CountedElsewhere);
  return Wait{};
}

Verdict Authenticate::after_count(const sip::Message& request, pipeline::Context& context, NonceUse use) {
  const auto* domain = directory_.snapshot().find(context.identity.domain);
  if (domain == nullptr) return Reply{403, "Forbidden"};  // removed while we waited
  if (use != NonceUse::New) {
    counters_.add(Counter::Replayed);
    context.identity = {};
    return challenge(request, context, *domain, true);
  }
  counters_.add(Counter::Accepted);
  remove_own_credentials(request, domain->name, context.edits);
  return Next{};
}

void Authenticate::on_count_question(net::ShardMessage& message) {
  const auto& question = message.as<CountQuestion>();
  const CountAnswer answer{question.context,
                           counts_.use(question.account, question.nonce, question.nc, shard_.wall())};
  // A full mailbox loses the answer: the request is then never answered, and its sender tries again.
  if (!shard_.post(question.from, net::ShardMessage::make(MessageKind::NonceCounted, answer))) {
    counters_.add(Counter::CountRefused);
  }
}

void Authenticate::on_count_answer(net::ShardMessage& message) {
  const auto& answer = message.as<CountAnswer>();
  runner_.resume(answer.context, static_cast<std::uint64_t>(answer.use));
}

Verdict Authenticate::challenge(const sip::Message& request, pipeline::Context& context,
                                const directory::Domain& domain, bool stale) {
  const auto& role = info_of(role_of(request));
  const auto challenges = make_challenges(policy_for(request), mint_, shard_.random(),
                                          {.role = role.role,
                                           .realm = domain.name,
                                           .source = context.packet->flow.remote.address,
                                           .now = shard_.wall(),
                                           .stale = stale,
                                           .budget = challenge_budget(request, context)});
  for (std::size_t i = 0; i < challenges.size(); ++i) {
    if (!context.reply_headers.add(role.challenge, challenges[i])) return Drop{};
  }
  return Reply{role.status, role.reason};
}

const DigestPolicy& Authenticate::policy_for(const sip::Message& request) const {
  const bool md5 = !md5_only_.algorithms.empty() && knows_md5_only(request.header(sip::HeaderId::UserAgent));
  return md5 ? md5_only_ : policy_;
}

/// What challenges may take so that the answer to a stranger is no bigger than his request (DESIGN: no
/// amplification).
std::size_t Authenticate::challenge_budget(const sip::Message& request,
                                           const pipeline::Context& context) const {
  if (context.source() >= net::SourceClass::Validated) return std::numeric_limits<std::size_t>::max();
  // Status line, To-tag, received and rport, Content-Length, empty line.
  constexpr std::size_t kFrame = 160;
  std::size_t copied = kFrame;
  for (const auto id : {sip::HeaderId::Via, sip::HeaderId::From, sip::HeaderId::To, sip::HeaderId::CallId,
                        sip::HeaderId::CSeq}) {
    for (const auto& row : request.rows(id)) copied += row.name.size() + row.value.size() + 4;
  }
  const std::size_t size = context.packet->size;
  return size > copied ? size - copied : 0;
}

}  // namespace ringfence::auth
