// SPDX-License-Identifier: Apache-2.0
// Lists of children: who is whose, in which order, and what a draft makes of a list.
#include "directory/children.h"

#include <algorithm>
#include <array>
#include <new>
#include <tuple>

namespace ringfence::directory {
namespace {

using model::Bond;
using model::Definition;
using model::Key;
using model::Type;

template <class Value, class Of>
std::array<Value, model::kKinds> for_each_kind(Of of) {
  std::array<Value, model::kKinds> values;
  std::ranges::transform(model::definitions(), values.begin(), of);
  return values;
}

std::uint8_t priority_place(Kind kind) {
  static const auto places = for_each_kind<std::uint8_t>([](const Definition& of) {
    const auto found = std::ranges::find(of.fields, "priority", &model::Field::name);
    return found == of.fields.end() ? Key::kNone : static_cast<std::uint8_t>(found - of.fields.begin());
  });
  return places[static_cast<std::size_t>(kind)];
}

/// Kinds without priorities have no such place, and so 0 everywhere.
std::int64_t priority_of(const Entry& entry) {
  return entry.integer(priority_place(entry.kind()));
}

/// Within one list.
bool comes_before(const Entry* a, const Entry* b) {
  return std::tuple{priority_of(*a), a->id()} < std::tuple{priority_of(*b), b->id()};
}

}  // namespace

std::optional<ChildKey> child_key(const Entry& entry) {
  const auto fields = model::definition(entry.kind()).fields;
  for (std::size_t place = 0; place < fields.size(); ++place) {
    const bool is_part = fields[place].type == Type::Row && fields[place].bond == Bond::Part;
    if (is_part && !entry.is_null(place))
      return ChildKey{entry.kind(), fields[place].refers_to, entry.row(place)};
  }
  return std::nullopt;
}

Kind parent_kind(Kind kind) {
  static const auto parents = for_each_kind<Kind>([](const Definition& of) {
    return of.part_of() == Key::kNone ? Kind::None : of.fields[of.part_of()].refers_to;
  });
  return kind != Kind::None ? parents[static_cast<std::size_t>(kind)] : Kind::None;
}

ChildList::ChildList(const ChildKey& key, std::span<const Entry* const> entries)
    : parent_{key.parent},
      count_{static_cast<std::uint32_t>(entries.size())},
      kind_{key.kind},
      parent_kind_{key.parent_kind} {
  std::ranges::copy(entries, reinterpret_cast<const Entry**>(this + 1));
}

const ChildList* ChildList::make(const ChildKey& key, std::span<const Entry* const> entries) {
  void* block = ::operator new(sizeof(ChildList) + entries.size_bytes());
  return new (block) ChildList{key, entries};
}

void ChildList::destroy(const ChildList* list) {
  list->~ChildList();
  ::operator delete(static_cast<void*>(const_cast<ChildList*>(list)));
}

void ChildMoves::note(const Entry& entry, bool gone) {
  if (const auto key = child_key(entry)) moves_.push_back({*key, priority_of(entry), &entry, gone});
}

void ChildMoves::sort() {
  const auto rank = [](const Move& move) { return std::tuple{move.key, move.priority, move.entry->id()}; };
  std::ranges::sort(moves_, {}, rank);
}

/// Reads the moves of one parent, from `first` on, into what it has after them; returns where they end.
std::size_t ChildMoves::merge(std::size_t first, std::span<const Entry* const> before,
                              std::vector<const Entry*>& out) const {
  std::vector<const Entry*> come;
  std::vector<const Entry*> gone;
  std::size_t at = first;
  for (; at < moves_.size() && moves_[at].key == moves_[first].key; ++at) {
    (moves_[at].gone ? gone : come).push_back(moves_[at].entry);
  }
  std::ranges::sort(gone);  // an entry comes once and goes once: what went is exactly these
  const auto is_gone = [&gone](const Entry* entry) { return std::ranges::binary_search(gone, entry); };
  std::vector<const Entry*> left{before.begin(), before.end()};
  std::erase_if(left, is_gone);
  std::erase_if(come, is_gone);
  out.clear();
  std::ranges::merge(left, come, std::back_inserter(out), comes_before);
  return at;
}

}  // namespace ringfence::directory
