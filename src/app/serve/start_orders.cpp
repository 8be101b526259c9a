// SPDX-License-Identifier: Apache-2.0
// Orders as bytes and back.
#include "app/serve/start_orders.h"

#include "base/serial.h"

namespace ringfence::app {
namespace {

void write_texts(base::ByteWriter& out, const std::vector<std::string>& texts) {
  out.u32(static_cast<std::uint32_t>(texts.size()));
  for (const auto& text : texts) out.text(text);
}

std::vector<std::string> read_texts(base::ByteReader& in) {
  std::vector<std::string> texts;
  for (auto left = in.u32(); left > 0 && in.ok(); --left) texts.emplace_back(in.text());
  return texts;
}

}  // namespace

std::string StartOrders::encode() const {
  std::vector<std::byte> bytes;
  base::ByteWriter out{bytes};
  out.text(paths.root.native()).text(sources.file_name).text(sources.file_text);
  write_texts(out, sources.environment);
  write_texts(out, sources.sets);
  out.text(listeners).boolean(first_start);
  return std::string{base::as_text(bytes)};
}

std::optional<StartOrders> StartOrders::decode(std::string_view bytes) {
  base::ByteReader in{base::as_bytes(bytes)};
  StartOrders orders;
  orders.paths.root = std::string{in.text()};
  orders.sources.file_name = in.text();
  orders.sources.file_text = in.text();
  orders.sources.environment = read_texts(in);
  orders.sources.sets = read_texts(in);
  orders.listeners = in.text();
  orders.first_start = in.boolean();
  if (!in.finished()) return std::nullopt;
  return orders;
}

}  // namespace ringfence::app
