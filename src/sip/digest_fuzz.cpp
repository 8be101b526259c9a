// SPDX-License-Identifier: Apache-2.0
// Any text as an authentication header: what was read, written down from its parts alone, reads the same, in
// linear time.
#include <cstdint>
#include <string>

#include "base/assert.h"
#include "sip/chars.h"
#include "sip/digest.h"
#include "sip/window_counter.h"

namespace {

using namespace ringfence::sip;

constexpr std::size_t kPasses = 8;

/// Parameters behind "Digest", each in quotes but the words.
class Header {
 public:
  /// Left out when empty: the readers make no difference.
  Header& quoted(std::string_view name, std::string_view value) {
    return value.empty() ? *this : always(name, value);
  }
  Header& always(std::string_view name, std::string_view value) {
    text_.append(separator()).append(name).append("=\"").append(value).append("\"");
    return *this;
  }
  Header& word(std::string_view name, std::string_view value) {
    if (!value.empty()) text_.append(separator()).append(name).append("=").append(value);
    return *this;
  }
  [[nodiscard]] std::string digest() const { return "Digest " + text_; }
  [[nodiscard]] const std::string& bare() const { return text_; }

 private:
  [[nodiscard]] std::string_view separator() const { return text_.empty() ? "" : ", "; }
  std::string text_;
};

std::string_view qop_word(DigestQop qop) {
  return qop == DigestQop::Unknown ? "auth-x" : name_of(qop);
}

void read_challenge(std::string_view text) {
  const auto read = read_in_linear_time(text.size(), kPasses, [&] { return parse_challenge(text); });
  if (!read) return;
  RF_ASSERT(!read->nonce.empty() && !read->offers(DigestQop::Unknown));
  Header header;
  header.always("realm", read->realm).quoted("nonce", read->nonce).quoted("opaque", read->opaque);
  header.quoted("domain", read->domain).quoted("qop", read->qop);
  header.word("algorithm", read->algorithm == DigestAlgorithm::Unknown ? "X" : name_of(read->algorithm));
  header.word("stale", read->stale ? "true" : "false").word("userhash", read->userhash ? "true" : "");
  const std::string text_again = header.digest();
  const auto again = parse_challenge(text_again);
  RF_ASSERT(again.has_value());
  RF_ASSERT(again->realm == read->realm && again->nonce == read->nonce && again->opaque == read->opaque);
  RF_ASSERT(again->domain == read->domain && again->qop == read->qop && again->stale == read->stale);
  RF_ASSERT(again->algorithm == read->algorithm && again->userhash == read->userhash);
}

void read_credentials(std::string_view text) {
  const auto read = read_in_linear_time(text.size(), kPasses, [&] { return parse_credentials(text); });
  if (!read) return;
  RF_ASSERT(consists_of(kHex, read->response));
  RF_ASSERT(read->qop == DigestQop::None || read->nc_text.size() == 8);
  Header header;
  header.quoted("username", read->username).always("realm", read->realm).quoted("nonce", read->nonce);
  header.quoted("uri", read->uri).quoted("response", read->response).quoted("cnonce", read->cnonce);
  header.quoted("opaque", read->opaque).quoted("algorithm", read->algorithm_text).word("nc", read->nc_text);
  header.word("qop", qop_word(read->qop)).word("userhash", read->userhash ? "true" : "");
  const std::string text_again = header.digest();
  const auto again = parse_credentials(text_again);
  RF_ASSERT(again.has_value());
  RF_ASSERT(again->username == read->username && again->realm == read->realm && again->nonce == read->nonce);
  RF_ASSERT(again->uri == read->uri && again->response == read->response && again->cnonce == read->cnonce);
  RF_ASSERT(again->opaque == read->opaque && again->nc == read->nc && again->nc_text == read->nc_text);
  RF_ASSERT(again->algorithm == read->algorithm && again->algorithm_text == read->algorithm_text);
  RF_ASSERT(again->qop == read->qop && again->userhash == read->userhash);
}

void read_info(std::string_view text) {
  const auto read =
      read_in_linear_time(text.size(), kPasses, [&] { return parse_authentication_info(text); });
  if (!read) return;
  std::string nc = "00000000";
  for (std::size_t i = 0; i < nc.size(); ++i) nc[7 - i] = "0123456789abcdef"[read->nc >> (4 * i) & 15U];
  Header header;
  header.quoted("nextnonce", read->nextnonce).quoted("rspauth", read->rspauth).quoted("cnonce", read->cnonce);
  header.word("nc", nc).word("qop", qop_word(read->qop));
  const auto again = parse_authentication_info(header.bare());
  RF_ASSERT(again.has_value());
  RF_ASSERT(again->nextnonce == read->nextnonce && again->rspauth == read->rspauth);
  RF_ASSERT(again->cnonce == read->cnonce && again->nc == read->nc && again->qop == read->qop);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  read_challenge(text);
  read_credentials(text);
  read_info(text);
  return 0;
}
