// SPDX-License-Identifier: Apache-2.0
// What people read about kinds, fields and preferences: docs/model.md and docs/preferences.md, both made from
// the tables.
#pragma once

#include <string>
#include <string_view>

namespace ringfence::model {

/// docs/model.md and docs/preferences.md. A test holds the committed files against them;
/// `RF_WRITE_DOCS=1 rf_model_test` writes them.
[[nodiscard]] std::string model_page();
[[nodiscard]] std::string preferences_page();

/// Text for a cell of a table in GitHub's Markdown, which shows it as it is.
[[nodiscard]] std::string markdown_text(std::string_view text);

}  // namespace ringfence::model
