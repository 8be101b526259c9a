// SPDX-License-Identifier: Apache-2.0
// The table of preferences, area by area. For preferences.cpp alone; others ask preferences().
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>

#include "model/preferences.h"
#include "model/rules.h"

namespace ringfence::model::preference_table {

// Whose it may be: s a subscriber's, c a customer's, d a domain's, p a peer's.
inline constexpr std::uint8_t kS = kOfSubscriber;
inline constexpr std::uint8_t kC = kOfCustomer;
inline constexpr std::uint8_t kD = kOfDomain;
inline constexpr std::uint8_t kP = kOfPeer;
inline constexpr std::uint8_t kSc = kS | kC;
inline constexpr std::uint8_t kSd = kS | kD;
inline constexpr std::uint8_t kScd = kS | kC | kD;
inline constexpr std::uint8_t kSdp = kS | kD | kP;
inline constexpr std::uint8_t kScdp = kS | kC | kD | kP;

// Short ways to write a row; the area is put in by in_area().

constexpr PreferenceInfo flag(Pref id, std::string_view name, std::uint8_t scopes, std::string_view fallback,
                              std::string_view help) {
  return {.id = id, .name = name, .scopes = scopes, .fallback = fallback, .help = help};
}
constexpr PreferenceInfo integer(Pref id, std::string_view name, std::uint8_t scopes, std::int64_t least,
                                 std::int64_t most, std::string_view fallback, std::string_view help) {
  return {.id = id,
          .name = name,
          .type = PrefType::Integer,
          .scopes = scopes,
          .fallback = fallback,
          .least = least,
          .most = most,
          .help = help};
}
constexpr PreferenceInfo choice(Pref id, std::string_view name, std::uint8_t scopes,
                                std::span<const std::string_view> choices, std::string_view fallback,
                                std::string_view help) {
  return {.id = id,
          .name = name,
          .type = PrefType::Choice,
          .scopes = scopes,
          .fallback = fallback,
          .choices = choices,
          .help = help};
}
constexpr PreferenceInfo text(Pref id, std::string_view name, std::uint8_t scopes, Rule rule,
                              std::string_view help) {
  return {.id = id, .name = name, .type = PrefType::Text, .scopes = scopes, .rule = rule, .help = help};
}
constexpr PreferenceInfo list(Pref id, std::string_view name, std::uint8_t scopes, Rule rule,
                              std::string_view help) {
  return {.id = id, .name = name, .type = PrefType::List, .scopes = scopes, .rule = rule, .help = help};
}
constexpr PreferenceInfo row(Pref id, std::string_view name, std::uint8_t scopes, Kind kind,
                             std::string_view help) {
  return {.id = id, .name = name, .type = PrefType::Set, .scopes = scopes, .refers_to = kind, .help = help};
}
constexpr PreferenceInfo secret(PreferenceInfo info) {
  info.is_secret = true;
  return info;
}
constexpr PreferenceInfo refers_to(Kind kind, PreferenceInfo info) {
  info.refers_to = kind;
  return info;
}
constexpr PreferenceInfo with_fallback(std::string_view fallback, PreferenceInfo info) {
  info.fallback = fallback;
  return info;
}

template <std::size_t N>
constexpr std::array<PreferenceInfo, N> in_area(PrefArea area, std::array<PreferenceInfo, N> rows) {
  for (PreferenceInfo& info : rows) info.area = area;
  return rows;
}

using Words = std::string_view;

inline constexpr auto kPolicies = std::to_array<Words>({"override_by_usernpn", "override_by_clir", "reject"});
inline constexpr auto kDialingModes =
    std::to_array<Words>({"strict", "extended_send_dialed", "extended_send_base_alias"});

inline constexpr auto kNumbers = in_area(
    PrefArea::Numbers,
    std::to_array<PreferenceInfo>({
        row(Pref::RewriteRuleSet, "rewrite_rule_set", kSdp, Kind::RewriteSet,
            "how this party writes numbers, and how they are written to it"),
        text(Pref::Cc, "cc", kSd, check_country_code, "country code, ${caller_cc} in rewrite rules"),
        text(Pref::Ac, "ac", kSd, check_digits, "area code, ${caller_ac} in rewrite rules"),
        text(Pref::Cli, "cli", kS, check_some_number,
             "the network's number of the subscriber (NPN); nothing: its telephone number"),
        text(Pref::UserCli, "user_cli", kS, check_username,
             "stands for whatever number the phone gives as its own (UPN)"),
        list(Pref::AllowedClis, "allowed_clis", kS, check_glob,
             "numbers the phone may give as its own, as shell patterns"),
        choice(Pref::AllowedClisRejectPolicy, "allowed_clis_reject_policy", kSd, kPolicies,
               "override_by_usernpn",
               "what becomes of a call with another number: it gets the network's number, is made anonymous, "
               "or is refused"),
        flag(Pref::Clir, "clir", kS, "no", "calls go out without a number"),
        flag(Pref::Colr, "colr", kS, "no", "a caller is not told which number answers"),
        text(Pref::DisplayName, "display_name", kS, nullptr, "the name that is shown with the number"),
        flag(Pref::ExtensionInNpn, "extension_in_npn", kSd, "no",
             "the network's number may be followed by the extension that the phone gives"),
        flag(Pref::ForceStrictNumberMatch, "force_strict_number_match", kSd, "no",
             "a number that only begins with one of the subscriber's does not reach it"),
        choice(Pref::ExtendedDialingMode, "extended_dialing_mode", kSd, kDialingModes, "extended_send_dialed",
               "what the phone is sent when its number is dialled with an extension: nothing, all that was "
               "dialled, or its own number"),
        text(Pref::EmergencyPrefix, "emergency_prefix", kSd, check_number_part,
             "put before an emergency number: ${caller_emergency_prefix} in rewrite rules"),
        text(Pref::EmergencySuffix, "emergency_suffix", kSd, check_number_part,
             "put behind an emergency number: ${caller_emergency_suffix} in rewrite rules"),
        text(Pref::EmergencyCli, "emergency_cli", kSd, check_some_number,
             "the caller's number in emergency calls: ${caller_emergency_cli} in rewrite rules"),
        flag(Pref::E164ToRuri, "e164_to_ruri", kSd, "no",
             "the phone is called by the number that was dialled, not by its user name"),
    }));

inline constexpr auto kInboundNumbers =
    std::to_array<Words>({"from_user", "from_display", "pai_user", "ppi_user", "rpid_user"});
inline constexpr auto kFromUsers = std::to_array<Words>({"npn", "upn", "auth_user", "received"});
inline constexpr auto kFromDisplays =
    std::to_array<Words>({"received", "display_name", "npn", "upn", "auth_user", "none"});
inline constexpr auto kOfferedUsers = std::to_array<Words>({"none", "npn", "upn", "auth_user"});
inline constexpr auto kToUsers = std::to_array<Words>({"callee", "received"});

inline constexpr auto kCaller = in_area(
    PrefArea::Caller,
    std::to_array<PreferenceInfo>({
        choice(Pref::InboundUpn, "inbound_upn", kSdp, kInboundNumbers, "from_user",
               "where the number stands that a caller gives as its own (UPN)"),
        choice(Pref::InboundNpn, "inbound_npn", kP, kInboundNumbers, "pai_user",
               "where the number stands that the peer vouches for (NPN); absent: in the From"),
        choice(Pref::OutboundFromUser, "outbound_from_user", kSdp, kFromUsers, "npn", "the user of the From"),
        choice(Pref::OutboundFromDisplay, "outbound_from_display", kSdp, kFromDisplays, "received",
               "the name in the From"),
        choice(Pref::OutboundPaiUser, "outbound_pai_user", kSdp, kOfferedUsers, "npn",
               "the user of the P-Asserted-Identity; none: there is no such header"),
        choice(Pref::OutboundPpiUser, "outbound_ppi_user", kSdp, kOfferedUsers, "none",
               "the user of the P-Preferred-Identity; none: there is no such header"),
        choice(Pref::OutboundDiversion, "outbound_diversion", kSdp, kOfferedUsers, "none",
               "who has forwarded the call, as the Diversion tells; none: there is no such header"),
        choice(Pref::OutboundHistoryInfo, "outbound_history_info", kSdp, kOfferedUsers, "none",
               "who has forwarded the call, as the History-Info tells; none: there is no such header"),
        choice(Pref::OutboundToUser, "outbound_to_user", kSdp, kToUsers, "callee",
               "the user of the To: who is called in the end, or as it came"),
        flag(Pref::OutboundFromUserIsPhone, "outbound_from_user_is_phone", kSdp, "no",
             ";user=phone in the From"),
        flag(Pref::OutboundPaiUserIsPhone, "outbound_pai_user_is_phone", kSdp, "no",
             ";user=phone in the P-Asserted-Identity"),
        flag(Pref::OutboundPpiUserIsPhone, "outbound_ppi_user_is_phone", kSdp, "no",
             ";user=phone in the P-Preferred-Identity"),
        flag(Pref::OutboundDiversionIsPhone, "outbound_diversion_is_phone", kSdp, "no",
             ";user=phone in the Diversion"),
        flag(Pref::OutboundHistoryInfoIsPhone, "outbound_history_info_is_phone", kSdp, "no",
             ";user=phone in the History-Info"),
        flag(Pref::OutboundToUserIsPhone, "outbound_to_user_is_phone", kSdp, "no", ";user=phone in the To"),
        flag(Pref::AnonymizeFromUser, "anonymize_from_user", kSdp, "no",
             "the From of an anonymous call has no number either"),
        flag(Pref::PaiClir, "pai_clir", kSdp, "no",
             "the P-Asserted-Identity of an anonymous call has no number either"),
    }));

// Other platforms have a flag here, whose "no" is the first of these.
inline constexpr auto kModes = std::to_array<Words>({"blacklist", "whitelist"});
/// In the order of the levels 0 to 5 that other platforms number.
inline constexpr auto kLocks =
    std::to_array<Words>({"none", "foreign", "outgoing", "all_calls", "global", "ported"});

inline constexpr auto kBlocking = in_area(
    PrefArea::Blocking,
    std::to_array<PreferenceInfo>({
        choice(Pref::BlockInMode, "block_in_mode", kSc, kModes, "blacklist",
               "blacklist: callers in block_in_list are refused; whitelist: all others are"),
        list(Pref::BlockInList, "block_in_list", kSc, check_glob, "numbers or users, as shell patterns"),
        flag(Pref::BlockInClir, "block_in_clir", kSc, "no", "anonymous callers are refused"),
        choice(Pref::BlockOutMode, "block_out_mode", kSc, kModes, "blacklist",
               "blacklist: calls to numbers in block_out_list are refused; whitelist: all others are"),
        list(Pref::BlockOutList, "block_out_list", kSc, check_glob, "numbers or users, as shell patterns"),
        text(Pref::BlockOutOverridePin, "block_out_override_pin", kSc, check_digits,
             "dialled with the code for it, this PIN lets one call pass"),
        choice(Pref::AdmBlockInMode, "adm_block_in_mode", kScd, kModes, "blacklist",
               "as block_in_mode; the administrator's, looked at first"),
        list(Pref::AdmBlockInList, "adm_block_in_list", kScd, check_glob,
             "as block_in_list; the administrator's"),
        flag(Pref::AdmBlockInClir, "adm_block_in_clir", kScd, "no", "as block_in_clir; the administrator's"),
        choice(Pref::AdmBlockOutMode, "adm_block_out_mode", kScd, kModes, "blacklist",
               "as block_out_mode; the administrator's, looked at first"),
        list(Pref::AdmBlockOutList, "adm_block_out_list", kScd, check_glob,
             "as block_out_list; the administrator's"),
        text(Pref::AdmBlockOutOverridePin, "adm_block_out_override_pin", kScd, check_digits,
             "as block_out_override_pin; the administrator's"),
        row(Pref::Ncos, "ncos", kScd, Kind::NcosLevel, "which numbers may be called"),
        row(Pref::AdmNcos, "adm_ncos", kScd, Kind::NcosLevel,
            "which numbers may be called; the administrator's, looked at first"),
        row(Pref::AdmCfNcos, "adm_cf_ncos", kScd, Kind::NcosLevel, "to which numbers calls may be forwarded"),
        refers_to(Kind::NcosLevel, list(Pref::NcosSet, "ncos_set", kScd, check_name,
                                        "further levels that a called number must keep, in this order")),
        text(Pref::DivertBlockOut, "divert_block_out", kSd, check_destination,
             "where calls go that block_out_list would refuse"),
        choice(Pref::UpnBlockMode, "upn_block_mode", kSd, kModes, "blacklist",
               "blacklist: numbers in upn_block_list may not be given as one's own; whitelist: all others"),
        list(Pref::UpnBlockList, "upn_block_list", kSd, check_glob, "numbers, as shell patterns"),
        flag(Pref::UpnBlockClir, "upn_block_clir", kSd, "no",
             "calls whose phone gives no number of its own are refused"),
        choice(
            Pref::Lock, "lock", kSc, kLocks, "none",
            "what is forbidden: calls beyond the own domain, outgoing calls, all calls, everything; ported: "
            "the number has moved away, and only a forward reaches it"),
        flag(Pref::RejectVsc, "reject_vsc", kSd, "no", "feature codes such as *72* are refused"),
        flag(Pref::RejectEmergency, "reject_emergency", kSd, "no", "emergency calls are refused"),
    }));

inline constexpr std::int64_t kMostCalls = 1'000'000;
constexpr PreferenceInfo most_calls(Pref id, std::string_view name, std::uint8_t scopes,
                                    std::string_view help) {
  return integer(id, name, scopes, -1, kMostCalls, "", help);
}

inline constexpr auto kAccess = in_area(
    PrefArea::Access,
    std::to_array<PreferenceInfo>({
        list(Pref::AllowedIps, "allowed_ips", kSd, check_network,
             "the only addresses and networks from which the account is used; nothing: from all"),
        list(Pref::ManAllowedIps, "man_allowed_ips", kSd, check_network,
             "as allowed_ips; the administrator's, and both hold together"),
        flag(Pref::IgnoreAllowedIps, "ignore_allowed_ips", kSd, "no",
             "the account is used from everywhere, whatever the two lists say"),
        choice(Pref::UaFilterMode, "ua_filter_mode", kSd, kModes, "blacklist",
               "blacklist: phones in ua_filter_list are refused; whitelist: all others are"),
        list(Pref::UaFilterList, "ua_filter_list", kSd, check_glob,
             "names of phones as the User-Agent has them, as shell patterns"),
        flag(Pref::UaRejectMissing, "ua_reject_missing", kSd, "no",
             "phones without a User-Agent are refused"),
        flag(Pref::UnauthInboundCalls, "unauth_inbound_calls", kD, "no",
             "callers of other domains reach subscribers without a password"),
        flag(Pref::AllowOutForeignDomain, "allow_out_foreign_domain", kSd, "no",
             "subscribers may call addresses in other domains"),
        most_calls(Pref::ConcurrentMax, "concurrent_max", kScdp,
                   "calls at once; 0 or -1: none, and a peer is passed over; nothing: no limit"),
        most_calls(Pref::ConcurrentMaxIn, "concurrent_max_in", kScdp,
                   "of these, calls to the subscriber, or from the peer"),
        most_calls(Pref::ConcurrentMaxOut, "concurrent_max_out", kScdp,
                   "of these, calls from the subscriber, or to the peer"),
        most_calls(Pref::ConcurrentMaxPerAccount, "concurrent_max_per_account", kScd,
                   "calls at once of all subscribers of the customer; 0 or -1: none; nothing: no limit"),
        most_calls(Pref::ConcurrentMaxInPerAccount, "concurrent_max_in_per_account", kScd,
                   "of these, calls to the subscribers"),
        most_calls(Pref::ConcurrentMaxOutPerAccount, "concurrent_max_out_per_account", kScd,
                   "of these, calls from the subscribers"),
        most_calls(Pref::ConcurrentMaxTotal, "concurrent_max_total", kScdp,
                   "as concurrent_max, but calls to services such as the voicebox count as well"),
        most_calls(Pref::ConcurrentMaxInTotal, "concurrent_max_in_total", kScdp,
                   "as concurrent_max_in, but calls from services count as well"),
        most_calls(Pref::ConcurrentMaxOutTotal, "concurrent_max_out_total", kScdp,
                   "as concurrent_max_out, but calls to services count as well"),
        integer(Pref::MaxCallDuration, "max_call_duration", kScdp, 1, 604'800, "21600",
                "a call is ended after so many seconds"),
        flag(Pref::Enable2fa, "enable_2fa", kSd, "no",
             "logging in to the web pages takes a one-time code beside the password"),
    }));

inline constexpr auto kRelays = std::to_array<Words>(
    {"auto", "never", "ice_strip_candidates", "ice_add_candidates", "ice_replace_candidates"});
inline constexpr auto kNatSipping = std::to_array<Words>({"yes", "no", "always"});
inline constexpr auto kAddressFamilies = std::to_array<Words>({"auto", "ipv4", "ipv6"});
inline constexpr auto kSrtp = std::to_array<Words>({"transparent", "force_rtp", "force_srtp", "force_dtls"});
inline constexpr auto kFeedback = std::to_array<Words>({"transparent", "force_avp", "force_avpf"});
inline constexpr auto kMediaTransports = std::to_array<Words>(
    {"transparent", "RTP/AVP", "RTP/AVPF", "RTP/SAVP", "RTP/SAVPF", "UDP/TLS/RTP/SAVP", "UDP/TLS/RTP/SAVPF"});
inline constexpr auto kCodecFilters = std::to_array<Words>({"off", "blacklist", "whitelist"});

inline constexpr auto kMedia = in_area(
    PrefArea::Media,
    std::to_array<PreferenceInfo>({
        choice(Pref::UseRtpproxy, "use_rtpproxy", kSdp, kRelays, "auto",
               "whether media goes through the relay: when it has to, never, or always; then ICE candidates "
               "are removed, get the relay's added, or are replaced by them"),
        choice(Pref::NatSipping, "nat_sipping", kSd, kNatSipping, "yes",
               "keep the way through a NAT open: yes, where one is seen"),
        flag(Pref::BypassRtpproxy, "bypass_rtpproxy", kSdp, "no",
             "two phones behind one address send media to each other"),
        choice(Pref::Ipv46ForRtpproxy, "ipv46_for_rtpproxy", kSdp, kAddressFamilies, "auto",
               "the addresses that the relay offers to this party"),
        choice(Pref::SrtpTranscoding, "srtp_transcoding", kSdp, kSrtp, "transparent",
               "how media is protected towards this party"),
        choice(Pref::RtcpFeedback, "rtcp_feedback", kSdp, kFeedback, "transparent",
               "whether it is sent RTCP feedback (RFC 4585)"),
        choice(Pref::TransportProtocol, "transport_protocol", kSdp, kMediaTransports, "transparent",
               "the media transport that it is offered; stands above the two before"),
        text(Pref::RtpInterface, "rtp_interface", kSdp, check_name,
             "the relay's interface towards it, by name; nothing: the first"),
        text(Pref::OutboundSocket, "outbound_socket", kSdp, check_peer_address,
             "the listening address from which it is sent requests; nothing: the best one"),
        list(Pref::SdpMediaRemove, "sdp_media_remove", kSdp, check_media_type,
             "media that is taken out of what it is offered: video, image"),
        choice(Pref::CodecsFilter, "codecs_filter", kSdp, kCodecFilters, "off",
               "blacklist: codecs in codecs_list are taken out; whitelist: all others are"),
        list(Pref::CodecsList, "codecs_list", kSdp, check_codec, "names of codecs: PCMA, opus"),
        flag(Pref::TranscodePcma, "transcode_pcma", kSdp, "no", "G.711 A-law is added to what it is offered"),
        flag(Pref::TranscodePcmu, "transcode_pcmu", kSdp, "no", "as well G.711 mu-law"),
        flag(Pref::TranscodeG722, "transcode_g722", kSdp, "no", "as well G.722"),
        flag(Pref::TranscodeG729, "transcode_g729", kSdp, "no", "as well G.729"),
        flag(Pref::TranscodeGsm, "transcode_gsm", kSdp, "no", "as well GSM full rate"),
        flag(Pref::TranscodeAmr, "transcode_amr", kSdp, "no", "as well AMR"),
        flag(Pref::TranscodeAmrWb, "transcode_amr_wb", kSdp, "no", "as well AMR-WB"),
        flag(Pref::TranscodeOpus, "transcode_opus", kSdp, "no", "as well Opus"),
        flag(Pref::TranscodeTelephoneEvent, "transcode_telephone_event", kSdp, "no",
             "as well telephone events (RFC 4733)"),
        flag(Pref::AlwaysTranscode, "always_transcode", kSdp, "no",
             "media is transcoded even where both sides have a codec in common"),
        flag(Pref::SingleCodec, "single_codec", kSdp, "no", "an answer to this party has one codec only"),
    }));

inline constexpr auto kRefreshMethods = std::to_array<Words>({"update_fallback_invite", "update", "invite"});
inline constexpr auto kForkings = std::to_array<Words>({"no", "standard", "probability"});

inline constexpr auto kTimers = in_area(
    PrefArea::Timers,
    std::to_array<PreferenceInfo>({
        flag(Pref::SstEnable, "sst_enable", kSdp, "no",
             "session timers find calls that nobody ended (RFC 4028)"),
        integer(Pref::SstExpires, "sst_expires", kSdp, 90, 86'400, "300", "Session-Expires, in seconds"),
        integer(Pref::SstMinTimer, "sst_min_timer", kSdp, 90, 86'400, "90", "Min-SE, in seconds"),
        integer(Pref::SstMaxTimer, "sst_max_timer", kSdp, 90, 86'400, "7200",
                "the longest Session-Expires that is agreed to, in seconds"),
        choice(Pref::SstRefreshMethod, "sst_refresh_method", kSdp, kRefreshMethods, "update_fallback_invite",
               "what sessions are refreshed with"),
        integer(Pref::Ringtimeout, "ringtimeout", kSd, 1, 3600, "60",
                "how long a phone rings before a cft, in seconds"),
        integer(Pref::ContactRingtimeout, "contact_ringtimeout", kSd, 1, 3600, "",
                "how long one contact rings before the next, in seconds; nothing: as long as all do"),
        choice(Pref::SerialForkingByQValue, "serial_forking_by_q_value", kSd, kForkings, "no",
               "contacts ring one after another: the highest q first, or drawn with q as their weight"),
    }));

inline constexpr auto kApplications = in_area(
    PrefArea::Applications,
    std::to_array<PreferenceInfo>({
        flag(Pref::VoiceMail, "voice_mail", kSd, "yes", "the subscriber has a voicebox"),
        text(Pref::VoicemailEchoNumber, "voicemail_echo_number", kS, check_some_number,
             "the number that the voicebox says; nothing: the subscriber's"),
        text(Pref::ConferencePin, "conference_pin", kS, check_digits,
             "what callers of the subscriber's conference are asked for"),
        integer(Pref::ConferenceMaxParticipants, "conference_max_participants", kSd, 2, 1000, "10",
                "callers in one conference"),
        flag(Pref::MusicOnHold, "music_on_hold", kSd, "no", "who is held hears music"),
        flag(Pref::Dnd, "dnd", kS, "no", "do not disturb: calls are answered as busy, forwards do not apply"),
        flag(Pref::SpeedDial, "speed_dial", kSd, "yes", "the subscriber has speed dials"),
        flag(Pref::Reminder, "reminder", kSd, "yes", "the subscriber has a reminder"),
        flag(Pref::FaxServer, "fax_server", kSd, "no", "the subscriber gets faxes by mail"),
        text(Pref::SoundSet, "sound_set", kScd, check_name,
             "the announcements that are heard, by name; nothing: none"),
        with_fallback("en", text(Pref::Language, "language", kScd, check_language,
                                 "the language of announcements and mails")),
        flag(Pref::PlayAnnounceBeforeCallSetup, "play_announce_before_call_setup", kSd, "no",
             "callers hear an announcement before the phone rings"),
        flag(Pref::RecordCall, "record_call", kScdp, "no", "calls are recorded"),
        flag(Pref::CscCalls, "csc_calls", kSd, "yes", "the subscriber sees its calls in the web pages"),
    }));

inline constexpr auto kPeerAuth = in_area(
    PrefArea::PeerAuth,
    std::to_array<PreferenceInfo>({
        text(Pref::PeerAuthUser, "peer_auth_user", kP, check_username, "our user name at the peer"),
        secret(text(Pref::PeerAuthPass, "peer_auth_pass", kP, check_password, "our password at the peer")),
        text(Pref::PeerAuthRealm, "peer_auth_realm", kP, nullptr,
             "the only realm that gets an answer to its challenge"),
        flag(Pref::PeerAuthRegister, "peer_auth_register", kP, "no", "we register at the peer"),
        text(Pref::PeerAuthRegistrarServer, "peer_auth_registrar_server", kP, check_sip_uri,
             "where we register; nothing: at the peer's address"),
        flag(Pref::FindSubscriberByUuid, "find_subscriber_by_uuid", kP, "no",
             "its calls name the subscriber by the uuid that we registered with"),
    }));

constexpr PreferenceInfo gpp(Pref id, std::string_view name) {
  return text(id, name, kScdp, nullptr, "for free use; goes into the call records");
}

inline constexpr auto kFree =
    in_area(PrefArea::Free, std::to_array<PreferenceInfo>({
                                gpp(Pref::Gpp0, "gpp0"),
                                gpp(Pref::Gpp1, "gpp1"),
                                gpp(Pref::Gpp2, "gpp2"),
                                gpp(Pref::Gpp3, "gpp3"),
                                gpp(Pref::Gpp4, "gpp4"),
                                gpp(Pref::Gpp5, "gpp5"),
                                gpp(Pref::Gpp6, "gpp6"),
                                gpp(Pref::Gpp7, "gpp7"),
                                gpp(Pref::Gpp8, "gpp8"),
                                gpp(Pref::Gpp9, "gpp9"),
                                text(Pref::ExtSubscriberId, "ext_subscriber_id", kS, nullptr,
                                     "what another system calls the subscriber; goes into the call records"),
                                text(Pref::ExtContractId, "ext_contract_id", kSc, nullptr,
                                     "what another system calls the customer; goes into the call records"),
                            }));

/// How a call is refused: two rows, of which `code` is the first in Pref.
struct Refusal {
  Pref code;
  std::string_view code_name;
  std::string_view reason_name;
  std::string_view status;
  std::string_view reason;
  std::string_view help;
};

inline constexpr auto kRefusalEvents = std::to_array<Refusal>({
    {Pref::BlockAdminCode, "block_admin_code", "block_admin_reason", "403", "Blocked by Admin",
     "a list of the administrator forbids the call"},
    {Pref::BlockCalleeCode, "block_callee_code", "block_callee_reason", "403", "Blocked by Callee",
     "the called subscriber refuses this caller"},
    {Pref::BlockCallerCode, "block_caller_code", "block_caller_reason", "403", "Blocked by Caller",
     "the caller's own list forbids the call"},
    {Pref::BlockContractCode, "block_contract_code", "block_contract_reason", "403", "Blocked by Contract",
     "a list of the customer forbids the call"},
    {Pref::BlockInCode, "block_in_code", "block_in_reason", "403", "Block in",
     "the called domain refuses this caller"},
    {Pref::BlockNcosCode, "block_ncos_code", "block_ncos_reason", "403", "Blocked by NCOS level",
     "an NCOS level forbids the called number"},
    {Pref::BlockOutCode, "block_out_code", "block_out_reason", "403", "Blocked out",
     "the caller's domain forbids the call"},
    {Pref::BlockOverridePinWrongCode, "block_override_pin_wrong_code", "block_override_pin_wrong_reason",
     "403", "Incorrect Override PIN", "the PIN that should let a call pass is wrong"},
    {Pref::CalleeBusyCode, "callee_busy_code", "callee_busy_reason", "486", "Busy Here",
     "the called subscriber is busy"},
    {Pref::CalleeOfflineCode, "callee_offline_code", "callee_offline_reason", "480", "Offline",
     "no phone of the called subscriber is registered"},
    {Pref::CalleeTmpUnavailableCode, "callee_tmp_unavailable_code", "callee_tmp_unavailable_reason", "480",
     "Temporarily Unavailable", "the called subscriber does not answer"},
    {Pref::CalleeTmpUnavailableTmCode, "callee_tmp_unavailable_tm_code", "callee_tmp_unavailable_tm_reason",
     "408", "Request Timeout", "nothing is heard of the called phone"},
    {Pref::CalleeUnknownCode, "callee_unknown_code", "callee_unknown_reason", "404", "Not Found",
     "nobody has the called number"},
    {Pref::CfLoopCode, "cf_loop_code", "cf_loop_reason", "480", "Unavailable",
     "forwards lead back to where they began, or too far"},
    {Pref::EmergencyInvalidCode, "emergency_invalid_code", "emergency_invalid_reason", "404",
     "Emergency code not available in this region", "the emergency number is not known here"},
    {Pref::EmergencyUnsupportedCode, "emergency_unsupported_code", "emergency_unsupported_reason", "403",
     "Emergency Calls Not Supported", "reject_emergency is set"},
    {Pref::InvalidSpeeddialCode, "invalid_speeddial_code", "invalid_speeddial_reason", "484",
     "Speed-Dial slot empty", "the speed dial has no number"},
    {Pref::LockedInCode, "locked_in_code", "locked_in_reason", "403", "Callee locked",
     "the called subscriber is locked"},
    {Pref::LockedOutCode, "locked_out_code", "locked_out_reason", "403", "Caller locked",
     "the caller is locked"},
    {Pref::MaxCallsInCode, "max_calls_in_code", "max_calls_in_reason", "486", "Busy",
     "the called subscriber has as many calls as it may"},
    {Pref::MaxCallsOutCode, "max_calls_out_code", "max_calls_out_reason", "403",
     "Maximum parallel calls exceeded", "the caller has as many calls as it may"},
    {Pref::NoCreditCode, "no_credit_code", "no_credit_reason", "402", "Insufficient Credit",
     "the caller's balance is used up"},
    {Pref::PeeringUnavailableCode, "peering_unavailable_code", "peering_unavailable_reason", "503",
     "PSTN Termination Currently Unavailable", "no peer takes the call"},
    {Pref::RejectVscCode, "reject_vsc_code", "reject_vsc_reason", "403", "VSC Forbidden",
     "reject_vsc is set"},
    {Pref::RelayingDeniedCode, "relaying_denied_code", "relaying_denied_reason", "403", "Relaying Denied",
     "a stranger calls somebody who is not ours"},
    {Pref::UnauthCallerIpCode, "unauth_caller_ip_code", "unauth_caller_ip_reason", "403",
     "Unauthorized IP detected", "the account is used from an address that allowed_ips lacks"},
});

inline constexpr auto kRefusals = [] {
  std::array<PreferenceInfo, 2 * kRefusalEvents.size()> rows;
  auto* next = rows.data();
  for (const Refusal& event : kRefusalEvents) {
    const auto reason = static_cast<Pref>(static_cast<std::uint16_t>(event.code) + 1);
    *next++ = integer(event.code, event.code_name, kD, 400, 699, event.status, event.help);
    *next++ = with_fallback(event.reason, text(reason, event.reason_name, kD, check_reason, event.help));
  }
  return in_area(PrefArea::Refusals, rows);
}();

template <std::size_t... Sizes>
constexpr auto join(const std::array<PreferenceInfo, Sizes>&... areas) {
  std::array<PreferenceInfo, (Sizes + ...)> all;
  auto* next = all.data();
  ((next = std::ranges::copy(areas, next).out), ...);
  return all;
}

inline constexpr auto kAll =
    join(kNumbers, kCaller, kBlocking, kAccess, kMedia, kTimers, kApplications, kPeerAuth, kFree, kRefusals);

constexpr bool rows_follow_enum() {
  for (std::size_t i = 0; i < kAll.size(); ++i) {
    if (static_cast<std::size_t>(kAll[i].id) != i) return false;
  }
  return true;
}
static_assert(kAll.size() == kPreferences && rows_follow_enum());

}  // namespace ringfence::model::preference_table
