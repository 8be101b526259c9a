// SPDX-License-Identifier: Apache-2.0
// Values of log fields as text and as JSON.
#include "observe/field.h"

#include <array>

#include "observe/escape.h"

namespace ringfence::observe {
namespace {

struct Printer {
  base::TextWriter& out;
  LogFormat format;
  const PrivacyPolicy& policy;

  void operator()(bool value) const { out.append(value ? "true" : "false"); }
  void operator()(std::int64_t value) const { out.append_signed(value); }
  void operator()(std::uint64_t value) const { out.append_decimal(value); }
  void operator()(base::Nanos value) const {
    if (value < base::Nanos{0}) {
      out.append('-');
      value = -value;
    }
    const auto micros = static_cast<std::uint64_t>(value.count() / 1000);
    out.append_decimal(micros / 1'000'000).append('.').append_padded(micros % 1'000'000, 6);
    if (format == LogFormat::Text) out.append('s');
  }
  void operator()(std::string_view value) const {
    if (value.size() <= Field::kMaxText) return append_escaped(value);
    std::array<char, Field::kMaxText + 3> shortened;
    append_escaped(base::TextWriter{shortened}.append(value.substr(0, Field::kMaxText)).append("...").view());
  }
  void operator()(const base::IpAddress& value) const {
    std::array<char, base::Endpoint::kMaxText> text;
    append_escaped({text.data(), value.write(text.data(), false)});
  }
  void operator()(const base::Endpoint& value) const {
    std::array<char, base::Endpoint::kMaxText> text;
    append_endpoint({text.data(), value.write(text.data())});
  }
  void operator()(const Personal<std::string_view>& value) const {
    std::array<char, kMaxPersonalText> text;
    (*this)(personal_text(value.reveal(), policy, text));
  }
  void operator()(const Personal<base::IpAddress>& value) const {
    std::array<char, kMaxPersonalText> text;
    (*this)(personal_address(value.reveal(), policy, text));
  }
  void operator()(const Personal<base::Endpoint>& value) const {
    std::array<char, kMaxPersonalText> text;
    append_endpoint(personal_endpoint(value.reveal(), policy, text));
  }

  void append_escaped(std::string_view value) const {
    if (format == LogFormat::Json) {
      append_json_string(out, value);
    } else {
      append_text_value(out, value);
    }
  }
  /// Brackets would want quotes, but nothing in an endpoint was chosen by a stranger.
  void append_endpoint(std::string_view shown) const {
    if (format == LogFormat::Json) {
      append_json_string(out, shown);
    } else {
      out.append(shown);
    }
  }
};

}  // namespace

void Field::append_to(base::TextWriter& out, LogFormat format, const PrivacyPolicy& policy) const {
  if (format == LogFormat::Json) {
    out.append(",\"").append(key_).append("\":");
  } else {
    out.append(' ').append(key_).append('=');
  }
  std::visit(Printer{out, format, policy}, value_);
}

}  // namespace ringfence::observe
