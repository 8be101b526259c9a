// SPDX-License-Identifier: Apache-2.0
// Values of fields as operators write them, and back.
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "base/time.h"
#include "model/field.h"
#include "model/value.h"

namespace ringfence::model {

inline constexpr std::int64_t kDecimalUnit = 1'000'000;  ///< a Decimal is kept in millionths

/// In front of a number: the row of this id, whatever it is called. "id:17"
inline constexpr std::string_view kIdPrefix = "id:";

/// A key as operators type it: what its naming asks for, or "id:" and the id.
[[nodiscard]] Checked check_key(const Definition& definition, std::string_view key);

/// The canonical spelling, or the rule that the value breaks. An empty text is allowed where the field is
/// optional: it stands for nothing. A key of a Row is checked by the rule of its kind.
[[nodiscard]] Checked check_value(const Field& field, std::string_view value);

/// A canonical text, as check_value() gave it, as the value that is stored. Not for Type::Row, whose id only
/// the database knows.
[[nodiscard]] Value value_from(const Field& field, std::string_view canonical);

/// The canonical spelling of a stored value; empty for nothing. A Row is shown by its id.
[[nodiscard]] std::string to_text(const Field& field, const Value& value);

/// "2026-12-24T18:00:00Z"
[[nodiscard]] std::string utc_text(base::WallTime time);

}  // namespace ringfence::model
