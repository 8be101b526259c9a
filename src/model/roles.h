// SPDX-License-Identifier: Apache-2.0
// The roles of administrators, as data: what each may see and do.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace ringfence::model {

enum class Role : std::uint8_t { System, Reseller, Care, Reader };

struct RoleInfo {
  Role role;
  std::string_view name;
  bool every_tenant;  ///< sees the rows of all resellers, not only those of its own
  bool writes;
  bool administers;  ///< may add, change and remove administrators and resellers
  std::string_view help;
};

inline constexpr auto kRoles = std::to_array<RoleInfo>({
    {Role::System, "system", true, true, true, "everything"},
    {Role::Reseller, "reseller", false, true, true, "everything of its own reseller"},
    {Role::Care, "care", false, true, false, "customers and subscribers of its own reseller"},
    {Role::Reader, "reader", false, false, false, "sees its own reseller, changes nothing"},
});

inline constexpr auto kRoleNames = [] {
  std::array<std::string_view, kRoles.size()> names;
  for (std::size_t i = 0; i < kRoles.size(); ++i) names[i] = kRoles[i].name;
  return names;
}();

}  // namespace ringfence::model
