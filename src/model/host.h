// SPDX-License-Identifier: Apache-2.0
// One spelling for each host: what domains are stored and looked up by.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace ringfence::model {

/// A host in lower case, without the dot that ends an absolute name; an address in the text of RFC 5952, IPv6
/// in brackets. So "Example.TEST." is "example.test", and "[2001:DB8:0::1]" is "[2001:db8::1]". No
/// allocation.
class CanonicalHost {
 public:
  explicit CanonicalHost(std::string_view host);
  CanonicalHost(const CanonicalHost&) = delete;
  CanonicalHost& operator=(const CanonicalHost&) = delete;

  /// Empty when the host is empty or longer than kMaxHost.
  [[nodiscard]] std::string_view view() const { return {text_.data(), size_}; }

 private:
  std::array<char, 256> text_;
  std::size_t size_ = 0;
};

/// The name is a host as RFC 3261 §25.1 writes it: labels of letters, digits and inner hyphens (underscores
/// are tolerated), or an IPv4 address, or an IPv6 address in brackets.
[[nodiscard]] bool is_host(std::string_view text);

}  // namespace ringfence::model
