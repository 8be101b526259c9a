// SPDX-License-Identifier: Apache-2.0
// Any bytes as changes: refused or understood, and what was understood reads back as itself, can be applied,
// and is found.
#include <algorithm>
#include <cstdlib>

#include "base/quiescent.h"
#include "directory/directory.h"
#include "model/host.h"

using namespace ringfence;
using namespace ringfence::directory;

namespace {

void require(bool promise) {
  if (!promise) std::abort();
}

bool ends_load(const Change& change) {
  return std::holds_alternative<LoadEnd>(change);
}
bool begins_load(const Change& change) {
  return std::holds_alternative<LoadBegin>(change);
}

/// Whatever the entry is part of or stands for, it is found there as itself.
void check(const Snapshot& now, const EntryValues& values) {
  const Entry* entry = now.entry(values.kind, values.id);
  require(entry != nullptr && entry->values() == values);
  if (const auto key = child_key(*entry)) {
    const auto siblings = now.children(key->kind, key->parent_kind, key->parent);
    require(std::ranges::find(siblings, entry) != siblings.end());
  }
}
/// Its state and preferences can be asked, and a number that begins with its own leads to nobody else.
void check(const Snapshot& now, const SubscriberValues& values) {
  const Subscriber* subscriber = now.subscriber(values.id);
  require(subscriber != nullptr && subscriber->values() == values);
  require(now.effective_state(*subscriber) >= values.state);
  for (const auto pref : {Pref::Cc, Pref::DisplayName}) (void)now.preferences(*subscriber).text(pref);
  if (!values.number.starts_with('+'))
    require(values.number.empty() || now.by_number(values.number) == subscriber);
}
template <class Other>
void check(const Snapshot&, const Other&) {}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const base::Bytes input{reinterpret_cast<const std::byte*>(data), size};
  base::QuiescentDomain readers{1};
  Directory directory{readers, {1, 2}};

  base::ByteReader reader{input};
  bool loading = false;
  while (const auto change = read_change(reader)) {
    std::vector<std::byte> bytes;
    base::ByteWriter writer{bytes};
    write_change(writer, *change);
    base::ByteReader again{bytes};
    const auto copy = read_change(again);
    require(copy && *copy == *change && again.finished());
    (void)directory.apply(*change);
    loading = (loading || begins_load(*change)) && !ends_load(*change);
    if (!loading) std::visit([&](const auto& values) { check(directory.snapshot(), values); }, *change);
  }

  const std::string_view text = base::as_text(input);
  const model::CanonicalHost once{text};
  const model::CanonicalHost twice{once.view()};
  if (model::is_host(text)) require(model::is_host(once.view()) && once.view() == twice.view());
  return 0;
}
