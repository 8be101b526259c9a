// SPDX-License-Identifier: Apache-2.0
/* Two sample messages for the parser microbenchmarks (written for this bench). */
static const char M_INVITE[] =
  "INVITE sip:bob@biloxi.example;user=phone SIP/2.0\r\n"
  "Via: SIP/2.0/UDP 127.0.0.30:5061;branch=z9hG4bK-524287-1---8f0e2c55;rport\r\n"
  "Max-Forwards: 70\r\n"
  "Route: <sip:127.0.0.10:5060;lr>\r\n"
  "From: \"Alice Example\" <sip:alice@atlanta.example>;tag=9fxced76sl\r\n"
  "To: \"Bob\" <sip:bob@biloxi.example>\r\n"
  "Call-ID: 3848276298220188511@127.0.0.30\r\n"
  "CSeq: 1 INVITE\r\n"
  "Contact: <sip:alice@127.0.0.30:5061;transport=udp>;+sip.instance=\"<urn:uuid:00000000-0000-1000-8000-000A95A0E128>\"\r\n"
  "Allow: INVITE, ACK, CANCEL, BYE, OPTIONS, UPDATE\r\n"
  "Supported: timer, replaces\r\n"
  "User-Agent: baseline-phone/1.0\r\n"
  "Content-Type: application/sdp\r\n"
  "Content-Length: 182\r\n"
  "\r\n"
  "v=0\r\n"
  "o=alice 53655765 2353687637 IN IP4 127.0.0.30\r\n"
  "s=-\r\n"
  "c=IN IP4 127.0.0.30\r\n"
  "t=0 0\r\n"
  "m=audio 6000 RTP/AVP 8 101\r\n"
  "a=rtpmap:8 PCMA/8000\r\n"
  "a=rtpmap:101 telephone-event/8000\r\n"
  "a=sendrecv\r\n";
static const char M_REGISTER[] =
  "REGISTER sip:biloxi.example SIP/2.0\r\n"
  "Via: SIP/2.0/UDP 127.0.0.31:5071;branch=z9hG4bKs12.4471.2;rport\r\n"
  "Max-Forwards: 70\r\n"
  "From: <sip:u4471@biloxi.example>;tag=t4471\r\n"
  "To: <sip:u4471@biloxi.example>\r\n"
  "Call-ID: r4471-7c1d2e@127.0.0.31\r\n"
  "CSeq: 2 REGISTER\r\n"
  "Contact: <sip:u4471@10.0.17.119:5060;transport=udp>;expires=3600\r\n"
  "Authorization: Digest username=\"u4471\", realm=\"biloxi.example\", nonce=\"ZVsN1mVbDKr9dY0mXl1hYxQwUqT5v0yM\", uri=\"sip:biloxi.example\", "
  "response=\"6629fae49393a05397450978507c4ef1\", algorithm=MD5, cnonce=\"0a4f113b\", qop=auth, nc=00000001\r\n"
  "User-Agent: baseline-phone/1.0\r\n"
  "Content-Length: 0\r\n"
  "\r\n";
#include <time.h>
static inline double now_s(void) { struct timespec t; clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t); return t.tv_sec + t.tv_nsec * 1e-9; }
