// SPDX-License-Identifier: Apache-2.0
// Any credentials and any challenge: no crash, and nobody gets in who does not know the password.
#include <cstddef>
#include <cstdint>
#include <string>

#include "auth/digest.h"
#include "auth/verify.h"
#include "base/assert.h"
#include "base/encoding.h"
#include "crypto/ha1.h"

namespace {

using namespace ringfence;

struct World {
  base::SeededRandom random{1};
  auth::DigestPolicy policy{};
  auth::NonceMint mint{crypto::KeyRing::ephemeral(random), auth::NonceBinding::Address,
                       std::chrono::seconds{300}};
  auth::DigestVerifier verifier{policy, mint, random};
  directory::Subscriber::Owner alice = [] {
    directory::SubscriberValues values;
    values.username = "alice";
    for (const auto kind : {crypto::HashKind::Md5, crypto::HashKind::Sha256}) {
      values.ha1.set(kind,
                     crypto::ha1(kind, "alice", "example.test", "a password that is in no input").bytes());
    }
    return directory::Subscriber::make(values);
  }();
  auth::DigestRequest request{.method = "REGISTER",
                              .uri = "sip:example.test",
                              .body = {},
                              .realm = "example.test",
                              .source = base::IpAddress::v4(192, 0, 2, 1),
                              .now = base::ManualClock::kWallStart};
};

/// With a nonce that is fresh and what else the input says, a response by the password is accepted or refused
/// for a reason that does not depend on the account.
void try_right_response(World& world, sip::Credentials credentials) {
  const auth::NonceText nonce =
      world.mint.make(world.request.realm, world.request.source, world.request.now, world.random);
  credentials.nonce = {nonce.data(), nonce.size()};
  credentials.realm = world.request.realm;
  const auto kind = auth::hash_kind_of(credentials.algorithm);
  if (!kind) return;
  const base::Bytes ha1 = world.alice->ha1(*kind);
  if (ha1.empty()) return;
  const std::string response = base::to_hex(auth::digest_response({.kind = *kind,
                                                                   .ha1 = ha1,
                                                                   .method = world.request.method,
                                                                   .uri = credentials.uri,
                                                                   .nonce = credentials.nonce,
                                                                   .nc = credentials.nc_text,
                                                                   .cnonce = credentials.cnonce,
                                                                   .qop = credentials.qop,
                                                                   .body = world.request.body})
                                                .bytes());
  credentials.response = response;
  const auto known = world.verifier.check(credentials, world.request, world.alice.get()).outcome;
  const auto unknown = world.verifier.check(credentials, world.request, nullptr).outcome;
  RF_ASSERT(known != auth::DigestOutcome::WrongPassword);
  RF_ASSERT(unknown == (known == auth::DigestOutcome::Accepted ? auth::DigestOutcome::WrongPassword : known));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static World world;
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  (void)sip::parse_challenge(text);
  const auto credentials = sip::parse_credentials(text);
  if (!credentials) return 0;
  RF_ASSERT(world.verifier.check(*credentials, world.request, world.alice.get()).outcome !=
            auth::DigestOutcome::Accepted);
  RF_ASSERT(world.verifier.check(*credentials, world.request, nullptr).outcome !=
            auth::DigestOutcome::Accepted);
  try_right_response(world, *credentials);
  return 0;
}
