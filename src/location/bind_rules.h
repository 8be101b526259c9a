// SPDX-License-Identifier: Apache-2.0
// Bind rules: what a REGISTER makes of the bindings that are there (RFC 3261 §10.3 steps 6 and 7, RFC 5626
// §6).
#pragma once

#include <expected>
#include <span>
#include <vector>

#include "base/random.h"
#include "base/time.h"
#include "location/binding.h"
#include "location/register_update.h"

namespace ringfence::location {

/// The bindings of one address of record while they are being changed. Its memory is reused: no allocation
/// per update. Texts are views into the old record and the request.
class BindingDraft {
 public:
  BindingDraft() {
    bindings_.reserve(2 * Bounds::contacts);
    sorted_.reserve(2 * Bounds::contacts);
  }

  /// Starts from what is live in `record`, which may be nullptr.
  void start(const AorRecord* record, base::MonoTime now);
  /// Applies the request as a whole; after an error the draft is of no use.
  [[nodiscard]] std::expected<void, BindError> apply(const RegisterUpdate& update, const Policy& policy,
                                                     base::MonoTime now, base::WallTime wall,
                                                     base::Random& jitter);
  void add(const Binding& binding) { bindings_.push_back({binding, false}); }

  /// Best first. Valid until the next start().
  [[nodiscard]] std::span<const Binding> sorted();
  [[nodiscard]] std::size_t size() const { return bindings_.size(); }
  [[nodiscard]] unsigned added() const { return added_; }
  [[nodiscard]] unsigned refreshed() const { return refreshed_; }
  [[nodiscard]] unsigned removed() const { return removed_; }

 private:
  struct Entry {
    Binding binding;
    bool touched =
        false;  // by this request: a later Contact value of the same request may change it once more
  };

  [[nodiscard]] std::expected<void, BindError> remove_all(const RegisterUpdate& update);
  [[nodiscard]] std::expected<void, BindError> apply_contact(const RegisterUpdate& update,
                                                             const ContactUpdate& contact,
                                                             std::chrono::seconds lifetime,
                                                             base::MonoTime now, base::WallTime wall);

  std::vector<Entry> bindings_;
  std::vector<Binding> sorted_;
  unsigned added_ = 0;
  unsigned refreshed_ = 0;
  unsigned removed_ = 0;
};

/// The lifetime a contact gets: its own parameter before the Expires header before the default (§10.3 step
/// 7), at most Policy::max_expires. Zero removes.
/// @error TooBrief  under Policy::min_expires and under an hour: only such a lifetime may be refused
[[nodiscard]] std::expected<std::chrono::seconds, BindError> lifetime_of(const ContactUpdate& contact,
                                                                         const RegisterUpdate& update,
                                                                         const Policy& policy);

}  // namespace ringfence::location
