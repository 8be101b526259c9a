// SPDX-License-Identifier: Apache-2.0
// Building and restarting the platform on simulated shards.
#include "sim/platform.h"

#include "crypto/ha1.h"

namespace ringfence::sim {
namespace {

config::Configuration configure(std::vector<std::string> settings) {
  config::Sources sources;
  sources.sets = std::move(settings);
  auto configuration = config::Configuration::load(sources);
  RF_ASSERT(configuration);
  return std::move(*configuration);
}

net::Listener listener(net::ListenerId id, net::Protocol protocol, std::string_view at) {
  const auto endpoint = *base::Endpoint::parse(at);
  return {id, protocol, endpoint, endpoint};
}

}  // namespace

Platform::Platform(net::SimNetwork& network, unsigned shards, std::vector<std::string> settings)
    : network_{network}, configuration_{configure(std::move(settings))} {
  process_.shards = shards;
  process_.listeners = {listener(0, net::Protocol::Udp, "192.0.2.1:5060"),
                        listener(1, net::Protocol::Tcp, "192.0.2.1:5060"),
                        listener(2, net::Protocol::Udp, "[2001:db8::1]:5060")};
  directory_.emplace_back(directory::Domain{kDomainId, kTenant, std::string{kDomain}});
  start();
}

Platform::~Platform() {
  stop();
}

void Platform::start() {
  network_.start(process_);
  node_ = std::make_unique<app::Node>(configuration_.settings(), process_.shards,
                                      app::NodeRings::ephemeral(network_.random()), network_.random(),
                                      network_.clock().wall());
  for (unsigned i = 0; i < process_.shards; ++i) {
    parts_.push_back(
        std::make_unique<app::ShardParts>(network_.shard(static_cast<net::ShardId>(i)), *node_, nullptr));
  }
  RF_ASSERT(node_->directory.apply(directory_));
}

void Platform::stop() {
  parts_.clear();
  network_.kill();
  node_.reset();
}

void Platform::restart() {
  stop();
  start();
}

void Platform::apply(const directory::Change& change) {
  directory_.push_back(change);
  RF_ASSERT(node_->directory.apply(change));
}

void Platform::add_subscriber(std::string_view user, std::string_view password, std::string_view number,
                              directory::State state) {
  directory::SubscriberValues subscriber;
  subscriber.id = directory_.size() + 100;
  subscriber.tenant = kTenant;
  subscriber.domain = kDomainId;
  subscriber.username = user;
  subscriber.number = number;
  subscriber.state = state;
  for (const auto kind : {crypto::HashKind::Md5, crypto::HashKind::Sha256}) {
    const auto ha1 = crypto::ha1(kind, user, kDomain, password);
    subscriber.ha1.set(kind, ha1.bytes());
  }
  apply(subscriber);
}

void Platform::add_peer(const base::Endpoint& address, net::Protocol protocol, bool is_default,
                        bool transit) {
  apply(directory::Peer{directory_.size() + 100, kTenant, "peer" + std::to_string(directory_.size()), address,
                        protocol, is_default, transit});
}

}  // namespace ringfence::sim
