// SPDX-License-Identifier: Apache-2.0
// Opening all listeners or none, and passing them on to the process that serves.
#include "net/listener.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>

#include "base/assert.h"
#include "base/encoding.h"
#include "base/serial.h"
#include "net/selector.h"
#include "net/sockets.h"

namespace ringfence::net {
namespace {

constexpr std::uint32_t kTableVersion = 1;

/// The sockets of one listener.
struct Sockets {
  std::vector<Descriptor> strangers;  // per shard; streams: the listening sockets
  std::vector<Descriptor> known;      // per shard; empty without the selector, and for streams
  Descriptor pit;                     // where the selector sends what is denied
};

std::string describe(const ListenerSpec& spec) {
  std::string name{name_of(spec.protocol)};
  std::ranges::transform(name, name.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return name + ":" + spec.bind.to_string();
}

/// What an operator can do about an error of bind and its kin.
struct Advice {
  int error;
  std::string_view why;
  std::string_view next;
};
constexpr auto kAdvice = std::to_array<Advice>({
    {EADDRINUSE, "another program has this address and port",
     "stop it (`ss -lnptu` names it), or choose another port in "},
    {EADDRNOTAVAIL, "no interface of this machine has this address",
     "see `ip address` for those it has, and correct "},
    {EACCES, "ports below 1024 need a privilege that this process does not have",
     "grant CAP_NET_BIND_SERVICE, start as root, or choose a port above 1023 in "},
    {EAFNOSUPPORT, "the kernel runs without this address family", "remove this address from "},
    {EMFILE, "this process may not open more descriptors",
     "raise the limit (`ulimit -n`), or use fewer shards; see "},
});

base::Failure failure(const ListenerSpec& spec, const SocketError& error) {
  const auto advice = std::ranges::find(kAdvice, error.error, &Advice::error);
  base::Failure failure{"cannot open listener " + describe(spec), {}, {}};
  if (advice != kAdvice.end()) {
    failure.why = advice->why;
    failure.next = std::string{advice->next} + spec.option;
  } else {
    failure.why = std::string{error.call} + ": " + std::generic_category().message(error.error);
    failure.next = "check " + spec.option;
  }
  return failure;
}

base::Endpoint advertised(const ListenerSpec& spec, const base::Endpoint& bound) {
  base::Endpoint shown = spec.advertised;
  if (shown.address.is_unspecified()) shown.address = bound.address;
  if (shown.port == 0) shown.port = bound.port;
  return shown;
}

void write_endpoint(base::ByteWriter& out, const base::Endpoint& endpoint) {
  out.raw(std::as_bytes(std::span{endpoint.address.raw()})).u16(endpoint.port);
}

base::Endpoint read_endpoint(base::ByteReader& in) {
  base::IpAddress::Raw raw{};
  const base::Bytes bytes = in.raw(raw.size());
  if (bytes.size() == raw.size()) std::memcpy(raw.data(), bytes.data(), raw.size());
  return {base::IpAddress{raw}, in.u16()};
}

}  // namespace

struct ListenerSet::Body {
  unsigned shards = 1;
  std::vector<Listener> listeners;
  std::vector<Sockets> sockets;  // by listener
  std::unique_ptr<FlowMap> flows = std::make_unique<FlowMap>();
  SelectorState selector;
  std::vector<std::string> notes;

  [[nodiscard]] int socket(ListenerId listener, ShardId shard, bool stream,
                           std::vector<Descriptor> Sockets::* row) const {
    if (listener >= listeners.size() || is_stream(listeners[listener].protocol) != stream) return -1;
    const std::vector<Descriptor>& sockets_of_row = sockets[listener].*row;
    return shard < sockets_of_row.size() ? sockets_of_row[shard].get() : -1;
  }
};

namespace {

/// Opens the sockets of one listener: the first finds the port, the others join its group.
class ListenerOpening {
 public:
  ListenerOpening(const ListenerSpec& spec, const SocketOptions& options) : spec_{spec}, options_{options} {}

  base::Result<Sockets> open(bool with_selector) {
    for (unsigned shard = 0; shard < options_.shards && !error_; ++shard) add(sockets_.strangers);
    if (with_selector && !is_stream(spec_.protocol)) {
      for (unsigned shard = 0; shard < options_.shards && !error_; ++shard) add(sockets_.known);
      if (!error_) sockets_.pit = next();
    }
    if (error_) return std::unexpected(failure(spec_, *error_));
    return std::move(sockets_);
  }
  [[nodiscard]] const base::Endpoint& bound() const { return bound_; }

