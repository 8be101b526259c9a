// SPDX-License-Identifier: Apache-2.0
// What of a request its stateless tag depends on.
#include "transport/stateless_tag.h"

#include <cstring>
#include <span>

#include "base/encoding.h"
#include "base/secret.h"

namespace ringfence::transport {

namespace {

/// The fixed part of what is authenticated; the lengths keep the texts behind it apart.
struct Head {
  std::int64_t epoch;
  base::IpAddress::Raw source;
  std::uint32_t cseq;
  std::uint32_t call_id_size;
  std::uint32_t from_tag_size;
  std::uint32_t branch_size;
};
static_assert(std::has_unique_object_representations_v<Head>);

std::int64_t epoch_of(base::MonoTime now) {
  return now.time_since_epoch() / StatelessTags::kEpoch;
}

}  // namespace

StatelessTags::Tag StatelessTags::tag_in(std::int64_t epoch, const sip::Message& request,
                                         const base::IpAddress& source) const {
  const std::string_view call_id = request.call_id();
  const std::string_view from_tag = request.from_tag();
  const std::string_view branch =
      request.branch();  // an ACK to a failure repeats that of its INVITE (§17.1.1.3)
  const Head head{epoch,
                  source.raw(),
                  request.cseq(),
                  static_cast<std::uint32_t>(call_id.size()),
                  static_cast<std::uint32_t>(from_tag.size()),
                  static_cast<std::uint32_t>(branch.size())};
  const crypto::Mac mac = key_.mac({std::as_bytes(std::span(&head, 1)), base::as_bytes(call_id),
                                    base::as_bytes(from_tag), base::as_bytes(branch)});
  Tag tag;
  base::encode_base32(std::span(mac).first<10>(), tag);
  return tag;
}

StatelessTags::Tag StatelessTags::tag_for(const sip::Message& request, const base::IpAddress& source,
                                          base::MonoTime now) const {
  return tag_in(epoch_of(now), request, source);
}

bool StatelessTags::is_ours(const sip::Message& ack, const base::IpAddress& source,
                            base::MonoTime now) const {
  const std::string_view shown = ack.to_tag();
  if (shown.size() != kSize) return false;
  const auto matches = [&](std::int64_t epoch) {
    const Tag ours = tag_in(epoch, ack, source);
    return base::equal_in_constant_time(base::as_bytes(shown), std::as_bytes(std::span(ours)));
  };
  return matches(epoch_of(now)) || matches(epoch_of(now) - 1);
}

}  // namespace ringfence::transport
