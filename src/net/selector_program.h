// SPDX-License-Identifier: Apache-2.0
// The kernel program that chooses a socket for each datagram, as a table of instructions.
#pragma once

#include <linux/bpf.h>

#include <array>
#include <cstddef>
#include <cstdint>

#include "net/flow.h"

namespace ringfence::net {

/// Key of the flow map, as the program builds it on its stack.
struct FlowKey {
  std::array<std::uint8_t, 16> address{};  ///< IPv4 in mapped form
  std::uint16_t port = 0;                  ///< network order
  std::uint16_t listener = 0;
};
static_assert(sizeof(FlowKey) == 20);

/// Key of the deny map: the address, IPv6 with its lower 64 bits cleared.
using DenyKey = std::array<std::uint8_t, 16>;

/// What one listener's program works with.
struct SelectorMaps {
  int flows = -1;    ///< hash, FlowKey -> u32
  int denied = -1;   ///< hash, DenyKey -> u64, counts what was dropped
  int sockets = -1;  ///< reuseport array: strangers of all shards, known sockets of all shards, the pit
};

/// Places in the socket array.
[[nodiscard]] constexpr std::uint32_t stranger_place(unsigned, ShardId shard) {
  return shard;
}
[[nodiscard]] constexpr std::uint32_t known_place(unsigned shards, ShardId shard) {
  return shards + shard;
}
[[nodiscard]] constexpr std::uint32_t pit_place(unsigned shards) {
  return 2 * shards;
}

using SelectorProgram = std::array<bpf_insn, 56>;

/// The program of one listener:
///   1. a promoted flow goes to the known socket of its shard, whatever is denied;
///   2. a denied source goes to the pit, a socket that takes nothing;
///   3. everything else goes to the stranger socket of its shard.
/// The shard is the kernel's hash of the 4-tuple, the same in 1 and 3: a promoted flow does not change its
/// shard.
[[nodiscard]] SelectorProgram selector_program(const SelectorMaps& maps, ListenerId listener,
                                               unsigned shards);

}  // namespace ringfence::net
