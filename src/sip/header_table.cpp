// SPDX-License-Identifier: Apache-2.0
// Looking up header fields by name.
#include "sip/header_table.h"

#include "sip/header_lookup.h"

namespace ringfence::sip {

HeaderId header_of(std::string_view name) {
  return detail::look_up(name);
}

}  // namespace ringfence::sip
