// SPDX-License-Identifier: Apache-2.0
// Resellers.
#include "provisioning/resellers.h"

#include <fmt/format.h>

namespace ringfence::provisioning {

using store::Row;

Outcome<void> Resellers::finish(Row& row, const Row* before, const Arguments&, Effects&) {
  if (workshop_.scope == 0) return {};
  const auto name = store::text_of(row[model::ResellerField::Name]);
  return refuse(Reason::NotAllowed,
                fmt::format("cannot {} reseller {}", before == nullptr ? "add" : "set", name),
                "a reseller manages what it has, not resellers", "leave --reseller out");
}

Outcome<void> Resellers::may_remove(const Row& row, Effects&) {
  const auto name = store::text_of(row[model::ResellerField::Name]);
  const std::string what = fmt::format("cannot rm reseller {}", name);
  if (workshop_.scope != 0) {
    return refuse(Reason::NotAllowed, what, "a reseller manages what it has, not resellers",
                  "leave --reseller out");
  }
  if (row.id == store::kMainTenant) {
    return refuse(Reason::NotAllowed, what, "what belongs to no other reseller belongs to it",
                  "lock it, or remove another");
  }
  for (const Definition& of : model::definitions()) {
    if (of.kind == Kind::Reseller) continue;
    const auto count = store().count(of.kind, {}, row.id);
    if (!count) return refuse(count.error());
    if (*count == 0) continue;
    return refuse(
        Reason::Conflict, what,
        fmt::format("it still has {} {}", *count,
                    *count == 1 ? model::dashed(of.name) : std::string{of.plural}),
        fmt::format("remove them first: ringfence --reseller {} {} ls", name, model::dashed(of.name)));
  }
  return {};
}

}  // namespace ringfence::provisioning
