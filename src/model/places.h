// SPDX-License-Identifier: Apache-2.0
// The places of the fields that code asks for by name, so that it reads row[SubscriberField::Number]. A test
// compares them with the definitions.
#pragma once

#include <cstdint>

namespace ringfence::model {

enum class ResellerField : std::uint8_t { Name, State };
enum class CustomerField : std::uint8_t { Name, State, Type, Contact, BillingProfile, MaxSubscribers };
enum class DomainField : std::uint8_t { Name, State, Zone };
enum class SubscriberField : std::uint8_t {
  Domain,
  Username,
  Customer,
  Number,
  State,
  Ha1Md5,
  Ha1Sha256,
  Ha1Sha512_256
};
enum class NumberField : std::uint8_t { Number, Subscriber, Device };
enum class RewriteSetField : std::uint8_t { Name, Description };
enum class PeerField : std::uint8_t { Name, Address, Group, Host, Weight, Enabled, Probe, Default, Transit };
/// Setting is the field "value": a Value would hide the type of that name.
enum class PreferenceField : std::uint8_t { Name, Setting, Subscriber, Customer, Domain, Peer };
enum class AdminField : std::uint8_t { Login, Role, State, Password };
enum class BanField : std::uint8_t { Target, Until, Reason };

}  // namespace ringfence::model
