// SPDX-License-Identifier: Apache-2.0
// Reading a message through its index.
#include "sip/message.h"

#include "base/ascii.h"

namespace ringfence::sip {

std::size_t Message::count(HeaderId id) const {
  std::size_t rows = 0;
  for (std::uint8_t row = first(id); row != kNoRow; row = index_->rows[row].next) ++rows;
  return rows;
}

std::optional<std::string_view> Message::header(std::string_view name) const {
  if (const HeaderId id = header_of(name); id != HeaderId::Other) {
    return has(id) ? std::optional{header(id)} : std::nullopt;
  }
  for (const HeaderView& row : rows(HeaderId::Other)) {
    if (base::iequals(row.name, name)) return row.value;
  }
  return std::nullopt;
}

Via Message::top_via() const {
  const MessageIndex::TopVia& memo = index_->via;
  Via via;
  via.text = at(memo.text);
  via.version = at(memo.version);
  via.transport = at(memo.transport);
  via.host = at(memo.host);
  via.branch = at(memo.branch);
  via.received = at(memo.received);
  via.maddr = at(memo.maddr);
  via.params = at(memo.params);
  if (memo.port != 0) via.port = memo.port;
  if (memo.ttl >= 0) via.ttl = static_cast<std::uint8_t>(memo.ttl);
  via.rport = {memo.has_rport, memo.rport};
  return via;
}

NameAddr Message::address(const MessageIndex::Address& memo) const {
  NameAddr address;
  address.display = at(memo.display);
  address.uri = at(memo.uri);
  address.params = at(memo.params);
  address.tag = at(memo.tag);
  address.display_quoted = memo.quoted;
  address.bracketed = memo.bracketed;
  return address;
}

}  // namespace ringfence::sip
