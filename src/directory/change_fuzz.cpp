// SPDX-License-Identifier: Apache-2.0
// Any bytes as changes: refused or understood, and what was understood reads back as itself and can be
// applied.
#include <cstdlib>

#include "base/quiescent.h"
#include "directory/directory.h"
#include "model/host.h"

using namespace ringfence;
using namespace ringfence::directory;

namespace {

void require(bool promise) {
  if (!promise) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const base::Bytes input{reinterpret_cast<const std::byte*>(data), size};
  base::QuiescentDomain readers{1};
  Directory directory{readers, {1, 2}};

  base::ByteReader reader{input};
  while (const auto change = read_change(reader)) {
    std::vector<std::byte> bytes;
    base::ByteWriter writer{bytes};
    write_change(writer, *change);
    base::ByteReader again{bytes};
    const auto copy = read_change(again);
    require(copy && *copy == *change && again.finished());
    (void)directory.apply(*change);
  }

  const std::string_view text = base::as_text(input);
  const model::CanonicalHost once{text};
  const model::CanonicalHost twice{once.view()};
  if (model::is_host(text)) require(model::is_host(once.view()) && once.view() == twice.view());
  return 0;
}
