// SPDX-License-Identifier: Apache-2.0
// The four state machines of RFC 3261 §17 with the Accepted states of RFC 6026, as tables.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "transaction/timers.h"

namespace ringfence::transaction {

enum class Machine : std::uint8_t { ClientInvite, ClientOther, ServerInvite, ServerOther };

enum class State : std::uint8_t {
  Reserved,  ///< a client transaction whose request is still being built
  Calling,   ///< client INVITE: nothing heard
  Trying,    ///< nothing heard or said; of a server INVITE that part of Proceeding before the first 1xx
  Proceeding,
  Accepted,  ///< INVITE: a 2xx has passed (RFC 6026)
  Completed,
  Confirmed,  ///< server INVITE: acknowledged
  Terminated,
  kCount,
};

/// Responses are those received on the client side, and those of the user on the server side.
enum class Event : std::uint8_t {
  Provisional,  ///< 1xx
  Success,      ///< 2xx
  Failure,      ///< 300-699
  Request,      ///< the request again
  Ack,
  Repeat,   ///< the state's repeating timer
  Limit,    ///< the state's last timer
  NotSent,  ///< the transport could not send
  kCount,
};

/// What a transition does besides changing the state. Bits.
enum class Action : std::uint16_t {
  None = 0,
  Pass = 1,             ///< give the response, or the ACK, to the user
  SendAck = 2,          ///< client INVITE: acknowledge a failure (§17.1.1.3)
  Resend = 4,           ///< send what was sent last once more
  Send = 8,             ///< server: send the user's response and keep it
  SendTrying = 16,      ///< server: 100
  TellTimeout = 32,     ///< client: the user learns of Timer B, F
  TellNotSent = 64,     ///< the user learns of a transport error
  TellCancelled = 128,  ///< client INVITE: §9.1's 64*T1 have passed
  TellCompleted = 256,  ///< server: the end, as it should be
  TellNoAck = 512,      ///< server INVITE: the end by Timer H
};

[[nodiscard]] constexpr Action operator|(Action a, Action b) {
  return static_cast<Action>(static_cast<unsigned>(a) | static_cast<unsigned>(b));
}
[[nodiscard]] constexpr bool has(Action set, Action one) {
  return (static_cast<unsigned>(set) & static_cast<unsigned>(one)) != 0;
}

/// An arrow of RFC 3261 Figures 5 to 8. An event without an arrow is absorbed.
struct Arrow {
  Machine machine;
  State from;
  Event event;
  State to;
  Action actions;
};

inline constexpr auto kArrows = [] {
  using M = Machine;
  using S = State;
  using E = Event;
  using A = Action;
  return std::to_array<Arrow>({
      // INVITE client: Figure 5, with Accepted from RFC 6026 §7.2.
      {M::ClientInvite, S::Calling, E::Provisional, S::Proceeding, A::Pass},
      {M::ClientInvite, S::Calling, E::Success, S::Accepted, A::Pass},
      {M::ClientInvite, S::Calling, E::Failure, S::Completed, A::SendAck | A::Pass},
      {M::ClientInvite, S::Calling, E::Repeat, S::Calling, A::Resend},
      {M::ClientInvite, S::Calling, E::Limit, S::Terminated, A::TellTimeout},
      {M::ClientInvite, S::Calling, E::NotSent, S::Terminated, A::TellNotSent},
      {M::ClientInvite, S::Proceeding, E::Provisional, S::Proceeding, A::Pass},
      {M::ClientInvite, S::Proceeding, E::Success, S::Accepted, A::Pass},
      {M::ClientInvite, S::Proceeding, E::Failure, S::Completed, A::SendAck | A::Pass},
      {M::ClientInvite, S::Proceeding, E::Limit, S::Terminated, A::TellCancelled},  // armed by a CANCEL only
      {M::ClientInvite, S::Accepted, E::Success, S::Accepted, A::Pass},
      {M::ClientInvite, S::Accepted, E::Limit, S::Terminated, A::None},
      {M::ClientInvite, S::Completed, E::Failure, S::Completed, A::SendAck},
      {M::ClientInvite, S::Completed, E::Limit, S::Terminated, A::None},
      // The ACK could not be sent. The user has its final response already and hears of nothing twice.
      {M::ClientInvite, S::Completed, E::NotSent, S::Terminated, A::None},

      // Other clients: Figure 6.
      {M::ClientOther, S::Trying, E::Provisional, S::Proceeding, A::Pass},
      {M::ClientOther, S::Trying, E::Success, S::Completed, A::Pass},
      {M::ClientOther, S::Trying, E::Failure, S::Completed, A::Pass},
      {M::ClientOther, S::Trying, E::Repeat, S::Trying, A::Resend},
      {M::ClientOther, S::Trying, E::Limit, S::Terminated, A::TellTimeout},
      {M::ClientOther, S::Trying, E::NotSent, S::Terminated, A::TellNotSent},
      {M::ClientOther, S::Proceeding, E::Provisional, S::Proceeding, A::Pass},
      {M::ClientOther, S::Proceeding, E::Success, S::Completed, A::Pass},
      {M::ClientOther, S::Proceeding, E::Failure, S::Completed, A::Pass},
      {M::ClientOther, S::Proceeding, E::Repeat, S::Proceeding, A::Resend},
      {M::ClientOther, S::Proceeding, E::Limit, S::Terminated, A::TellTimeout},
      {M::ClientOther, S::Proceeding, E::NotSent, S::Terminated, A::TellNotSent},
      {M::ClientOther, S::Completed, E::Limit, S::Terminated, A::None},

      // INVITE server: Figure 7, with Accepted and the transport errors that change no state from RFC 6026
      // §7.1.
      {M::ServerInvite, S::Trying, E::Repeat, S::Proceeding, A::SendTrying},
      {M::ServerInvite, S::Trying, E::Provisional, S::Proceeding, A::Send},
      {M::ServerInvite, S::Trying, E::Success, S::Accepted, A::Send},
      {M::ServerInvite, S::Trying, E::Failure, S::Completed, A::Send},
      {M::ServerInvite, S::Proceeding, E::Request, S::Proceeding, A::Resend},
      {M::ServerInvite, S::Proceeding, E::Provisional, S::Proceeding, A::Send},
      {M::ServerInvite, S::Proceeding, E::Success, S::Accepted, A::Send},
      {M::ServerInvite, S::Proceeding, E::Failure, S::Completed, A::Send},
      {M::ServerInvite, S::Proceeding, E::NotSent, S::Proceeding, A::TellNotSent},
      {M::ServerInvite, S::Accepted, E::Success, S::Accepted, A::Send},
      {M::ServerInvite, S::Accepted, E::Ack, S::Accepted, A::Pass},
      {M::ServerInvite, S::Accepted, E::NotSent, S::Accepted, A::TellNotSent},
      {M::ServerInvite, S::Accepted, E::Limit, S::Terminated, A::TellCompleted},
      {M::ServerInvite, S::Completed, E::Request, S::Completed, A::Resend},
      {M::ServerInvite, S::Completed, E::Repeat, S::Completed, A::Resend},
      {M::ServerInvite, S::Completed, E::Ack, S::Confirmed, A::None},
      {M::ServerInvite, S::Completed, E::NotSent, S::Completed, A::TellNotSent},
      {M::ServerInvite, S::Completed, E::Limit, S::Terminated, A::TellNoAck},
      {M::ServerInvite, S::Confirmed, E::Limit, S::Terminated, A::TellCompleted},

      // Other servers: Figure 8, with the late 100 of RFC 4320 §4.1.
      {M::ServerOther, S::Trying, E::Repeat, S::Proceeding, A::SendTrying},
      {M::ServerOther, S::Trying, E::Provisional, S::Proceeding, A::Send},
      {M::ServerOther, S::Trying, E::Success, S::Completed, A::Send},
      {M::ServerOther, S::Trying, E::Failure, S::Completed, A::Send},
      {M::ServerOther, S::Proceeding, E::Request, S::Proceeding, A::Resend},
      {M::ServerOther, S::Proceeding, E::Provisional, S::Proceeding, A::Send},
      {M::ServerOther, S::Proceeding, E::Success, S::Completed, A::Send},
      {M::ServerOther, S::Proceeding, E::Failure, S::Completed, A::Send},
      {M::ServerOther, S::Proceeding, E::NotSent, S::Terminated, A::TellNotSent},
      {M::ServerOther, S::Completed, E::Request, S::Completed, A::Resend},
      {M::ServerOther, S::Completed, E::NotSent, S::Terminated, A::TellNotSent},
      {M::ServerOther, S::Completed, E::Limit, S::Terminated, A::TellCompleted},
  });
}();

/// The timers of a state. A timer that two neighbouring states share goes on running from one to the other.
struct StateTimers {
  Machine machine;
  State state;
  TimerName repeat;
  TimerName limit;
};

inline constexpr auto kStateTimers = [] {
  using M = Machine;
  using S = State;
  using T = TimerName;
  return std::to_array<StateTimers>({
      {M::ClientInvite, S::Calling, T::A, T::B},
      {M::ClientInvite, S::Proceeding, T::None, T::None},  // Timer C is the proxy's (§16.6, step 11)
      {M::ClientInvite, S::Accepted, T::None, T::M},
      {M::ClientInvite, S::Completed, T::None, T::D},
      {M::ClientOther, S::Trying, T::E, T::F},
      {M::ClientOther, S::Proceeding, T::E, T::F},
      {M::ClientOther, S::Completed, T::None, T::K},
      {M::ServerInvite, S::Trying, T::Trying, T::None},
      {M::ServerInvite, S::Proceeding, T::None, T::None},
      {M::ServerInvite, S::Accepted, T::None, T::L},
      {M::ServerInvite, S::Completed, T::G, T::H},
      {M::ServerInvite, S::Confirmed, T::None, T::I},
      {M::ServerOther, S::Trying, T::LateTrying, T::None},
      {M::ServerOther, S::Proceeding, T::None, T::None},
      {M::ServerOther, S::Completed, T::None, T::J},
  });
}();

namespace detail {

inline constexpr std::size_t kMachines = 4;
inline constexpr std::size_t kStates = static_cast<std::size_t>(State::kCount);
inline constexpr std::size_t kEvents = static_cast<std::size_t>(Event::kCount);
inline constexpr std::uint8_t kNoRow = 0xff;

[[nodiscard]] constexpr std::size_t place(Machine machine, State state) {
  return static_cast<std::size_t>(machine) * kStates + static_cast<std::size_t>(state);
}
[[nodiscard]] constexpr std::size_t place(Machine machine, State state, Event event) {
  return place(machine, state) * kEvents + static_cast<std::size_t>(event);
}

/// The arrows by where they begin, so that finding one is a single load.
inline constexpr auto kArrowIndex = [] {
  std::array<std::uint8_t, kMachines * kStates * kEvents> index{};
  index.fill(kNoRow);
  for (std::size_t i = 0; i < kArrows.size(); ++i) {
    index[place(kArrows[i].machine, kArrows[i].from, kArrows[i].event)] = static_cast<std::uint8_t>(i);
  }
  return index;
}();

inline constexpr auto kStateIndex = [] {
  std::array<std::uint8_t, kMachines * kStates> index{};
  index.fill(kNoRow);
  for (std::size_t i = 0; i < kStateTimers.size(); ++i) {
    index[place(kStateTimers[i].machine, kStateTimers[i].state)] = static_cast<std::uint8_t>(i);
  }
  return index;
}();

}  // namespace detail

/// The arrow for an event, or nullptr: the event is absorbed.
[[nodiscard]] constexpr const Arrow* arrow_for(Machine machine, State from, Event event) {
  const std::uint8_t row = detail::kArrowIndex[detail::place(machine, from, event)];
  return row == detail::kNoRow ? nullptr : &kArrows[row];
}

/// The timers of a state; Reserved and Terminated have none.
[[nodiscard]] constexpr StateTimers timers_of(Machine machine, State state) {
  const std::uint8_t row = detail::kStateIndex[detail::place(machine, state)];
  return row == detail::kNoRow ? StateTimers{machine, state, TimerName::None, TimerName::None}
                               : kStateTimers[row];
}

/// What an event does to a transaction.
struct Step {
  State to;
  Action actions;
};

/// The step of an event; nullopt when it is absorbed. Where the limit of the state to enter is zero, as in
/// most lingering states on reliable transports, the step leads through it to the end.
[[nodiscard]] constexpr std::optional<Step> step_of(Machine machine, State from, Event event, bool reliable) {
  const Arrow* const arrow = arrow_for(machine, from, event);
  if (arrow == nullptr) return std::nullopt;
  if (arrow->to != from && TimerTable::zero(timers_of(machine, arrow->to).limit, reliable)) {
    const Arrow* const through = arrow_for(machine, arrow->to, Event::Limit);
    return Step{through->to, arrow->actions | through->actions};
  }
  return Step{arrow->to, arrow->actions};
}

/// 1xx, 2xx or 300-699.
[[nodiscard]] constexpr Event event_of(unsigned status) {
  if (status < 200) return Event::Provisional;
  return status < 300 ? Event::Success : Event::Failure;
}

namespace detail {

[[nodiscard]] constexpr bool no_arrow_twice() {
  for (std::size_t i = 0; i < kArrows.size(); ++i) {
    if (arrow_for(kArrows[i].machine, kArrows[i].from, kArrows[i].event) != &kArrows[i]) return false;
  }
  return true;
}

/// A state that a timer can end has an arrow for it, and the other way round.
[[nodiscard]] constexpr bool every_timer_has_its_arrow() {
  for (const StateTimers& row : kStateTimers) {
    const bool cancelled_later = row.machine == Machine::ClientInvite && row.state == State::Proceeding;
    const bool repeats = arrow_for(row.machine, row.state, Event::Repeat) != nullptr;
    const bool ends = arrow_for(row.machine, row.state, Event::Limit) != nullptr;
    if (repeats != (row.repeat != TimerName::None)) return false;
    if (ends != (row.limit != TimerName::None || cancelled_later)) return false;
  }
  return true;
}
static_assert(no_arrow_twice() && every_timer_has_its_arrow());

}  // namespace detail
}  // namespace ringfence::transaction
