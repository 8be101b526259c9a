// SPDX-License-Identifier: Apache-2.0
// What an operator gives with a verb, checked against the definition of the kind.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "model/field.h"
#include "provisioning/outcome.h"
#include "provisioning/verb.h"

namespace ringfence::provisioning {

using model::Definition;
using model::Field;
using model::Kind;

/// Values by the name of their field, as the operator typed them or, after check_arguments(), in their
/// canonical spelling. Names may be written with '-' for '_'.
using Arguments = std::map<std::string, std::string, std::less<>>;

/// The value, or an empty text.
[[nodiscard]] std::string_view value_in(const Arguments& arguments, std::string_view name);

/// The fields and inputs that the verb takes, in their order.
[[nodiscard]] std::vector<const Field*> fields_of(const Definition& definition, Verb verb);

/// Every argument is a field of this verb and keeps its rule; none that is required is missing.
/// @error Usage  names field, value and rule; a secret is never repeated
[[nodiscard]] Outcome<Arguments> check_arguments(const Definition& definition, Verb verb,
                                                 std::string_view key, const Arguments& arguments);

/// The canonical key. That of a numbered kind is an id, but for `add`: there it is the key of the row that
/// the new one belongs to, or nothing where it need not belong to one.
/// @error Usage  names key and rule
[[nodiscard]] Outcome<std::string> check_key(const Definition& definition, Verb verb, std::string_view key);

/// "cannot add subscriber 1001@example.test"
[[nodiscard]] std::string attempt(const Definition& definition, Verb verb, std::string_view key);
/// "see ringfence subscriber add --help"
[[nodiscard]] std::string help_for(const Definition& definition, Verb verb);

}  // namespace ringfence::provisioning
