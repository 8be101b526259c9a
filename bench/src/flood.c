// SPDX-License-Identifier: Apache-2.0
/* flood: open-loop UDP sender, one source address, sendmmsg batches, paced; several threads are not needed.
   flood DST PORT SRC SPORT PPS SECONDS KIND      KIND: options | register | invite | junk
   PPS 0 = as fast as possible. Bounded: at most 5 M packets, 60 s. Prints one JSON line. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
static double now(void) { struct timespec t; clock_gettime(CLOCK_MONOTONIC, &t); return t.tv_sec + t.tv_nsec * 1e-9; }
int main(int c, char **v) {
  if (c < 8) { fprintf(stderr, "see source\n"); return 2; }
  const char *dst = v[1], *src = v[3], *kind = v[7]; double pps = atof(v[5]), secs = atof(v[6]); if (secs > 60) secs = 60;
  if (strncmp(dst, "127.", 4)) { fprintf(stderr, "loopback only\n"); return 2; }
  int fd = socket(AF_INET, SOCK_DGRAM, 0), sbf = 4 << 20; setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &sbf, sizeof sbf);
  struct sockaddr_in s = {.sin_family = AF_INET, .sin_port = htons(atoi(v[4]))}, d = {.sin_family = AF_INET, .sin_port = htons(atoi(v[2]))};
  inet_pton(AF_INET, src, &s.sin_addr); inet_pton(AF_INET, dst, &d.sin_addr);
  if (bind(fd, (void *)&s, sizeof s) || connect(fd, (void *)&d, sizeof d)) { perror("bind"); return 1; }
  enum { K = 32 }; static char b[K][1024]; struct iovec io[K]; struct mmsghdr m[K]; memset(m, 0, sizeof m);
  unsigned long n = 0, lim = 5000000; double t0 = now(), next = t0;
  while (now() - t0 < secs && n < lim) {
    for (int i = 0; i < K; i++) {
      unsigned long q = n + i; int l;
      if (!strcmp(kind, "junk")) l = sprintf(b[i], "GET / HTTP/1.1 %lu\r\n\r\n", q);
      else {
        const char *M = !strcmp(kind, "register") ? "REGISTER" : !strcmp(kind, "invite") ? "INVITE" : "OPTIONS";
        l = sprintf(b[i], "%s sip:100@%s SIP/2.0\r\nVia: SIP/2.0/UDP %s:%s;branch=z9hG4bK-%lu;rport\r\nMax-Forwards: 70\r\nFrom: \"sipvicious\" <sip:100@1.1.1.1>;tag=%lx\r\n"
          "To: \"sipvicious\" <sip:100@1.1.1.1>\r\nCall-ID: %lu%lu\r\nCSeq: 1 %s\r\nContact: <sip:100@%s:%s>\r\nAccept: application/sdp\r\nUser-Agent: friendly-scanner\r\nContent-Length: 0\r\n\r\n",
          M, dst, src, v[4], q, q * 2654435761ul, q, q, M, src, v[4]);
      }
      io[i] = (struct iovec){b[i], l}; m[i].msg_hdr.msg_iov = &io[i]; m[i].msg_hdr.msg_iovlen = 1;
    }
    int o = 0; while (o < K) { int k = sendmmsg(fd, m + o, K - o, 0); if (k < 0) { if (errno == ECONNREFUSED || errno == EAGAIN || errno == ENOBUFS || errno == EPERM) continue; perror("send"); return 1; } o += k; }
    n += K;
    if (pps > 0) { next += K / pps; double w = next - now(); if (w > 0) { struct timespec ts = {0, (long)(w * 1e9)}; clock_nanosleep(CLOCK_MONOTONIC, 0, &ts, 0); } }
  }
  double w = now() - t0; struct rusage r; getrusage(RUSAGE_SELF, &r);
  printf("{\"sent\":%lu,\"wall\":%.3f,\"pps\":%.0f,\"gen_cpu_s\":%.4f}\n", n, w, n / w, r.ru_utime.tv_sec + r.ru_utime.tv_usec * 1e-6 + r.ru_stime.tv_sec + r.ru_stime.tv_usec * 1e-6);
}
