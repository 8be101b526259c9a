// SPDX-License-Identifier: Apache-2.0
// Pages of rows as the lines of a file that import takes.
#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <ostream>

namespace ringfence::app {

enum class ExportFormat : std::uint8_t {
  Csv,        ///< RFC 4180, behind a line of names
  JsonLines,  ///< an object a line; what has no value is left out
};

class ExportWriter {
 public:
  /// @param out  outlives it
  ExportWriter(std::ostream& out, ExportFormat format) : out_{out}, format_{format} {}

  void write(const boost::json::array& columns, const boost::json::array& rows);
  [[nodiscard]] std::size_t rows() const { return rows_; }

 private:
  void write_csv(const boost::json::array& cells);
  void write_json(const boost::json::array& columns, const boost::json::array& cells);

  std::ostream& out_;
  ExportFormat format_;
  bool begun_ = false;
  std::size_t rows_ = 0;
};

}  // namespace ringfence::app
