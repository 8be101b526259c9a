// SPDX-License-Identifier: Apache-2.0
/* libsofia-sip: msg_make() + sip_object(): all headers parsed; sdp = sdp_parse() of the body as well */
#include <sofia-sip/sip.h>
#include <sofia-sip/sip_header.h>
#include <sofia-sip/sip_parser.h>
#include <sofia-sip/msg.h>
#include <sofia-sip/msg_mclass.h>
#include <sofia-sip/sdp.h>
#include <sofia-sip/su_alloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "msgs.h"
static void run(const char *name, const char *m, size_t l, int n, int sdp) {
  for (int rep = 0; rep < 5; rep++) {
    double t = now_s(); long chk = 0;
    for (int i = 0; i < n; i++) {
      msg_t *msg = msg_make(sip_default_mclass(), 0, m, l);
      sip_t *s = sip_object(msg);
      if (!s || s->sip_error || !s->sip_request || !s->sip_from || !s->sip_contact || !s->sip_cseq || !s->sip_via) { fprintf(stderr, "parse error\n"); exit(1); }
      chk += strlen(s->sip_from->a_url->url_user) + strlen(s->sip_contact->m_url->url_host) + strlen(s->sip_cseq->cs_method_name);
      if (sdp) { sdp_parser_t *p = sdp_parse(NULL, s->sip_payload->pl_data, s->sip_payload->pl_len, 0); sdp_session_t *d = sdp_session(p); if (!d) { fprintf(stderr, "sdp: %s\n", sdp_parsing_error(p)); exit(1); } chk += d->sdp_media->m_port; sdp_parser_free(p); }
      msg_destroy(msg);
    }
    t = now_s() - t;
    printf("{\"lib\":\"sofia-sip\",\"what\":\"%s\",\"bytes\":%zu,\"msgs_per_s\":%.0f,\"ns_per_msg\":%.0f,\"chk\":%ld}\n", name, l, n / t, t / n * 1e9, chk);
  }
}
int main(void) {
  run("INVITE", M_INVITE, sizeof M_INVITE - 1, 100000, 0);
  run("INVITE+SDP", M_INVITE, sizeof M_INVITE - 1, 100000, 1);
  run("REGISTER", M_REGISTER, sizeof M_REGISTER - 1, 100000, 0);
  return 0;
}
