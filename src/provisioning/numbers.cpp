// SPDX-License-Identifier: Apache-2.0
// Looking for a number in both places.
#include "provisioning/numbers.h"

#include <fmt/format.h>

namespace ringfence::provisioning {
namespace {

using model::NumberField;
using model::SubscriberField;
using store::Condition;
using store::Row;

struct Holder {
  Row row;
  store::Id subscriber;
  bool is_first;  // the number of the subscriber's own row
};

Outcome<std::optional<Holder>> holder_of(Workshop& workshop, const std::string& number, Kind kind,
                                         store::Id except) {
  const auto first =
      workshop.store.find(Kind::Subscriber, {Condition::equal(SubscriberField::Number, number)});
  if (!first) return refuse(first.error());
  if (*first && !(kind == Kind::Subscriber && (*first)->id == except))
    return Holder{**first, (*first)->id, true};
  const auto further = workshop.store.find(Kind::Number, {Condition::equal(NumberField::Number, number)});
  if (!further) return refuse(further.error());
  if (!*further || (kind == Kind::Number && (*further)->id == except)) return std::optional<Holder>{};
  return Holder{**further, store::id_of((**further)[NumberField::Subscriber]), false};
}

}  // namespace

Outcome<void> check_number_free(Workshop& workshop, std::string_view attempt, std::string_view number,
                                Kind kind, store::Id except) {
  if (number.empty()) return {};
  const auto holder = holder_of(workshop, std::string{number}, kind, except);
  if (!holder) return std::unexpected(holder.error());
  if (!*holder) return {};
  if (workshop.scope != 0 && (*holder)->row.tenant != workshop.scope) {
    return refuse(Reason::Conflict, std::string{attempt}, fmt::format("the number {} is taken", number),
                  "choose another");
  }
  const auto name = workshop.keys.key_of(Kind::Subscriber, (*holder)->subscriber);
  if (!name) return std::unexpected(name.error());
  return refuse(Reason::Conflict, std::string{attempt}, fmt::format("{} has the number {}", *name, number),
                (*holder)->is_first ? fmt::format("ringfence subscriber set {} --number \"\"", *name)
                                    : fmt::format("ringfence number rm {}", number));
}

Outcome<void> Numbers::finish(Row& row, const Row*, const Arguments&, Effects&) {
  const auto number = store::text_of(row[NumberField::Number]);
  return check_number_free(workshop_, fmt::format("cannot have number {}", number), number, Kind::Number,
                           row.id);
}

}  // namespace ringfence::provisioning
