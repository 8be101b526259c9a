// SPDX-License-Identifier: Apache-2.0
// The readers of values that fill a line, for the parser of whole descriptions. Each begins at the cursor and
// ends where the line does. Internal: see values.h.
#pragma once

#include <optional>

#include "sdp/line_cursor.h"
#include "sdp/values.h"

namespace ringfence::sdp {

/// @return what is wrong, or nullopt
std::optional<SdpError> read_origin(LineCursor& cursor, Origin& origin);
std::optional<SdpError> read_connection(LineCursor& cursor, Connection& connection);
std::optional<SdpError> read_bandwidth(LineCursor& cursor, Bandwidth& bandwidth);
std::optional<SdpError> read_timing(LineCursor& cursor, Timing& timing);
std::optional<SdpError> read_media_line(LineCursor& cursor, MediaLine& media);
std::optional<SdpError> read_rtpmap(LineCursor& cursor, RtpMap& map);

}  // namespace ringfence::sdp
