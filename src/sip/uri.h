// SPDX-License-Identifier: Apache-2.0
// URIs: sip, sips and tel taken apart, others kept whole; comparison and the canonical address of record.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string_view>

#include "sip/parse_error.h"

namespace ringfence::sip {

/// The ports that a URI without one means (RFC 3261 §19.1.2).
inline constexpr std::uint16_t kSipPort = 5060;
inline constexpr std::uint16_t kSipsPort = 5061;

enum class Scheme : std::uint8_t { Other, Sip, Sips, Tel, Urn };

/// The parameters of a URI: "transport=tcp;lr", names and values as written, escapes included (RFC 3261
/// §25.1).
class UriParams {
 public:
  struct Item {
    std::string_view name;
    std::string_view value;
    bool has_value = false;
  };

  constexpr UriParams() = default;
  /// `separator` is ';' for parameters and '&' for headers.
  constexpr UriParams(std::string_view text, char separator) : rest_{text}, separator_{separator} {}

  /// Takes the next item; nullopt at the end.
  [[nodiscard]] std::optional<Item> next();

 private:
  std::string_view rest_;
  char separator_ = ';';
};

/// A URI (RFC 3261 §19.1, RFC 3966), as views into the text it was read from.
struct Uri {
  Scheme scheme = Scheme::Other;
  std::string_view text;  // the whole URI
  std::string_view
      user;  // sip, sips: as written, escapes included. tel: the number with its visual separators
  std::string_view password;  // sip, sips
  std::string_view host;      // sip, sips: name or address; IPv6 keeps its brackets
  std::optional<std::uint16_t> port;
  std::string_view params;   // behind the first ';', without it
  std::string_view headers;  // sip, sips: behind '?', without it
  std::string_view opaque;   // everything behind the scheme's colon

  [[nodiscard]] bool is_sip() const { return scheme == Scheme::Sip || scheme == Scheme::Sips; }
  [[nodiscard]] std::string_view scheme_text() const {
    return text.substr(0, text.size() - opaque.size() - 1);
  }
  /// The value of a parameter, as written; empty when it is absent or has none. Names are compared without
  /// case.
  [[nodiscard]] std::string_view param(std::string_view name) const;
  [[nodiscard]] bool has_param(std::string_view name) const;
};

/// Reads a URI that fills the whole text; white space anywhere is an error.
/// @error MissingScheme, BadUser, BadHost, BadPort, BadNumber (tel), BadEscape, BadParameter,
/// DuplicateParameter
std::expected<Uri, ParseError> parse_uri(std::string_view text);

/// Equivalence of RFC 3261 §19.1.4 for sip and sips, of RFC 3966 §5 for tel (visual separators and case do
/// not count). Other schemes are equal when their texts are equal, the scheme without case.
[[nodiscard]] bool equivalent(const Uri& a, const Uri& b);
/// Two names of URI parameters that mean the same: without case, and whether or not characters are escaped.
[[nodiscard]] bool same_uri_name(std::string_view a, std::string_view b);

/// Why no text was written into a caller's buffer.
enum class WriteError : std::uint8_t { NoRoom, NotSip, BadEscape, Unsafe };

/// Longest canonical address of record that our tables keep.
inline constexpr std::size_t kMaxAor = 512;

/// The canonical form of an address of record (RFC 3261 §10.3, step 5): scheme "sip", user unescaped, host in
/// lower case, port kept when it is not the default, no parameters, no headers, no password. sips:x and sip:x
/// are the same address of record here (RFC 5630 §3.3: a sips AOR is the sip AOR reached securely). An
/// unescaped user may hold '@': the host follows the last one.
/// @error NotSip  only sip and sips URIs with a host name an address of record
/// @error BadEscape  the user holds an escaped NUL, CR or LF, which no key of ours may contain
std::expected<std::string_view, WriteError> canonical_aor(const Uri& uri, std::span<char> out);

/// Writes `text` with each %HH replaced by its byte.
std::expected<std::string_view, WriteError> unescape(std::string_view text, std::span<char> out);
/// Writes `text` as the user part of a URI: what may not stand there becomes %HH.
std::expected<std::string_view, WriteError> escape_user(std::string_view text, std::span<char> out);
/// Writes the number of a tel URI or a user part without visual separators, letters in lower case (RFC 3966
/// §5).
std::expected<std::string_view, WriteError> bare_number(std::string_view number, std::span<char> out);
/// "+", digits and visual separators: may this user part be read as a telephone number?
[[nodiscard]] bool looks_like_number(std::string_view user);

}  // namespace ringfence::sip
