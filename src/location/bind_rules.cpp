// SPDX-License-Identifier: Apache-2.0
// The rules of RFC 3261 §10.3, step by step.
#include "location/bind_rules.h"

#include <algorithm>

#include "sip/uri.h"

namespace ringfence::location {
namespace {

using std::chrono::seconds;

bool too_long(const RegisterUpdate& update, const ContactUpdate& contact) {
  return contact.uri.size() > Bounds::contact || contact.instance.size() > Bounds::instance ||
         update.call_id.size() > Bounds::call_id || update.path.size() > Bounds::path;
}

/// §10.3 step 7: an update with the Call-ID of the last one must have a higher CSeq.
bool overtaken(const Binding& stored, const RegisterUpdate& update) {
  return stored.call_id == update.call_id && update.cseq <= stored.cseq;
}

/// Is `stored` what `contact` speaks of? A flow of RFC 5626 §6 is known by instance and reg-id, whatever its
/// URI; everything else by its URI (RFC 3261 §19.1.4). A device that begins to use outbound thereby replaces
/// its old binding, while its several flows, which share a URI, stay apart.
bool same_binding(const Binding& stored, const ContactUpdate& contact, const sip::Uri& uri) {
  if (contact.reg_id != 0 && stored.reg_id != 0) {
    return contact.reg_id == stored.reg_id && contact.instance == stored.instance;
  }
  const auto stored_uri = sip::parse_uri(stored.contact);
  return stored_uri && sip::equivalent(*stored_uri, uri);
}

/// @param luck  0 to 1000, one draw for the whole request: a device refreshes all its contacts together
seconds shortened(seconds lifetime, const Policy& policy, std::uint64_t luck) {
  const auto most = static_cast<std::uint64_t>(lifetime.count()) * policy.jitter_percent / 100;
  const seconds cut{static_cast<seconds::rep>(most * luck / 1000)};
  return std::max(lifetime - cut, std::min(lifetime, policy.min_expires));
}

}  // namespace

std::expected<seconds, BindError> lifetime_of(const ContactUpdate& contact, const RegisterUpdate& update,
                                              const Policy& policy) {
  const seconds asked = contact.expires ? *contact.expires : update.expires.value_or(policy.default_expires);
  constexpr seconds kNeverTooBrief = std::chrono::hours{1};
  if (asked > seconds{0} && asked < policy.min_expires && asked < kNeverTooBrief) {
    return std::unexpected(BindError::TooBrief);
  }
  return std::min(asked, policy.max_expires);
}

void BindingDraft::start(const AorRecord* record, base::MonoTime now) {
  bindings_.clear();
  added_ = refreshed_ = removed_ = 0;
  if (record == nullptr) return;
  for (const Binding binding : *record) {
    if (binding.live(now)) add(binding);
  }
}

std::expected<void, BindError> BindingDraft::apply(const RegisterUpdate& update, const Policy& policy,
                                                   base::MonoTime now, base::WallTime wall,
                                                   base::Random& jitter) {
  if (update.wildcard) return remove_all(update);
  if (update.contacts.size() > Bounds::contacts) return std::unexpected(BindError::TooManyContacts);

  const std::size_t before = bindings_.size();
  const std::uint64_t luck = jitter.below(1001);
  for (const ContactUpdate& contact : update.contacts) {
    const auto lifetime = lifetime_of(contact, update, policy);
    if (!lifetime) return std::unexpected(lifetime.error());
    const seconds granted = shortened(*lifetime, policy, luck);
    if (auto done = apply_contact(update, contact, granted, now, wall); !done) return done;
  }
  // Whoever was there before the cap was lowered may still be refreshed.
  if (bindings_.size() > std::max<std::size_t>(before, policy.max_contacts)) {
    return std::unexpected(BindError::TooManyContacts);
  }
  return {};
}

std::expected<void, BindError> BindingDraft::remove_all(const RegisterUpdate& update) {
  const auto stale = [&](const Entry& entry) { return overtaken(entry.binding, update); };
  if (std::ranges::any_of(bindings_, stale)) return std::unexpected(BindError::OutOfOrder);
  removed_ += static_cast<unsigned>(bindings_.size());
  bindings_.clear();
  return {};
}

std::expected<void, BindError> BindingDraft::apply_contact(const RegisterUpdate& update,
                                                           const ContactUpdate& contact, seconds lifetime,
                                                           base::MonoTime now, base::WallTime wall) {
  if (too_long(update, contact)) return std::unexpected(BindError::TooLong);
  const auto uri = sip::parse_uri(contact.uri);
  if (!uri || !uri->is_sip()) return std::unexpected(BindError::BadContact);

  const auto stored = std::ranges::find_if(
      bindings_, [&](const Entry& entry) { return same_binding(entry.binding, contact, *uri); });
  const bool known = stored != bindings_.end();
  if (known && !stored->touched && overtaken(stored->binding, update))
    return std::unexpected(BindError::OutOfOrder);
  if (lifetime == seconds{0}) {
    if (known) {
      bindings_.erase(stored);
      ++removed_;
    }
    return {};
  }

  Entry& entry = known ? *stored : bindings_.emplace_back();
  if (!entry.touched) ++(known ? refreshed_ : added_);
  entry.touched = true;
  Binding& binding = entry.binding;
  if (!known) binding.registered = std::chrono::floor<seconds>(wall);
  binding.contact = contact.uri;
  binding.call_id = update.call_id;
  binding.instance = contact.instance;
  binding.path = update.path;
  binding.user_agent = update.user_agent.substr(0, Bounds::user_agent);
  binding.flow = update.flow;
  binding.expires = now + lifetime;
  binding.granted = lifetime;
  binding.cseq = update.cseq;
  binding.reg_id = contact.reg_id;
  binding.q = contact.q;
  binding.reloaded = false;
  return {};
}

std::span<const Binding> BindingDraft::sorted() {
  const auto before = [](const Binding& a, const Binding& b) {
    return a.q != b.q ? a.q > b.q : a.registered > b.registered;
  };
  sorted_.clear();  // by insertion: nearly always there is one, and a stable sort would allocate
  for (const Entry& entry : bindings_) {
    sorted_.insert(std::ranges::upper_bound(sorted_, entry.binding, before), entry.binding);
  }
  return sorted_;
}

}  // namespace ringfence::location
