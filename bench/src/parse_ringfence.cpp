// SPDX-License-Identifier: Apache-2.0
// Our parser on the messages of the side-by-side benchmark: every header as its typed value, every URI taken
// apart, and the session description, as parse_osip.c and parse_sofia.c have theirs do it. `chk` is the sum
// of what was read, so that the compiler cannot leave a value out; a value that cannot be read ends the
// program.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include <msgs.h>

#include "base/allocation_counter.h"
#include "sdp/description.h"
#include "sip/digest.h"
#include "sip/media_type.h"
#include "sip/message.h"
#include "sip/tokens.h"

namespace {

using namespace ringfence;
using namespace ringfence::sip;

constexpr int kMessages = 100'000;
constexpr int kRepetitions = 5;

/// The value, or the end of the program: a benchmark of a parser that refuses measures nothing.
template <class Result>
const auto& must(const Result& result) {
  if (!result) {
    std::fputs("parse error\n", stderr);
    std::exit(1);
  }
  return *result;
}

std::size_t sum_of(const Params& params) {
  std::size_t sum = 0;
  for (const Param& param : params) sum += param.name.size() + param.value.size();
  return sum;
}

std::size_t sum_of(const Uri& uri) {
  std::size_t sum =
      static_cast<std::size_t>(uri.scheme) + uri.user.size() + uri.host.size() + uri.port.value_or(0);
  UriParams params{uri.params, ';'};
  while (const auto param = params.next()) sum += param->name.size() + param->value.size();
  return sum;
}

std::size_t sum_of(const NameAddr& address) {
  return address.display.size() + address.tag.size() + sum_of(must(address.address()));
}

std::size_t sum_of(const Via& via) {
  return via.version.size() + via.transport.size() + via.host.size() + via.port.value_or(0) +
         via.branch.size() + (via.rport.present ? 1 : 0) + via.params.size();
}

std::size_t sum_of_addresses(const Message& message, HeaderId id) {
  std::size_t sum = 0;
  for (const std::string_view value : message.values(id)) sum += sum_of(must(parse_name_addr(value)));
  return sum;
}

std::size_t sum_of_vias(const Message& message) {
  std::size_t sum = 0;
  bool top = true;
  for (const std::string_view value : message.values(HeaderId::Via)) {
    sum += top ? sum_of(message.top_via()) : sum_of(must(parse_via(value)));
    top = false;
  }
  return sum;
}

std::size_t sum_of_contacts(const Message& message) {
  std::size_t sum = 0;
  for (const std::string_view value : message.values(HeaderId::Contact)) {
    const auto read = parse_contact(value);
    const Contact& contact = must(read);
    sum += sum_of(contact.address) + contact.expires.value_or(0);
    sum += sum_of(contact.address.all_params());
  }
  return sum;
}

std::size_t sum_of(const Credentials& credentials) {
  return credentials.username.size() + credentials.realm.size() + credentials.nonce.size() +
         credentials.uri.size() + credentials.response.size() + credentials.cnonce.size() + credentials.nc +
         static_cast<std::size_t>(credentials.algorithm) + static_cast<std::size_t>(credentials.qop);
}

/// The headers that only one of the two messages has.
std::size_t sum_of_optional(const Message& message) {
  std::size_t sum = 0;
  if (message.has(HeaderId::Allow)) sum += must(parse_allow(message.header(HeaderId::Allow))).to_ulong();
  if (message.has(HeaderId::Supported))
    sum += must(parse_options(message.header(HeaderId::Supported))).to_ulong();
  if (message.has(HeaderId::ContentType)) {
    const auto read = parse_media_type(message.header(HeaderId::ContentType));
    const MediaType& type = must(read);
    sum += type.type.size() + type.subtype.size();
  }
  if (message.has(HeaderId::Authorization))
    sum += sum_of(must(parse_credentials(message.header(HeaderId::Authorization))));
  return sum;
}

std::size_t sum_of(const Message& message) {
  std::size_t sum =
      static_cast<std::size_t>(message.method()) + sum_of(must(parse_uri(message.request_uri())));
  sum += sum_of_vias(message) + sum_of(message.from()) + sum_of(message.to());
  sum += message.call_id().size() + message.cseq() + message.cseq_method().size();
  sum += must(message.max_forwards()) + must(message.content_length()) + message.body().size();
  sum += sum_of_addresses(message, HeaderId::Route) + sum_of_contacts(message);
  return sum + message.header(HeaderId::UserAgent).size() + sum_of_optional(message);
}

std::size_t sum_of(const sdp::Description& description) {
  const sdp::Origin& origin = description.origin();
  std::size_t sum = origin.username.size() + origin.session_id.size() + origin.session_version.size() +
                    origin.address.size() + description.name().size();
  for (const sdp::Media& media : description.media()) {
    sum += media.line.kind.size() + media.line.port + media.line.proto.size() + media.line.formats.size();
    sum += must(description.connection_of(media)).address.size();
    sum += static_cast<std::size_t>(description.direction_of(media));
    for (const sdp::LineView line : description.attributes(media.section, sdp::AttributeId::RtpMap)) {
      const auto read = sdp::parse_rtpmap(line.attribute_value());
      const sdp::RtpMap& map = must(read);
      sum += map.payload + map.encoding.size() + map.clock_rate;
    }
  }
  return sum;
}

std::size_t read(std::string_view text, bool with_sdp, sdp::Description& description) {
  MessageIndex index;
  if (!parse(text, index)) std::exit(1);
  const Message message{text, index};
  std::size_t sum = sum_of(message);
  if (with_sdp) {
    if (!description.parse(message.body())) std::exit(1);
    sum += sum_of(description);
  }
  return sum;
}

void run(const char* what, std::string_view text, bool with_sdp) {
  static sdp::Description description;
  for (int repetition = 0; repetition < kRepetitions; ++repetition) {
    const std::uint64_t allocated = base::allocations_on_this_thread();
    const double start = now_s();
    std::size_t sum = 0;
    for (int i = 0; i < kMessages; ++i) {
      asm volatile("" : "+r"(text) : : "memory");  // the compiler must not know the text
      sum += read(text, with_sdp, description);
    }
    const double seconds = now_s() - start;
    const std::uint64_t allocations = base::allocations_on_this_thread() - allocated;
    std::printf(
        "{\"lib\":\"ringfence\",\"what\":\"%s\",\"bytes\":%zu,\"msgs_per_s\":%.0f,\"ns_per_msg\":%.0f,"
        "\"chk\":%zu,\"allocations_per_msg\":",
        what, text.size(), kMessages / seconds, seconds / kMessages * 1e9, sum);
    if (base::counting_available()) {
      std::printf("%.2f}\n", static_cast<double>(allocations) / kMessages);
    } else {
      std::printf("null}\n");
    }
  }
}

}  // namespace

int main() {
  run("INVITE", {M_INVITE, sizeof M_INVITE - 1}, false);
  run("INVITE+SDP", {M_INVITE, sizeof M_INVITE - 1}, true);
  run("REGISTER", {M_REGISTER, sizeof M_REGISTER - 1}, false);
}
