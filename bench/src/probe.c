// SPDX-License-Identifier: Apache-2.0
/* probe: legitimate user seen from the outside. Sends OPTIONS at a fixed open-loop rate, measures reply latency; no
   retransmission: an unanswered request counts as lost.
   probe DST PORT SRC SPORT RATE SECONDS      Prints one JSON line. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
static double now(void) { struct timespec t; clock_gettime(CLOCK_MONOTONIC, &t); return t.tv_sec + t.tv_nsec * 1e-9; }
static int cmp(const void *a, const void *b) { float x = *(float *)a, y = *(float *)b; return x < y ? -1 : x > y; }
int main(int c, char **v) {
  if (c < 7) return 2;
  double rate = atof(v[5]), secs = atof(v[6]); long N = rate * secs, sent = 0, got = 0, codes[8] = {0};
  if (strncmp(v[1], "127.", 4)) return 2;
  int fd = socket(AF_INET, SOCK_DGRAM, 0), rb = 4 << 20; setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &rb, sizeof rb);
  struct sockaddr_in s = {.sin_family = AF_INET, .sin_port = htons(atoi(v[4]))}, d = {.sin_family = AF_INET, .sin_port = htons(atoi(v[2]))};
  inet_pton(AF_INET, v[3], &s.sin_addr); inet_pton(AF_INET, v[1], &d.sin_addr);
  if (bind(fd, (void *)&s, sizeof s) || connect(fd, (void *)&d, sizeof d)) { perror("bind"); return 1; }
  double *ts = calloc(N, sizeof *ts), t0 = now(); float *lat = calloc(N, sizeof *lat); char b[4096];
  while (now() - t0 < secs + 2 && got < N) {
    double t = now();
    while (sent < N && t0 + sent / rate <= t) {
      int l = sprintf(b, "OPTIONS sip:health@%s SIP/2.0\r\nVia: SIP/2.0/UDP %s:%s;branch=z9hG4bKp%ld\r\nMax-Forwards: 70\r\nFrom: <sip:good@bench.example>;tag=g\r\nTo: <sip:health@%s>\r\n"
        "Call-ID: probe%ld@%s\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n", v[1], v[3], v[4], sent, v[1], sent, v[3]);
      ts[sent++] = now(); if (send(fd, b, l, MSG_DONTWAIT) < 0) {}
    }
    double nx = sent < N ? t0 + sent / rate - now() : 0.05; struct pollfd p = {fd, POLLIN, 0};
    struct timespec to = {0, nx > 0 ? (long)(nx * 1e9) % 1000000000 : 0}; ppoll(&p, 1, &to, 0);
    int k; while ((k = recv(fd, b, sizeof b - 1, MSG_DONTWAIT)) > 0) {
      b[k] = 0; char *q = strstr(b, "z9hG4bKp"); if (!q) continue; long i = atol(q + 8); if (i < 0 || i >= N || ts[i] == 0) continue;
      int code = atoi(b + 8); codes[code / 100 & 7]++; lat[got++] = now() - ts[i]; ts[i] = 0;
    }
  }
  qsort(lat, got, sizeof *lat, cmp);
#define P(q) (got ? lat[(long)((got - 1) * (q))] * 1e6 : 0)
  printf("{\"sent\":%ld,\"answered\":%ld,\"ok2xx\":%ld,\"success\":%.4f,\"p50_us\":%.0f,\"p99_us\":%.0f,\"p999_us\":%.0f,\"max_us\":%.0f}\n", sent, got, codes[2], (double)got / (sent ? sent : 1), P(.5), P(.99), P(.999), P(1));
}
