// SPDX-License-Identifier: Apache-2.0
// The kinds of messages that steps and control send between shards, numbered in one place.
#pragma once

#include <cstdint>

#include "net/message.h"

namespace ringfence::pipeline {

enum class MessageKind : std::uint8_t {
  CountNonce =
      static_cast<std::uint8_t>(net::MessageKind::Upper),  ///< to the account's shard: is this nonce use new?
  NonceCounted,                                            ///< back: resume the waiting request
  DropBindings,                                            ///< from control: `reg drop`
  Dropped,                                                 ///< back to control
};

}  // namespace ringfence::pipeline
