// SPDX-License-Identifier: Apache-2.0
// Subscribers: who registers and calls, with HA1s instead of passwords.
#pragma once

#include "provisioning/resource.h"

namespace ringfence::provisioning {

class Subscribers final : public Resource {
 public:
  explicit Subscribers(Workshop& workshop) : Resource{workshop, Kind::Subscriber} {}
  [[nodiscard]] Outcome<directory::Change> change(const store::Row& row) override;

  /// The HA1s in hexadecimal digits, by the names of their fields: what logs in, so only for a whole export.
  [[nodiscard]] Outcome<void> show_secrets(const store::Row& row, Record& record);

 protected:
  [[nodiscard]] Outcome<void> finish(store::Row& row, const store::Row* before, const Arguments& arguments,
                                     Effects& effects) override;
  [[nodiscard]] Outcome<void> decorate(const store::Row& row, Record& record) override;

 private:
  [[nodiscard]] Outcome<void> check_room(const store::Row& row, const store::Row* before,
                                         std::string_view key);
  [[nodiscard]] Outcome<void> take_credentials(store::Row& row, bool is_new, std::string_view key,
                                               const Arguments& arguments, Effects& effects);
  [[nodiscard]] Outcome<void> check_password_policy(std::string_view key, const Arguments& arguments,
                                                    Effects& effects) const;
};

}  // namespace ringfence::provisioning
