// SPDX-License-Identifier: Apache-2.0
// The selector's instructions (SK_REUSEPORT, see bpf(2) and bpf-helpers(7)), written by hand: no compiler at
// build time.
#include "net/selector_program.h"

#include <arpa/inet.h>
#include <linux/if_ether.h>

#include <cstddef>

namespace ringfence::net {
namespace {

using Register = std::uint8_t;
constexpr Register kResult = BPF_REG_0;
constexpr Register kArg1 = BPF_REG_1;
constexpr Register kArg2 = BPF_REG_2;
constexpr Register kArg3 = BPF_REG_3;
constexpr Register kArg4 = BPF_REG_4;
constexpr Register kArg5 = BPF_REG_5;
constexpr Register kContext = BPF_REG_6;  // 6 to 9 survive calls
constexpr Register kPlace = BPF_REG_7;
constexpr Register kFamily = BPF_REG_8;
constexpr Register kStack = BPF_REG_10;

constexpr bpf_insn instruction(int code, Register to, Register from, int offset, int value) {
  bpf_insn made{};
  made.code = static_cast<std::uint8_t>(code);
  made.dst_reg = to & 0xf;
  made.src_reg = from & 0xf;
  made.off = static_cast<std::int16_t>(offset);
  made.imm = value;
  return made;
}

// 64-bit arithmetic
constexpr bpf_insn set(Register to, int value) {
  return instruction(BPF_ALU64 | BPF_MOV | BPF_K, to, 0, 0, value);
}
constexpr bpf_insn copy(Register to, Register from) {
  return instruction(BPF_ALU64 | BPF_MOV | BPF_X, to, from, 0, 0);
}
constexpr bpf_insn add(Register to, int value) {
  return instruction(BPF_ALU64 | BPF_ADD | BPF_K, to, 0, 0, value);
}
constexpr bpf_insn modulo(Register to, int value) {
  return instruction(BPF_ALU64 | BPF_MOD | BPF_K, to, 0, 0, value);
}
// memory: `size` is BPF_H (2 bytes), BPF_W (4) or BPF_DW (8)
constexpr bpf_insn load(int size, Register to, Register from, int offset) {
  return instruction(BPF_LDX | BPF_MEM | size, to, from, offset, 0);
}
constexpr bpf_insn store(int size, int offset, int value) {
  return instruction(BPF_ST | BPF_MEM | size, kStack, 0, offset, value);
}
constexpr bpf_insn store_register(int size, int offset, Register from) {
  return instruction(BPF_STX | BPF_MEM | size, kStack, from, offset, 0);
}
constexpr bpf_insn atomic_add(Register at, Register by) {
  return instruction(BPF_STX | BPF_ATOMIC | BPF_DW, at, by, 0, BPF_ADD);
}
// flow: `skip` counts the instructions that are jumped over
constexpr bpf_insn skip_if(int comparison, Register left, int value, int skip) {
  return instruction(BPF_JMP | comparison | BPF_K, left, 0, skip, value);
}
constexpr bpf_insn skip_always(int skip) {
  return instruction(BPF_JMP | BPF_JA, 0, 0, skip, 0);
}
constexpr bpf_insn call(int helper) {
  return instruction(BPF_JMP | BPF_CALL, 0, 0, 0, helper);
}
constexpr bpf_insn leave() {
  return instruction(BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
}
// the address of a map takes two instructions
constexpr bpf_insn map(Register to, int descriptor) {
  return instruction(BPF_LD | BPF_DW | BPF_IMM, to, BPF_PSEUDO_MAP_FD, 0, descriptor);
}
constexpr bpf_insn map_high() {
  return instruction(0, 0, 0, 0, 0);
}

// The stack, below its top: the flow key, whose first 16 bytes serve as deny key, and the place in the socket
// array.
constexpr int kKey = -24;
constexpr int kKeyLow = kKey + 8;
constexpr int kKeyV4 = kKey + 12;
constexpr int kKeyPort = kKey + static_cast<int>(offsetof(FlowKey, port));
constexpr int kKeyListener = kKey + static_cast<int>(offsetof(FlowKey, listener));
constexpr int kPlaceSlot = -32;

// Where the source address stands in the two IP headers.
constexpr int kV4Source = 12;
constexpr int kV6Source = 8;

}  // namespace

SelectorProgram selector_program(const SelectorMaps& maps, ListenerId listener, unsigned shards) {
  const int count = static_cast<int>(shards);
  return {{
      copy(kContext, kArg1),
      // The place if nothing else is found: the stranger socket of the flow's shard.
      load(BPF_W, kPlace, kContext, offsetof(sk_reuseport_md, hash)),
      modulo(kPlace, count),

      // key = source address, mapped when IPv4
      store(BPF_DW, kKey, 0),
      store(BPF_DW, kKeyLow, 0),
      load(BPF_W, kFamily, kContext, offsetof(sk_reuseport_md, eth_protocol)),
      skip_if(BPF_JNE, kFamily, htons(ETH_P_IP), 6),
      store(BPF_H, kKeyLow + 2, 0xffff),
      copy(kArg3, kStack),  // IPv4
      add(kArg3, kKeyV4),
      set(kArg2, kV4Source),
      set(kArg4, 4),
      skip_always(4),
      copy(kArg3, kStack),  // IPv6
      add(kArg3, kKey),
      set(kArg2, kV6Source),
      set(kArg4, 16),
      copy(kArg1, kContext),  // both
      set(kArg5, BPF_HDR_START_NET),
      call(BPF_FUNC_skb_load_bytes_relative),

      // key += source port, the first two bytes of the UDP header, and the listener
      copy(kArg1, kContext),
      set(kArg2, 0),
      copy(kArg3, kStack),
      add(kArg3, kKeyPort),
      set(kArg4, 2),
      call(BPF_FUNC_skb_load_bytes),
      store(BPF_H, kKeyListener, listener),

      // 1. promoted?
      map(kArg1, maps.flows),
      map_high(),
      copy(kArg2, kStack),
      add(kArg2, kKey),
      call(BPF_FUNC_map_lookup_elem),
      skip_if(BPF_JEQ, kResult, 0, 2),
      add(kPlace, count),
      skip_always(11),

      // 2. denied? IPv6 sources by their /64
      skip_if(BPF_JEQ, kFamily, htons(ETH_P_IP), 1),
      store(BPF_DW, kKeyLow, 0),
      map(kArg1, maps.denied),
      map_high(),
      copy(kArg2, kStack),
      add(kArg2, kKey),
      call(BPF_FUNC_map_lookup_elem),
      skip_if(BPF_JEQ, kResult, 0, 3),
      set(kArg1, 1),
      atomic_add(kResult, kArg1),
      set(kPlace, static_cast<int>(pit_place(shards))),

      // 3. deliver; SK_DROP would make the kernel answer "port unreachable", and that is not silence
      store_register(BPF_W, kPlaceSlot, kPlace),
      copy(kArg1, kContext),
      map(kArg2, maps.sockets),
      map_high(),
      copy(kArg3, kStack),
      add(kArg3, kPlaceSlot),
      set(kArg4, 0),
      call(BPF_FUNC_sk_select_reuseport),
      set(kResult, SK_PASS),
      leave(),
  }};
}

}  // namespace ringfence::net
