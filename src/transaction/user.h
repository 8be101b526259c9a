// SPDX-License-Identifier: Apache-2.0
// The transaction users (RFC 3261 §17: "TU"): what the layer tells those above it.
#pragma once

#include <cstdint>

#include "net/packet.h"
#include "transaction/ids.h"

namespace ringfence::transaction {

/// Why a server transaction ended.
enum class ServerEnd : std::uint8_t {
  Completed,        ///< the final response was sent, if need be acknowledged, and its time has passed
  NoAck,            ///< Timer H: the failure of an INVITE was never acknowledged
  TransportFailed,  ///< a response to a request other than INVITE could not be sent (§17.2.4)
};

/// Why a client transaction ended without a final response.
enum class ClientFailure : std::uint8_t {
  Timeout,          ///< Timer B or F
  TransportFailed,  ///< the request could not be sent (§17.1.4)
  Cancelled,        ///< cancelled, and no final response came within 64*T1 (§9.1)
};

/// Takes requests and what becomes of their transactions. Every callback is the layer's last act: it may call
/// back.
class ServerUser {
 public:
  virtual ~ServerUser() = default;
  /// A request that matches no transaction; `Layer::open` makes one. Also each ACK that belongs to none: to a
  /// 2xx.
  virtual void on_new_request(net::PacketRef request) = 0;
  /// A CANCEL matched an INVITE that has no final response yet; it has been answered 200 (§9.2). Told once.
  virtual void on_cancel(ServerId invite, std::uint64_t cookie, net::PacketRef cancel) = 0;
  /// The transaction is gone. Told once for each `Layer::open`.
  virtual void on_server_end(ServerId server, std::uint64_t cookie, ServerEnd why) = 0;
  /// A response to an INVITE could not be sent; the transaction goes on (RFC 6026 §7.1).
  virtual void on_response_not_sent(ServerId server, std::uint64_t cookie) { (void)server, (void)cookie; }
  /// A connection of any shard is gone.
  virtual void on_connection_closed(net::ConnectionId connection, const net::Flow& flow) {
    (void)connection, (void)flow;
  }
};

/// Takes the responses of client transactions. Every callback is the layer's last act: it may call back.
class ClientUser {
 public:
  virtual ~ClientUser() = default;
  /// Each provisional response (100 only once), the final response once; for INVITE each further 2xx as well,
  /// also retransmitted ones (RFC 6026 §7.2). The id has stopped working when nothing more can come.
  virtual void on_response(ClientId client, std::uint64_t cookie, net::PacketRef response) = 0;
  /// Instead of a final response, once.
  virtual void on_client_failure(ClientId client, std::uint64_t cookie, ClientFailure why) = 0;
};

}  // namespace ringfence::transaction
