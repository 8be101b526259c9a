// SPDX-License-Identifier: Apache-2.0
// Reading what we wrote ourselves.
#include "transaction/own_message.h"

#include <charconv>

#include "sip/message.h"

namespace ringfence::transaction {

unsigned status_of(std::string_view response) {
  const std::size_t space = response.find(' ');
  if (space == std::string_view::npos || response.size() < space + 4) return 0;
  unsigned status = 0;
  const char* const digits = response.data() + space + 1;
  const auto [end, error] = std::from_chars(digits, digits + 3, status);
  return error == std::errc{} && end == digits + 3 ? status : 0;
}

std::string_view to_tag_of(std::string_view response) {
  sip::MessageIndex index;
  if (!sip::parse(response, index)) return {};
  return sip::Message{response, index}.to_tag();
}

}  // namespace ringfence::transaction
