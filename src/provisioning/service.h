// SPDX-License-Identifier: Apache-2.0
// Service: the verbs of operators on domains, subscribers and peers. Each is one transaction, then told to
// the shards.
#pragma once

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "provisioning/domains.h"
#include "provisioning/peers.h"
#include "provisioning/subscribers.h"

namespace ringfence::provisioning {

/// One of definitions() under its key, as it is now.
struct Answer {
  Record record;
  std::vector<std::string> notes;  ///< for people, not for scripts
};

struct Page {
  std::vector<Record> records;
  std::optional<store::Id> next;  ///< give it as `after` for the next page; nothing: that was all
};

/// One thread at a time; it waits for the database, so never on a shard.
class Service {
 public:
  static constexpr std::size_t kMaxPage = 1000;
  static constexpr std::size_t kBatch = 1000;  ///< changes told at once

  /// Takes the changes of one commit, to be applied as one, in order; runs on the caller's thread.
  using ChangeSink = std::function<void(std::span<const directory::Change>)>;

  /// @param store, random  outlive the service
  Service(store::Store& store, crypto::Key ha1_key, base::Random& random, ChangeSink sink,
          PasswordPolicy passwords = {});

  /// @error Usage, NotFound, NotAllowed, Conflict, Failed
  [[nodiscard]] Outcome<Answer> add(Kind kind, std::string_view key, const Arguments& arguments,
                                    const store::Actor& actor);
  [[nodiscard]] Outcome<Answer> set(Kind kind, std::string_view key, const Arguments& arguments,
                                    const store::Actor& actor);
  /// The answer shows what is gone.
  [[nodiscard]] Outcome<Answer> remove(Kind kind, std::string_view key, const store::Actor& actor);
  [[nodiscard]] Outcome<Answer> show(Kind kind, std::string_view key);
  [[nodiscard]] Outcome<Page> list(Kind kind, const Arguments& arguments, store::Id after, std::size_t limit);

  /// The whole directory between LoadBegin and LoadEnd, in batches. When it fails there is no LoadEnd.
  [[nodiscard]] Outcome<void> load(const ChangeSink& to);

 private:
  friend class Import;
  [[nodiscard]] Resource& resource(Kind kind);
  [[nodiscard]] Outcome<store::Row> existing(Kind kind, Verb verb, std::string_view key);
  /// Runs `work` in a transaction, commits, tells the shards.
  template <class Work>
  [[nodiscard]] Outcome<Answer> change(const store::Actor& actor, Work work);
  [[nodiscard]] Outcome<void> load_all(Kind kind, const ChangeSink& to);
  void tell(std::span<const directory::Change> changes) const;

  Workshop workshop_;
  ChangeSink sink_;
  Domains domains_{workshop_};
  Subscribers subscribers_{workshop_};
  Peers peers_{workshop_};
};

}  // namespace ringfence::provisioning
