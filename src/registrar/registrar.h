// SPDX-License-Identifier: Apache-2.0
// Registrar: the answer to a REGISTER of somebody who has proven who they are (RFC 3261 §10.3).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/time.h"
#include "location/partition.h"
#include "net/flow.h"
#include "observe/room_counters.h"
#include "pipeline/reply_headers.h"
#include "sip/message.h"
#include "sip/uri.h"

namespace ringfence::registrar {

/// Which contacts may be bound. The step knows our domains and listeners.
class ContactPolicy {
 public:
  virtual ~ContactPolicy() = default;
  /// The URI names ourselves: a domain of ours, or a listener. A call to such a contact would come back to us
  ///
  /// @param over  what the request came over: it tells which address of a wildcard listener is meant
  [[nodiscard]] virtual bool is_ourselves(const sip::Uri& contact, const net::Flow& over) const = 0;
};

/// Who registers, and over what; found out before.
struct Registrant {
  std::string_view aor;       ///< canonical, and proven to be the sender's own
  net::Flow flow;             ///< what the message came over
  bool path_allowed = false;  ///< the flow is a neighbour's whose Path we believe (RFC 3327)
};

struct Answer {
  std::uint16_t status = 500;
  std::string_view reason;  ///< a literal; empty: the usual one
  /// With 200: until when a binding over the registrant's flow lives, if there is one. The flow is known
  /// until then.
  std::optional<base::MonoTime> flow_until;
};

enum class Counter : std::uint8_t { Answered, Malformed, BadExtension, OwnContact, Incomplete, kCount };

inline constexpr auto kCounters = std::to_array<observe::CounterRow<Counter>>({
    {Counter::Answered, "answered_total", "REGISTER answered with 200"},
    {Counter::Malformed, "malformed_total",
     "REGISTER refused: contacts or lifetimes that cannot be read (400)"},
    {Counter::BadExtension, "bad_extension_total",
     "REGISTER refused: it requires what we do not support (420)"},
    {Counter::OwnContact, "own_contact_total", "REGISTER refused: a contact that leads back to us (403)"},
    {Counter::Incomplete, "incomplete_total", "Answers that had no room for every contact"},
});
static_assert(observe::rows_follow_enum(kCounters));

using Counters = observe::RoomCounters<Counter>;

/// One per shard; asked only about addresses of record that the shard owns.
class Registrar {
 public:
  /// @param bindings  of this shard; both outlive us
  Registrar(location::Partition& bindings, const ContactPolicy& policy, const base::Clock& clock)
      : bindings_{bindings}, policy_{policy}, clock_{clock} {}

  /// Does what the request asks for, as a whole or not at all, and says how to answer. What the answer needs
  /// beside its status goes into `headers`.
  [[nodiscard]] Answer answer(const sip::Message& request, const Registrant& who,
                              pipeline::ReplyHeaders& headers);

  [[nodiscard]] const Counters& counters() const { return counters_; }

 private:
  [[nodiscard]] bool requires_unsupported(const sip::Message& request, pipeline::ReplyHeaders& headers) const;
  [[nodiscard]] bool has_own_contact(const location::RegisterUpdate& update) const;
  [[nodiscard]] Answer refuse(location::BindError error, const Registrant& who,
                              pipeline::ReplyHeaders& headers) const;
  [[nodiscard]] Answer confirm(const location::BindResult& result, const Registrant& who, bool outbound,
                               pipeline::ReplyHeaders& headers);
  [[nodiscard]] bool list(const location::Binding& binding, pipeline::ReplyHeaders& headers) const;

  location::Partition& bindings_;
  const ContactPolicy& policy_;
  const base::Clock& clock_;
  Counters counters_;
};

}  // namespace ringfence::registrar
