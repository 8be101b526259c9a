// SPDX-License-Identifier: Apache-2.0
// Maps and programs of the kernel's socket selection, through libbpf's system call wrappers.
#include "net/selector.h"

#include <arpa/inet.h>
#include <bpf/bpf.h>
#include <linux/filter.h>
#include <sys/socket.h>

#include <cerrno>
#include <system_error>

#include "net/selector_program.h"
#include "net/source_counts.h"

namespace ringfence::net {
namespace {

std::string refusal(const char* call) {
  return std::string{call} + ": " + std::generic_category().message(errno);
}

FlowKey flow_key(ListenerId listener, const base::Endpoint& remote) {
  return {remote.address.raw(), htons(remote.port), listener};
}

DenyKey deny_key(const base::IpAddress& address) {
  return source_prefix(address).raw();
}

template <class Key>
void clear_map(int map) {
  Key key{};
  while (bpf_map_get_next_key(map, nullptr, &key) == 0) {
    if (bpf_map_delete_elem(map, &key) != 0) return;
  }
}

}  // namespace

FlowMap::FlowMap(Descriptor flows, Descriptor denied)
    : flows_{std::move(flows)}, denied_{std::move(denied)} {}

bool FlowMap::promote(ListenerId listener, const base::Endpoint& remote) {
  if (!active()) return false;
  // Before the kernel: a shard that finds the flow in a known socket then surely sees that there was a
  // promotion.
  promotions_.fetch_add(1, std::memory_order_seq_cst);
  const FlowKey key = flow_key(listener, remote);
  const std::uint32_t present = 1;
  if (bpf_map_update_elem(flows_.get(), &key, &present, BPF_ANY) == 0) return true;
  refused_.fetch_add(1, std::memory_order_relaxed);
  return false;
}

bool FlowMap::demote(ListenerId listener, const base::Endpoint& remote) {
  const FlowKey key = flow_key(listener, remote);
  return active() && bpf_map_delete_elem(flows_.get(), &key) == 0;
}

bool FlowMap::deny(const base::IpAddress& address) {
  if (!active()) return false;
  const DenyKey key = deny_key(address);
  const std::uint64_t hits = 0;
  if (bpf_map_update_elem(denied_.get(), &key, &hits, BPF_NOEXIST) == 0 || errno == EEXIST) return true;
  refused_.fetch_add(1, std::memory_order_relaxed);
  return false;
}

bool FlowMap::undeny(const base::IpAddress& address) {
  const DenyKey key = deny_key(address);
  return active() && bpf_map_delete_elem(denied_.get(), &key) == 0;
}

std::optional<std::uint64_t> FlowMap::denied_hits(const base::IpAddress& address) const {
  const DenyKey key = deny_key(address);
  std::uint64_t hits = 0;
  if (!active() || bpf_map_lookup_elem(denied_.get(), &key, &hits) != 0) return std::nullopt;
  return hits;
}

void FlowMap::clear() {
  if (!active()) return;
  clear_map<FlowKey>(flows_.get());
  clear_map<DenyKey>(denied_.get());
}

std::expected<Selector, std::string> Selector::create(std::size_t max_flows, std::size_t max_denied) {
  // Without preallocation an empty map costs next to nothing; an entry then takes about 100 bytes of kernel
  // memory.
  bpf_map_create_opts options{};
  options.sz = sizeof options;
  options.map_flags = BPF_F_NO_PREALLOC;
  Selector selector;
  selector.flows_ =
      Descriptor{bpf_map_create(BPF_MAP_TYPE_HASH, "rf_flows", sizeof(FlowKey), sizeof(std::uint32_t),
                                static_cast<std::uint32_t>(max_flows), &options)};
  if (!selector.flows_) return std::unexpected(refusal("creating the flow map"));
  selector.denied_ =
      Descriptor{bpf_map_create(BPF_MAP_TYPE_HASH, "rf_denied", sizeof(DenyKey), sizeof(std::uint64_t),
                                static_cast<std::uint32_t>(max_denied), &options)};
  if (!selector.denied_) return std::unexpected(refusal("creating the deny map"));
  return selector;
}

std::optional<std::string> Selector::attach(ListenerId listener, std::span<const Descriptor> strangers,
                                            std::span<const Descriptor> known, const Descriptor& pit) {
  const auto shards = static_cast<unsigned>(strangers.size());
  const Descriptor sockets{bpf_map_create(BPF_MAP_TYPE_REUSEPORT_SOCKARRAY, "rf_sockets",
                                          sizeof(std::uint32_t), sizeof(std::uint64_t), pit_place(shards) + 1,
                                          nullptr)};
  if (!sockets) return refusal("creating the socket array");

  const auto put = [&](std::uint32_t place, const Descriptor& socket) {
    const auto value = static_cast<std::uint64_t>(socket.get());
    return bpf_map_update_elem(sockets.get(), &place, &value, BPF_ANY) == 0;
  };
  for (unsigned shard = 0; shard < shards; ++shard) {
    const auto id = static_cast<ShardId>(shard);
    if (!put(stranger_place(shards, id), strangers[shard]) || !put(known_place(shards, id), known[shard])) {
      return refusal("filling the socket array");
    }
  }
  if (!put(pit_place(shards), pit)) return refusal("filling the socket array");

  const SelectorProgram code =
      selector_program({flows_.get(), denied_.get(), sockets.get()}, listener, shards);
  const Descriptor program{bpf_prog_load(BPF_PROG_TYPE_SK_REUSEPORT, "rf_selector", "Apache-2.0", code.data(),
                                         code.size(), nullptr)};
  if (!program) return refusal("loading the selector program");

  // The group keeps the program, and the program its maps: our descriptors of both may go.
  const int descriptor = program.get();
  if (setsockopt(strangers[0].get(), SOL_SOCKET, SO_ATTACH_REUSEPORT_EBPF, &descriptor, sizeof descriptor) !=
      0) {
    return refusal("attaching the selector program");
  }
  return std::nullopt;
}

std::optional<std::string> make_pit(const Descriptor& socket) {
  sock_filter nothing{BPF_RET | BPF_K, 0, 0, 0};  // accept zero bytes of every datagram
  const sock_fprog filter{1, &nothing};
  if (setsockopt(socket.get(), SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof filter) == 0)
    return std::nullopt;
  return refusal("closing the pit socket");
}

}  // namespace ringfence::net
