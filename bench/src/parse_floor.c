// SPDX-License-Identifier: Apache-2.0
/* Lower bounds on the same bytes: memcpy; memchr line scan + first ':' of each line; AVX-512/AVX2-free byte loop;
   auto-vectorised delimiter count (one pass that looks at every byte) */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "msgs.h"
static char ring[64][2048];
static void rep(const char *lib, const char *name, size_t l, int n, double t, long chk) {
  printf("{\"lib\":\"%s\",\"what\":\"%s\",\"bytes\":%zu,\"msgs_per_s\":%.0f,\"ns_per_msg\":%.1f,\"chk\":%ld}\n", lib, name, l, n / t, t / n * 1e9, chk);
}
static void run(const char *name, const char *m, size_t l, int n) {
  for (int i = 0; i < 64; i++) memcpy(ring[i], m, l);
  for (int r = 0; r < 5; r++) {
    long chk = 0; char dst[2048]; double t = now_s();
    for (int i = 0; i < n; i++) { memcpy(dst, ring[i & 63], l); __asm__ volatile("" ::"r"(dst) : "memory"); chk += dst[i % l]; }
    rep("memcpy", name, l, n, now_s() - t, chk);
    chk = 0; t = now_s();
    for (int i = 0; i < n; i++) { const char *p = ring[i & 63], *e = p + l; while (p < e) { const char *q = memchr(p, '\n', e - p); if (!q) break; const char *c = memchr(p, ':', q - p); chk += c ? c - p : 0; p = q + 1; } }
    rep("memchr lines+colon", name, l, n, now_s() - t, chk);
    chk = 0; t = now_s();
    for (int i = 0; i < n; i++) { const unsigned char *p = (void *)ring[i & 63]; unsigned c = 0; for (size_t k = 0; k < l; k++) c += (p[k] == '\n') | (p[k] == ':') | (p[k] == ';') | (p[k] == ',') | (p[k] == '<') | (p[k] == '>') | (p[k] == '"') | (p[k] == '@'); chk += c; __asm__ volatile("" ::: "memory"); }
    rep("vectorised 8-delimiter count", name, l, n, now_s() - t, chk);
    chk = 0; t = now_s(); static const uint8_t tab[256] = {['\n'] = 1, [':'] = 1, [';'] = 1, ['<'] = 1, ['>'] = 1, ['@'] = 1};
    for (int i = 0; i < n; i++) { const unsigned char *p = (void *)ring[i & 63]; unsigned st = 0, c = 0; for (size_t k = 0; k < l; k++) { st = (st << 1 ^ tab[p[k]]) & 0xff; c += st & 1; } chk += c; }
    rep("byte-at-a-time state machine", name, l, n, now_s() - t, chk);
  }
}
int main(void) { run("INVITE", M_INVITE, sizeof M_INVITE - 1, 1000000); run("REGISTER", M_REGISTER, sizeof M_REGISTER - 1, 1000000); return 0; }
