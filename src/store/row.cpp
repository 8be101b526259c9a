// SPDX-License-Identifier: Apache-2.0
// How a row begins.
#include "store/row.h"

#include "model/value_text.h"

namespace ringfence::store {

Row::Row(Kind of) {
  const auto fields = definition(of).fields;
  cells.reserve(fields.size());
  for (const Field& field : fields) {
    cells.push_back(field.fallback.empty() ? Value{} : model::value_from(field, field.fallback));
  }
}

}  // namespace ringfence::store
