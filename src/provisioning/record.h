// SPDX-License-Identifier: Apache-2.0
// What an answer shows: named cells, in order.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace ringfence::provisioning {

using Cell = std::variant<std::monostate, bool, std::int64_t, std::string>;

struct Record {
  std::vector<std::pair<std::string_view, Cell>> cells;  ///< names have static storage

  Record& add(std::string_view name, Cell cell) {
    cells.emplace_back(name, std::move(cell));
    return *this;
  }
  [[nodiscard]] const Cell* find(std::string_view name) const {
    for (const auto& [known, cell] : cells) {
      if (known == name) return &cell;
    }
    return nullptr;
  }
};

}  // namespace ringfence::provisioning
