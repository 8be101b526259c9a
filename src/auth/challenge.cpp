// SPDX-License-Identifier: Apache-2.0
// Writing challenges, and choosing those that fit.
#include "auth/challenge.h"

#include "auth/digest.h"
#include "base/assert.h"
#include "base/text_writer.h"

namespace ringfence::auth {
namespace {

constexpr std::size_t kMaxRealm = 255;

/// How a challenge is spelled: as phones are used to, or as short as the grammar allows.
enum class Spelling : std::uint8_t { Usual, Shortest };

std::size_t write_challenge(std::span<char> out, const DigestPolicy& policy, crypto::HashKind kind,
                            const ChallengeRequest& request, const NonceText& nonce, Spelling spelling) {
  const std::string_view comma = spelling == Spelling::Usual ? ", " : ",";
  base::TextWriter writer{out};
  writer.append("Digest realm=\"").append(request.realm).append("\"").append(comma);
  writer.append("nonce=\"").append({nonce.data(), nonce.size()}).append("\"").append(comma);
  if (spelling == Spelling::Usual || kind != crypto::HashKind::Md5) {  // absent means MD5 (RFC 7616 §3.3)
    writer.append("algorithm=").append(name_of(algorithm_of(kind))).append(comma);
  }
  writer.append("qop=\"");
  for (std::size_t i = 0; i < policy.qops.size(); ++i) {
    writer.append(i == 0 ? "" : ",").append(name_of(policy.qops[i]));
  }
  writer.append('"');
  if (request.stale) writer.append(comma).append("stale=true");
  RF_ASSERT(!writer.overflowed());
  return writer.size();
}

}  // namespace

Challenges make_challenges(const DigestPolicy& policy, const NonceMint& mint, base::Random& random,
                           const ChallengeRequest& request) {
  RF_ASSERT(!policy.algorithms.empty() && policy.algorithms.size() <= crypto::kHashKinds);
  RF_ASSERT(request.realm.size() <= kMaxRealm);
  constexpr std::size_t kColonAndLineEnd = 4;
  const std::size_t around = info_of(request.role).challenge_name.size() + kColonAndLineEnd;
  const NonceText nonce = mint.make(request.realm, request.source, request.now, random);

  Challenges made;
  const auto write = [&](crypto::HashKind kind, Spelling spelling) {
    const std::size_t at = made.count_;
    made.sizes_[at] =
        static_cast<std::uint16_t>(write_challenge(made.texts_[at], policy, kind, request, nonce, spelling));
    return around + made.sizes_[at];
  };

  const crypto::HashKind known_to_all = policy.algorithms.back();
  const std::size_t reserved = write(known_to_all, Spelling::Usual);
  if (reserved > request.budget) {
    made.line_bytes_ = write(known_to_all, Spelling::Shortest);
    made.count_ = 1;
    return made;
  }
  for (const crypto::HashKind kind : policy.algorithms) {
    const std::size_t size = write(kind, Spelling::Usual);
    const std::size_t kept_free = kind == known_to_all ? 0 : reserved;
    if (made.line_bytes_ + size + kept_free > request.budget) continue;
    made.line_bytes_ += size;
    ++made.count_;
  }
  return made;
}

}  // namespace ringfence::auth
