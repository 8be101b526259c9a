// SPDX-License-Identifier: Apache-2.0
/* libosip2: full message parse (osip parses every core header and its URIs) and free; sdp = body parsed as well */
#include <osipparser2/osip_parser.h>
#include <osipparser2/sdp_message.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "msgs.h"
static void run(const char *name, const char *m, size_t l, int n, int sdp) {
  for (int rep = 0; rep < 5; rep++) {
    double t = now_s(); long chk = 0;
    for (int i = 0; i < n; i++) {
      osip_message_t *s; osip_message_init(&s);
      if (osip_message_parse(s, m, l)) { fprintf(stderr, "parse error\n"); exit(1); }
      osip_contact_t *c; osip_message_get_contact(s, 0, &c);
      chk += strlen(s->from->url->username) + (c && c->url ? strlen(c->url->host) : 0) + strlen(s->cseq->method);
      if (sdp) { osip_body_t *b; osip_message_get_body(s, 0, &b); sdp_message_t *d; sdp_message_init(&d); if (sdp_message_parse(d, b->body)) exit(1); chk += atoi(sdp_message_m_port_get(d, 0)); sdp_message_free(d); }
      osip_message_free(s);
    }
    t = now_s() - t;
    printf("{\"lib\":\"libosip2\",\"what\":\"%s\",\"bytes\":%zu,\"msgs_per_s\":%.0f,\"ns_per_msg\":%.0f,\"chk\":%ld}\n", name, l, n / t, t / n * 1e9, chk);
  }
}
int main(void) {
  parser_init();
  run("INVITE", M_INVITE, sizeof M_INVITE - 1, 100000, 0);
  run("INVITE+SDP", M_INVITE, sizeof M_INVITE - 1, 100000, 1);
  run("REGISTER", M_REGISTER, sizeof M_REGISTER - 1, 100000, 0);
  return 0;
}