 private:
  Descriptor next() {
    const Group group = bound_.port == 0 ? Group::First : Group::Join;
    const base::Endpoint at = bound_.port == 0 ? spec_.bind : bound_;
    auto socket = is_stream(spec_.protocol) ? open_listening_socket(at, group, options_.backlog)
                                            : open_datagram_socket(at, group);
    if (!socket) {
      error_ = socket.error();
      return {};
    }
    bound_ = bound_endpoint(socket->get());
    return std::move(*socket);
  }
  void add(std::vector<Descriptor>& row) { row.push_back(next()); }

  const ListenerSpec& spec_;
  const SocketOptions& options_;
  Sockets sockets_;
  base::Endpoint bound_;
  std::optional<SocketError> error_;
};

/// Grants receive buffers, and says once per listener when the kernel grants less.
void size_buffers(const Sockets& sockets, const ListenerSpec& spec, int bytes,
                  std::vector<std::string>& notes) {
  int granted = bytes;
  for (const auto* row : {&sockets.strangers, &sockets.known}) {
    for (const Descriptor& socket : *row)
      granted = std::min(granted, set_receive_buffer(socket.get(), bytes));
  }
  if (granted >= bytes) return;
  notes.push_back("listener " + describe(spec) + ": the kernel grants a receive buffer of " +
                  std::to_string(granted) + " bytes instead of " + std::to_string(bytes) +
                  "; raise net.core.rmem_max or grant CAP_NET_ADMIN");
}

/// Puts the selector before one listener; when that is refused the listener keeps only its stranger sockets.
std::optional<std::string> select(Selector& selector, ListenerId id, Sockets& sockets) {
  auto refused = make_pit(sockets.pit);
  if (!refused) refused = selector.attach(id, sockets.strangers, sockets.known, sockets.pit);
  return refused;
}

void without_selector(SelectorState& state, const std::string& refusal) {
  state.active = false;
  state.reason = refusal +
                 "; known flows share the kernel queue of strangers, so a flood can push them out of it " +
                 "(grant CAP_BPF, or start as root)";
}

}  // namespace

base::Result<ListenerSet> open_listeners(std::span<const ListenerSpec> specs, const SocketOptions& options) {
  RF_ASSERT(options.shards > 0 && specs.size() < kNoListener);
  auto body = std::make_unique<ListenerSet::Body>();
  body->shards = options.shards;

  std::optional<Selector> selector;
  if (options.selector) {
    auto created = Selector::create(options.max_flows, options.max_denied);
    if (created) {
      selector = std::move(*created);
    } else {
      without_selector(body->selector, created.error());
    }
  } else {
    without_selector(body->selector, "switched off by configuration");
  }

  for (const ListenerSpec& spec : specs) {
    const auto id = static_cast<ListenerId>(body->listeners.size());
    ListenerOpening opening{spec, options};
    auto sockets = opening.open(selector.has_value());
    if (!sockets) return std::unexpected(sockets.error());
    if (selector && !is_stream(spec.protocol)) {
      if (const auto refused = select(*selector, id, *sockets)) {
        // One listener without it means none has it: classes would otherwise mean different things per
        // listener.
        SocketOptions plain = options;
        plain.selector = false;
        body.reset();
        auto set = open_listeners(specs, plain);
        if (set) without_selector(set->body_->selector, *refused);
        return set;
      }
    }
    if (!is_stream(spec.protocol)) size_buffers(*sockets, spec, options.receive_buffer, body->notes);
    body->listeners.push_back({id, spec.protocol, opening.bound(), advertised(spec, opening.bound())});
    body->sockets.push_back(std::move(*sockets));
  }
  if (selector) {
    body->selector.active = true;
    body->flows = std::make_unique<FlowMap>(selector->take_flows(), selector->take_denied());
  }
  return ListenerSet{std::move(body)};
}

ListenerSet::ListenerSet(std::unique_ptr<Body> body) : body_{std::move(body)} {}
ListenerSet::ListenerSet(ListenerSet&&) noexcept = default;
ListenerSet& ListenerSet::operator=(ListenerSet&&) noexcept = default;
ListenerSet::~ListenerSet() = default;

std::span<const Listener> ListenerSet::listeners() const {
  return body_->listeners;
}
unsigned ListenerSet::shards() const {
  return body_->shards;
}
FlowMap& ListenerSet::flows() {
  return *body_->flows;
}
const SelectorState& ListenerSet::selector() const {
  return body_->selector;
}
std::span<const std::string> ListenerSet::notes() const {
  return body_->notes;
}

int ListenerSet::stranger_socket(ListenerId listener, ShardId shard) const {
  return body_->socket(listener, shard, false, &Sockets::strangers);
}
int ListenerSet::known_socket(ListenerId listener, ShardId shard) const {
  return body_->socket(listener, shard, false, &Sockets::known);
}
int ListenerSet::listening_socket(ListenerId listener, ShardId shard) const {
  return body_->socket(listener, shard, true, &Sockets::strangers);
}

std::vector<int> ListenerSet::descriptors() const {
  std::vector<int> all;
  const auto add = [&all](const Descriptor& descriptor) { all.push_back(descriptor.get()); };
  for (const Sockets& sockets : body_->sockets) {
    std::ranges::for_each(sockets.strangers, add);
    std::ranges::for_each(sockets.known, add);
    if (sockets.pit) add(sockets.pit);
  }
  if (body_->selector.active) {
    all.push_back(body_->flows->flows_descriptor());
    all.push_back(body_->flows->denied_descriptor());
  }
  return all;
}

std::string ListenerSet::table() const {
  std::vector<std::byte> bytes;
  base::ByteWriter out{bytes};
  out.u32(kTableVersion).u32(body_->shards).boolean(body_->selector.active).text(body_->selector.reason);
  out.u32(static_cast<std::uint32_t>(body_->notes.size()));
  for (const std::string& note : body_->notes) out.text(note);
  out.u32(static_cast<std::uint32_t>(body_->listeners.size()));
  for (const Listener& listener : body_->listeners) {
    out.u8(static_cast<std::uint8_t>(listener.protocol));
    write_endpoint(out, listener.bound);
    write_endpoint(out, listener.advertised);
  }
  std::string text(2 * bytes.size(), '\0');
  base::encode_hex(bytes, text);
  return text;
}

base::Result<ListenerSet> ListenerSet::adopt(std::span<const int> descriptors, std::string_view table) {
  // Owned from here, so that a refusal closes them too.
  std::vector<Descriptor> owned;
  for (const int descriptor : descriptors) owned.emplace_back(descriptor);
  const auto refuse = [](std::string why) {
    return base::fail("cannot take over the listeners of the supervisor", std::move(why),
                      "start both processes from the same executable");
  };

  std::vector<std::byte> bytes(table.size() / 2);
  if (!base::decode_hex(table, bytes)) return refuse("the table of descriptors is damaged");
  base::ByteReader in{bytes};
  if (in.u32() != kTableVersion) return refuse("the table of descriptors is of another version");
  auto body = std::make_unique<Body>();
  body->shards = in.u32();
  body->selector.active = in.boolean();
  body->selector.reason = in.text();
  for (std::uint32_t left = in.u32(); left > 0 && in.ok(); --left) body->notes.emplace_back(in.text());
  for (std::uint32_t left = in.u32(); left > 0 && in.ok(); --left) {
    Listener listener;
    listener.id = static_cast<ListenerId>(body->listeners.size());
    listener.protocol =
        static_cast<Protocol>(std::min<std::uint8_t>(in.u8(), static_cast<std::uint8_t>(Protocol::Wss)));
    listener.bound = read_endpoint(in);
    listener.advertised = read_endpoint(in);
    body->listeners.push_back(listener);
  }
  if (!in.finished() || body->listeners.size() >= kNoListener)
    return refuse("the table of descriptors is damaged");

  std::size_t used = 0;
  const auto next = [&] { return used < owned.size() ? std::move(owned[used++]) : (++used, Descriptor{}); };
  const auto fill = [&](std::vector<Descriptor>& row) {
    for (unsigned shard = 0; shard < body->shards && used <= owned.size(); ++shard) row.push_back(next());
  };
  for (const Listener& listener : body->listeners) {
    Sockets& sockets = body->sockets.emplace_back();
    fill(sockets.strangers);
    if (!body->selector.active || is_stream(listener.protocol)) continue;
    fill(sockets.known);
    sockets.pit = next();
  }
  if (body->selector.active) {
    Descriptor flows = next();
    body->flows = std::make_unique<FlowMap>(std::move(flows), next());
  }
  if (used != owned.size()) return refuse("the number of descriptors does not fit their table");
  return ListenerSet{std::move(body)};
}

}  // namespace ringfence::net
