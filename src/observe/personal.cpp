// SPDX-License-Identifier: Apache-2.0
// Masks and hashes of personal data.
#include "observe/personal.h"

#include <array>

#include "base/ascii.h"
#include "base/text_writer.h"

namespace ringfence::observe {
namespace {

constexpr std::string_view kMask =
    "***";  // of one length, so that it does not tell the length of what it hides
constexpr auto kSchemes = std::to_array<std::string_view>({"sip:", "sips:", "tel:"});

std::string_view scheme_of(std::string_view text) {
  for (const std::string_view scheme : kSchemes) {
    if (base::iequals(text.substr(0, scheme.size()), scheme)) return text.substr(0, scheme.size());
  }
  return {};
}

void append_hash(base::TextWriter& out, std::uint64_t hash) {
  out.append('#').append_hex(hash >> 16, 12);
}

void append_masked(base::TextWriter& out, std::string_view name) {
  const std::size_t shown = name.size() >= 7 ? 2 : name.size() >= 3 ? 1 : 0;
  const std::size_t shown_last = name.size() >= 7 && base::is_digit(name.back()) ? 2 : 0;
  out.append(name.substr(0, shown)).append(kMask).append(name.substr(name.size() - shown_last));
}

void append_address(base::TextWriter& out, const base::IpAddress& address, const PrivacyPolicy& policy) {
  if (policy.privacy == Privacy::Hashed) {
    append_hash(out, base::hash_bytes(policy.seed, std::as_bytes(std::span{address.raw()})));
    return;
  }
  std::array<char, base::Endpoint::kMaxText> text;
  if (policy.privacy == Privacy::Full) {
    out.append({text.data(), address.write(text.data(), false)});
    return;
  }
  auto network = address.raw();
  for (std::size_t i = address.is_v4() ? 15 : 6; i < network.size(); ++i) network[i] = 0;
  std::string_view shown{text.data(), base::IpAddress{network}.write(text.data(), false)};
  if (address.is_v4()) shown.remove_suffix(1);  // the zero of the host
  out.append(shown).append('*');
}

}  // namespace

std::string_view personal_text(std::string_view text, const PrivacyPolicy& policy,
                               std::span<char, kMaxPersonalText> out) {
  base::TextWriter writer{out};
  if (policy.privacy == Privacy::Hashed) {
    append_hash(writer, base::hash_text(policy.seed, text));
    return writer.view();
  }
  if (policy.privacy == Privacy::Full) {
    return writer.append(text.substr(0, out.size())).view();
  }
  const std::string_view scheme = scheme_of(text);
  const std::string_view rest = text.substr(scheme.size());
  const std::size_t at = rest.rfind('@');
  writer.append(scheme);
  append_masked(writer, rest.substr(0, at));
  if (at != rest.npos) writer.append(rest.substr(at, writer.room()));
  return writer.view();
}

std::string_view personal_address(const base::IpAddress& address, const PrivacyPolicy& policy,
                                  std::span<char, kMaxPersonalText> out) {
  base::TextWriter writer{out};
  append_address(writer, address, policy);
  return writer.view();
}

std::string_view personal_endpoint(const base::Endpoint& endpoint, const PrivacyPolicy& policy,
                                   std::span<char, kMaxPersonalText> out) {
  base::TextWriter writer{out};
  const bool brackets = !endpoint.address.is_v4() && policy.privacy != Privacy::Hashed;
  if (brackets) writer.append('[');
  append_address(writer, endpoint.address, policy);
  if (brackets) writer.append(']');
  writer.append(':').append_decimal(endpoint.port);
  return writer.view();
}

}  // namespace ringfence::observe
