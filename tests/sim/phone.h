// SPDX-License-Identifier: Apache-2.0
// Phone: a small honest user agent for simulations, over UDP or TCP: registers, calls, answers, retransmits.
#pragma once

#include <functional>
#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/timer_wheel.h"
#include "net/sim_network.h"
#include "sip/message.h"

namespace ringfence::sim {

/// What a phone's user does and sees. Counters only grow.
struct PhoneDiary {
  unsigned registered = 0;       ///< 200 to REGISTER
  unsigned refused = 0;          ///< REGISTER given up after a second challenge
  unsigned rang = 0;             ///< INVITEs received, retransmissions aside
  unsigned answered = 0;         ///< 200 to an INVITE of ours
  unsigned acked = 0;            ///< ACK received for a 200 of ours
  unsigned ended = 0;            ///< BYEs completed, either way
  std::vector<unsigned> finals;  ///< final status of each call we made, in order
};

class Phone final : public net::SimAgent {
 public:
  enum class Mood : std::uint8_t { Answers, Refuses, Busy, RingsForever };

  struct Options {
    std::string contact_parameters{};  ///< behind the URI of each Contact: ";q=0.5"
    net::Protocol protocol = net::Protocol::Udp;
  };

  /// @param proxy  where it sends everything
  Phone(net::SimNetwork& network, base::Endpoint at, base::Endpoint proxy, std::string user,
        std::string password);
  Phone(net::SimNetwork& network, base::Endpoint at, base::Endpoint proxy, std::string user,
        std::string password, Options options);
  ~Phone() override;

  void enroll();
  /// @param to  Request-URI
  void call(std::string_view to);
  /// The same with another URI in From than the phone's own.
  void call_as(std::string_view from, std::string_view to);
  void cancel();
  /// Ends the last call that is up, from our side.
  void hang_up();
  void set_mood(Mood mood) {
    mood_ = mood;
    if (mood == Mood::Busy) refuse_with(486);
  }
  /// Refuses calls with this status; 401 and 407 bring a challenge for kForeignRealm.
  void refuse_with(unsigned status) {
    mood_ = Mood::Refuses;
    refusal_ = status;
  }
  static constexpr std::string_view kForeignRealm = "realm of the callee";
  /// From now on this phone sits there; its next request tells (UDP only).
  void move_to(const base::Endpoint& at);
  /// A re-INVITE in the call that is up.
  void refresh();
  /// Sends bytes of the caller's choice from this phone's address.
  void send_raw(std::string_view bytes);

  [[nodiscard]] const PhoneDiary& diary() const { return diary_; }
  [[nodiscard]] const std::string& user() const { return user_; }
  /// Every message that arrived, as text.
  [[nodiscard]] const std::vector<std::string>& inbox() const { return inbox_; }
  void clear_inbox() { inbox_.clear(); }

  /// What this side knows of the call that is up, for tests that forge.
  struct Dialog {
    std::string call_id;
    std::string local;  ///< From or To value of ours, tag included
    std::string remote;
    std::string target;  ///< the other side's Contact URI
    std::vector<std::string> routes;
    unsigned cseq = 1;
  };
  [[nodiscard]] const Dialog* dialog() const { return dialogs_.empty() ? nullptr : &dialogs_.back(); }
  /// A request inside that dialog as we would send it, with another method, target or route if given.
  [[nodiscard]] std::string in_dialog_request(std::string_view method, std::string_view target = {}) const;

  void on_datagram(const base::Endpoint& from, const base::Endpoint& to, std::string_view bytes) override;
  void on_stream_open(net::SimStream stream, const base::Endpoint& peer) override;
  void on_stream_bytes(net::SimStream stream, std::string_view bytes) override;
  void on_stream_closed(net::SimStream stream) override;

 private:
  /// A request of ours that waits for its final response, sent again until then.
  struct Pending {
    Phone* phone;
    std::string method;
    std::string branch;
    std::string text;
    std::string target;
    std::string call_id;
    std::string from;
    unsigned cseq;
    bool authorized = false;
    bool provisional = false;
    bool done = false;
    base::Nanos interval = std::chrono::milliseconds{500};
    base::MonoTime give_up;
    base::Timer timer;
    explicit Pending(Phone* owner)
        : phone{owner},
          timer{[](void* self) { static_cast<Pending*>(self)->phone->repeat(*static_cast<Pending*>(self)); },
                this} {}
  };
  /// A 200 of ours to an INVITE, sent again until its ACK comes.
  struct Answered {
    Phone* phone;
    std::string call_id;
    std::string text;
    base::Nanos interval = std::chrono::milliseconds{500};
    base::MonoTime give_up;
    base::Timer timer;
    explicit Answered(Phone* owner)
        : phone{owner},
          timer{
              [](void* self) { static_cast<Answered*>(self)->phone->repeat(*static_cast<Answered*>(self)); },
              this} {}
  };

  void start(std::string method, std::string target, std::string from, std::string to, std::string call_id,
             unsigned cseq, std::string extra);
  void authorize(Pending& pending, const sip::Message& challenge);
  void repeat(Pending& pending);
  void repeat(Answered& answered);
  void on_message(std::string_view bytes);
  void on_response(const sip::Message& response);
  void on_request(const sip::Message& request);
  void on_invite(const sip::Message& request);
  void keep_answer(const sip::Message& request);
  [[nodiscard]] Dialog* dialog_of(std::string_view call_id);
  void acknowledge(const sip::Message& response);
  void acknowledge_failure(const Pending& pending, const sip::Message& response);
  void reply(const sip::Message& request, unsigned status, std::string_view to_tag, bool with_contact,
             std::string_view extra = {});
  void bye(Dialog dialog);
  [[nodiscard]] std::string new_id();
  [[nodiscard]] std::string own_uri() const;
  [[nodiscard]] std::string contact() const;  ///< a whole value
  [[nodiscard]] std::string via(std::string_view branch) const;

  net::SimNetwork& network_;
  base::Endpoint at_;
  base::Endpoint proxy_;
  std::string user_;
  std::string password_;
  Options options_;
  net::SimStream stream_;
  bool stream_open_ = false;
  std::string unsent_;    // before the stream is open
  std::string received_;  // on the stream, not a whole message yet
  Mood mood_ = Mood::Answers;
  unsigned refusal_ = 486;
  unsigned next_ = 0;
  std::list<Pending> pending_;
  std::list<Answered> answered_;
  std::vector<Dialog> dialogs_;
  std::vector<std::string> seen_invites_;  // branches
  std::vector<std::pair<std::string, std::string>>
      sent_finals_;  // branch -> final response, for retransmissions
  PhoneDiary diary_;
  std::vector<std::string> inbox_;
};

}  // namespace ringfence::sim
